import Catalog
import Foundation
import JSONText
import Postgres
import Rules
import Storage
import TestSupport
import Testing

private let hasDatabase = !(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "").isEmpty

private func draft(_ members: String, id: String? = nil) throws -> RuleSet.Draft {
    let text = #"{"root":{"match":"all","conditions":[{"field":"popularity","op":"gte","value":50}]},\#(members)}"#
    let bytes = Array(text.utf8)
    return try RuleSet.draft(JSONParser.parse(bytes, 0..<bytes.count), id: id)
}

@Suite("Rule sets in the database", .enabled(if: hasDatabase, "DATABASE_URL is not set")) struct RuleSetStoreTests {
    @Test func versionsGrowAndCanBeGoneBackTo() async throws {
        try await withTestDatabase { store in
            guard case .created(let first) = try await store.save(try draft(#""name":"Calm one""#), mayReplace: false)
            else {
                Issue.record("not new")
                return
            }
            #expect(first.id == "calm-one" && first.version == 1)
            guard
                case .changed(let second) = try await store.save(
                    try draft(#""name":"Calm two""#, id: "calm-one"), mayReplace: true)
            else {
                Issue.record("not changed")
                return
            }
            #expect(second.version == 2)
            #expect(
                try await store.save(try draft(#""name":"Calm two""#, id: "calm-one"), mayReplace: true)
                    == .unchanged(second))
            guard case .changed(let third) = try await store.rollBack("calm-one", to: 1) else {
                Issue.record("not rolled back")
                return
            }
            #expect(third.version == 3 && third.name == "Calm one" && third.root == first.root)
            #expect(try await store.ruleSet("calm-one", version: 2)?.name == "Calm two")
            #expect(try await store.versions(of: "calm-one").map(\.change) == [.rolledBack, .written, .written])
            #expect(try await store.rollBack("calm-one", to: 9) == .unknown)
        }
    }

    @Test func whoHasNotSeenTheNewestDoesNotOverwriteIt() async throws {
        try await withTestDatabase { store in
            _ = try await store.save(try draft(#""name":"a""#), mayReplace: true)
            #expect(
                try await store.save(try draft(#""name":"b","id":"a""#), mayReplace: false) == .conflict(version: 1))
            #expect(
                try await store.save(try draft(#""name":"b","id":"a","version":7"#), mayReplace: true)
                    == .conflict(version: 1))
            #expect(
                try await store.save(try draft(#""name":"b","id":"other","version":1"#), mayReplace: true) == .unknown)
            guard case .changed = try await store.save(try draft(#""name":"b","id":"a","version":1"#), mayReplace: true)
            else {
                Issue.record("not changed")
                return
            }
        }
    }

    @Test func aRemovedRuleSetKeepsItsVersionsAndComesBack() async throws {
        try await withTestDatabase { store in
            _ = try await store.save(try draft(#""name":"a""#), mayReplace: true)
            #expect(try await store.removeRuleSet("a"))
            #expect(try await !store.removeRuleSet("a"))
            #expect(try await store.ruleSets().isEmpty)
            #expect(try await store.versions(of: "a").map(\.change) == [.removed, .written])
            #expect(try await store.rollBack("a", to: 2) == .unknown, "a removal is nothing to go back to")
            guard case .created(let back) = try await store.rollBack("a", to: 1) else {
                Issue.record("not back")
                return
            }
            #expect(back.version == 3)
        }
    }

    @Test func twoRuleSetsCannotClaimOneTarget() async throws {
        try await withTestDatabase { store in
            let target = #""target":"segue:playlist:evening""#
            _ = try await store.save(try draft(#""name":"a",\#(target)"#), mayReplace: true)
            #expect(
                try await store.save(try draft(#""name":"b",\#(target)"#), mayReplace: true) == .targetClaimed(by: "a"))
            #expect(try await store.ruleSets().map(\.id) == ["a"], "nothing half-written")
            _ = try await store.save(try draft(#""name":"a""#), mayReplace: true)
            guard case .created = try await store.save(try draft(#""name":"b",\#(target)"#), mayReplace: true) else {
                Issue.record("the target is free")
                return
            }
            #expect(try await store.rollBack("a", to: 1) == .targetClaimed(by: "b"))
        }
    }

    @Test func changesAtOnceComeOneAfterTheOther() async throws {
        try await withTestDatabase { store in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        _ = try await store.save(try draft(#""name":"n\#(number)""#, id: "a"), mayReplace: true)
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await store.versions(of: "a").map(\.version) == Array((1...8).reversed()))
        }
    }
}

@Suite("Segue's own playlists as targets", .enabled(if: hasDatabase, "DATABASE_URL is not set")) struct OwnPlaylistTests
{
    private func withTracks(
        _ count: Int, _ body: @escaping @Sendable (PostgresStore, PostgresSession) async throws -> Void
    ) async throws {
        try await withMigratedDatabase { database in
            let session = try await database.session()
            try await session.execute(
                "INSERT INTO tracks (id, name, popularity) SELECT i, 't' || i, i % 101 FROM generate_series(1, \(count)) AS i"
            )
            try await body(database.store, session)
        }
    }

    private func ids(_ range: ClosedRange<Int64>) -> [TrackID] { range.map(TrackID.init(rawValue:)) }

    private func playlist(_ store: PostgresStore, _ name: String) throws -> OwnPlaylist {
        OwnPlaylist(in: store, name: try PlaylistName(parsing: name), title: "Evening", batch: "test")
    }

    @Test func theFirstSyncMakesThePlaylistAndTheNextChangesOnlyWhatDiffers() async throws {
        try await withTracks(30) { store, session in
            let target = try playlist(store, "segue:playlist:evening")
            let first = try await TargetSync(target, name: "e").run(ids(1...20)) { _ in }
            #expect(first.added == 20 && first.removed == 0)
            let second = try await TargetSync(target, name: "e").run(ids(11...30)) { _ in }
            #expect(second.added == 10 && second.removed == 10 && second.kept == 10)
            #expect(try await target.contents().keys == (11...30).map(String.init))
            let history = try await session.first(
                "SELECT count(*) FILTER (WHERE change = 'added'), count(*) FILTER (WHERE change = 'removed') FROM playlist_entry_changes"
            ) { (try $0[0] as Int, try $0[1] as Int) }
            #expect(history ?? (0, 0) == (30, 10))
            let inIt = try RuleGroup(
                parsing:
                    #"{"match":"all","conditions":[{"field":"playlist","op":"in_playlist","value":"segue:playlist:evening"}]}"#
            )
            #expect(try await store.tracks(matching: inIt, at: Date()) == ids(11...30))
        }
    }

    @Test func nothingToDoIsNothingDone() async throws {
        try await withTracks(5) { store, session in
            let target = try playlist(store, "segue:playlist:evening")
            _ = try await TargetSync(target, name: "e").run(ids(1...5)) { _ in }
            let before = try await target.contents().version
            _ = try await TargetSync(target, name: "e").run(ids(1...5)) { _ in Issue.record("there was nothing to do") }
            #expect(try await target.contents().version == before)
        }
    }

    @Test func onePlaylistHasOneRuleSetHoweverItIsNamed() async throws {
        try await withTracks(3) { store, session in
            _ = try await store.save(try draft(#""name":"a","target":"segue:playlist:evening""#), mayReplace: true)
            _ = try await TargetSync(try playlist(store, "segue:playlist:evening"), name: "e").run(ids(1...3)) { _ in }
            let number = try await session.first("SELECT id FROM playlists") { try $0[0] as Int64 } ?? 0
            for name in ["\(number)", "0\(number)"] {
                let alias = try draft(#""name":"b","target":"segue:playlist:\#(name)""#)
                let change = try await store.save(alias, mayReplace: true)
                #expect(change == .targetClaimed(by: "a"), "\(name)")
            }
            _ = try await store.save(try draft(#""name":"a","target":"segue:playlist:\#(number)""#), mayReplace: true)
            for name in ["evening", "\(number)"] {
                let alias = try draft(#""name":"b","target":"segue:playlist:\#(name)""#)
                let change = try await store.save(alias, mayReplace: true)
                #expect(change == .targetClaimed(by: "a"), "\(name)")
            }
        }
    }

    @Test func aNumberThatARuleSetNamesIsGivenToNoOthersPlaylist() async throws {
        try await withTracks(3) { store, session in
            let last = try await session.first("SELECT nextval('playlists_id_seq')") { try $0[0] as Int64 } ?? 0
            for number in [last + 1, last + 2] {
                let early = #""name":"early","target":"segue:playlist:\#(number)""#
                _ = try await store.save(try draft(early, id: "e\(number)"), mayReplace: true)
            }
            _ = try await TargetSync(try playlist(store, "segue:playlist:evening"), name: "e").run(ids(1...3)) { _ in }
            let number = try await session.first("SELECT id FROM playlists") { try $0[0] as Int64 }
            #expect(number == last + 3)
        }
    }

    @Test func aPlaylistThatWasImportedIsLeftAsItIs() async throws {
        try await withTracks(3) { store, session in
            let number =
                try await session.first(
                    "INSERT INTO playlists (name) VALUES ('Pop Remix') RETURNING id"
                ) { try $0[0] as Int64 } ?? 0
            let target = try playlist(store, "segue:playlist:\(number)")
            let refused = await #expect(throws: PlaylistTargetError.self) {
                _ = try await TargetSync(target, name: "e").run(ids(1...3)) { _ in }
            }
            #expect(refused?.description.contains("segue:playlist:NAME") == true)
            let entries = try await session.first("SELECT count(*) FROM playlist_entries") { try $0[0] as Int }
            #expect(entries == 0)
        }
    }

    @Test func aPlaylistThatIsGoneIsNamed() async throws {
        try await withTracks(2) { store, session in
            let target = try playlist(store, "segue:playlist:77")
            await #expect(throws: PlaylistTargetError.gone("segue:playlist:77")) {
                _ = try await TargetSync(target, name: "e").run(ids(1...2)) { _ in }
            }
            let entries = try await session.first("SELECT count(*) FROM playlist_entries") { try $0[0] as Int }
            #expect(entries == 0)
        }
    }

    @Test func whatSomebodyElseChangedMeanwhileIsLookedAtAnew() async throws {
        try await withTracks(9) { store, session in
            let target = try playlist(store, "segue:playlist:evening")
            _ = try await TargetSync(target, name: "e").run(ids(1...3)) { _ in }
            let stale = try await target.contents().version
            _ = try await target.add(["9"], at: stale)
            await #expect(throws: PlaylistTargetError.self) { _ = try await target.add(["8"], at: stale) }
            let outcome = try await TargetSync(target, name: "e").run(ids(1...4)) { _ in }
            #expect(outcome.removed == 1 && outcome.added == 1)
        }
    }

    @Test func theMostPopularComeFirstAndAllAreCounted() async throws {
        try await withTracks(300) { store, _ in
            let all = RuleGroup(match: .all)
            let found = try await store.mostPopular(matching: all, at: Date(), limit: 3)
            #expect(found.total == 300 && found.tracks.map(\.rawValue) == [100, 201, 99])
            let none = try await store.mostPopular(matching: RuleGroup(match: .any), at: Date(), limit: 3)
            #expect(none.total == 0 && none.tracks.isEmpty)
        }
    }
}
