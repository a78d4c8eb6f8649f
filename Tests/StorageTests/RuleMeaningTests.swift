import Catalog
import Features
import Foundation
import Postgres
import Recommendation
import Rules
import Storage
import TestSupport
import Testing

private let hasDatabase = !(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "").isEmpty

@Suite("One meaning of rules, three executions", .enabled(if: hasDatabase, "DATABASE_URL is not set"))
struct RuleMeaningTests {
    /// How many rules each catalog is asked.
    private static let rules = Int(ProcessInfo.processInfo.environment["SEGUE_TEST_RULES"] ?? "") ?? 1_000

    @Test("Memory, SQL and bitmap agree", arguments: 1...3 as ClosedRange<UInt64>)
    func theThreeExecutionsAgree(_ seed: UInt64) async throws {
        try await withMigratedDatabase { database in
            var draw = RuleDraw(seed: seed)
            var filling = draw
            try await RuleWorld.fill(database.session(), &filling)
            if seed > 1 {
                for calibration in try RuleWorld.calibrations() { try await database.store.save(calibration) }
            }
            var worlds: [World] = []
            for listener in [nil, "anna", "default"] {
                worlds.append(try await World(database.store, heardBy: listener))
            }
            #expect(worlds.allSatisfy { $0.facts.count == RuleWorld.trackCount })
            #expect(worlds[0].facts.map(\.facts) != worlds[1].facts.map(\.facts))
            var (matched, refused) = (0, 0)
            for number in 0..<Self.rules {
                let text = RuleTrees.group(&draw)
                guard let rule = try? RuleGroup(parsing: text) else {
                    refused += 1
                    continue
                }
                // Mostly everybody's listening, else one listener's.
                let matches = try await worlds[number % 4 == 3 ? 1 + number % 3 % 2 : 0].check(rule, text)
                if (1..<RuleWorld.trackCount).contains(matches) { matched += 1 }
            }
            // A test of rules that hold for all or none would show little.
            #expect(matched > Self.rules / 3, "\(matched) of \(Self.rules) rules told tracks apart")
            #expect(refused < Self.rules / 5, "\(refused) refused")
        }
    }

    @Test(
        "Long lists of texts agree too",
        arguments: ["in", "not_in", "contains", "not_contains", "starts_with", "ends_with"])
    func longListsAgree(_ op: String) async throws {
        try await withMigratedDatabase { database in
            var draw = RuleDraw(seed: 9)
            var filling = draw
            try await RuleWorld.fill(database.session(), &filling)
            let world = try await World(database.store, heardBy: nil)
            var told = 0
            for field in ["name", "artist", "album", "genre"] {
                for size in [3, 5, 40, 300] {
                    // Pieces of the catalog's texts among many that are not there.
                    var texts = draw.some(of: RuleWorld.texts + RuleWorld.genres, 2...3)
                    for _ in 0..<size {
                        texts.append("\(draw.one(of: ["b", "o", "ö", "東", "z", "%"]))\(draw.number(0...99))")
                    }
                    texts += draw.some(of: ["lue", "onda", "т", "京", "k", "in"], 0...2)
                    let list = String(decoding: try JSONEncoder().encode(texts.shuffled()), as: UTF8.self)
                    let text = #"{"match":"all","conditions":[{"field":"\#(field)","op":"\#(op)","value":\#(list)}]}"#
                    let matches = try await world.check(try RuleGroup(parsing: text), text)
                    if (1..<RuleWorld.trackCount).contains(matches) { told += 1 }
                }
            }
            #expect(told > 8, "\(told) of 16 told tracks apart")
        }
    }

    /// A catalog in its three forms.
    private struct World: Sendable {
        let store: PostgresStore
        let listener: String?
        let facts: [(track: TrackID, facts: RuleFacts)]
        let snapshot: CatalogSnapshot
        let now = Date(timeIntervalSince1970: RuleWorld.now)

        init(_ store: PostgresStore, heardBy listener: String?) async throws {
            (self.store, self.listener) = (store, listener)
            let tracks = try await store.withView { try await $0.tracks(after: TrackID(rawValue: 0), limit: 10_000) }
            facts = try await store.facts(of: tracks.map(\.id), heardBy: listener)
            var building = try SnapshotBuilder(spoolingInto: nil)
            var columns = try SpaceColumnsBuilder(spoolingInto: nil)
            for track in tracks {
                try building.append(track)
                try columns.append(location: nil, coverage: Coverage(), familiarity: 0)
            }
            snapshot = try CatalogSnapshot(facts: building.columnFile(), space: columns.columnFile())
        }

        /// How many tracks the rule matches, by all three.
        func check(_ rule: RuleGroup, _ text: String) async throws -> Int {
            let inMemory = facts.filter { $0.facts.holds(rule, at: RuleWorld.now) }.map(\.track)
            let bySQL = try await store.tracks(matching: rule, at: now, heardBy: listener)
            #expect(inMemory == bySQL, "\(difference(inMemory, bySQL)) \(text)")
            var resolved = ResolvedConditions()
            for condition in rule.storedConditions {
                resolved.tracks[condition] = try await store.tracks(
                    matching: RuleGroup(match: .all, conditions: [condition]), at: now, heardBy: listener)
            }
            var byBitmap: [TrackID] = []
            try rule.rows(in: snapshot, resolved: resolved).forEachRow { byBitmap.append(snapshot.id($0)) }
            #expect(inMemory == byBitmap, "\(difference(inMemory, byBitmap)) \(text)")
            for (_, facts) in facts.prefix(20) {
                let trace = try rule.trace(facts, at: RuleWorld.now)
                #expect(trace.matches == facts.holds(rule, at: RuleWorld.now))
            }
            return inMemory.count
        }

        private func difference(_ one: [TrackID], _ other: [TrackID]) -> String {
            "memory only \(Set(one).subtracting(other).map(\.rawValue)), not in memory \(Set(other).subtracting(one).map(\.rawValue))"
        }
    }
}

extension RuleFacts {
    fileprivate func holds(_ rule: RuleGroup, at moment: Double) -> Bool { rule.holds(for: self, at: moment) }
}

@Suite("Folding in the database", .enabled(if: hasDatabase, "DATABASE_URL is not set")) struct FoldingTests {
    @Test func everyCharacterFoldsAlikeInBoth() async throws {
        try await withMigratedDatabase { database in
            let session = try await database.session()
            var different: [String] = []
            for start in stride(from: 1 as UInt32, to: 0x11_0000, by: 0x4000) {
                let scalars = (start..<min(start + 0x4000, 0x11_0000)).compactMap(Unicode.Scalar.init)
                let texts = scalars.map { "a\(String(Character($0)))Z" }
                let folded = try await session.rows(
                    "SELECT fold_text(x) FROM unnest(\(texts)) WITH ORDINALITY AS u (x, place) ORDER BY place"
                ) { try $0[0] as String }
                for (text, folded) in zip(texts, folded) where !TextFolding.folded(text).utf8.elementsEqual(folded.utf8)
                {
                    different.append(text.unicodeScalars.map { String($0.value, radix: 16) }.joined(separator: " "))
                }
            }
            #expect(different.isEmpty, "\(different.count): \(different.prefix(20))")
        }
    }

    @Test func textsFoldAlikeInBoth() async throws {
        try await withMigratedDatabase { database in
            let session = try await database.session()
            var draw = RuleDraw(seed: 7)
            // Marks in any order behind letters of several scripts, which normalization has to put into order.
            let parts = [
                "a", "E", "Σ", "ς", "ё", "한", "ᄀ", "\u{301}", "\u{323}", "\u{5b0}", "\u{5b4}", "ﬀ", "İ", "ß", "ẞ", "が",
                "か\u{3099}", "\u{10d50}", " ",
            ]
            let texts = (0..<2_000).map { _ in draw.some(of: parts, 1...8).joined() }
            let folded = try await session.rows(
                "SELECT fold_text(x) FROM unnest(\(texts)) WITH ORDINALITY AS u (x, place) ORDER BY place"
            ) { try $0[0] as String }
            for (text, folded) in zip(texts, folded) {
                #expect(TextFolding.folded(text).utf8.elementsEqual(folded.utf8), "\(text.unicodeScalars.map(\.value))")
            }
        }
    }
}
