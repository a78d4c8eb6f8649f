import Catalog
import Foundation
import JSONText
import Rules
import Synchronization
import Testing

private func value(_ text: String) throws -> JSONValue {
    let bytes = Array(text.utf8)
    return try JSONParser.parse(bytes, 0..<bytes.count)
}

private func places(_ members: String, id: String? = nil) throws -> [String] {
    do {
        _ = try RuleSet.draft(try value("{\(members)}"), id: id)
        return []
    } catch let error as RuleFaults { return error.faults.map(\.pointer).sorted() }
}

private let root = #""root":{"match":"all"}"#

@Suite struct RuleSetReaderTests {
    @Test func aRuleSetIsReadAndWrittenAlike() throws {
        let text = #"""
            {"name":"Evening","description":"d","enabled":false,"root":{"match":"any","conditions":[]},
             "target":{"playlist":"spotify:playlist:37i9dQZF1DX4sWSpwq3LiO","account":"me","limit":50}}
            """#
        let draft = try RuleSet.draft(try value(text)).ruleSet
        #expect(
            draft.id == "evening" && !draft.isEnabled && draft.target?.limit == 50 && draft.target?.isAtSpotify == true)
        #expect(draft.root == RuleGroup(match: .any))
        #expect(try RuleSet.draft(draft.content, id: "evening").ruleSet.content == draft.content)
    }

    @Test(arguments: [
        ("", ["/name", "/root"]), (root, ["/name"]), (#""name":"","# + root, ["/name"]),
        (#""name":"x","id":"A b","# + root, ["/id"]), (#""name":"schema","# + root, ["/id"]),
        (#""name":"x","enabled":1,"# + root, ["/enabled"]), (#""name":"x","version":-1,"# + root, ["/version"]),
        (#""name":"x","target":"demo:12","# + root, ["/target"]), (#""name":"x","target":5,"# + root, ["/target"]),
        (#""name":"x","target":{"limit":5},"# + root, ["/target/playlist"]),
        (#""name":"x","target":{"playlist":"segue:playlist:a","limit":0},"# + root, ["/target/limit"]),
        (#""name":"x","target":{"playlist":"segue:playlist:a","limit":10001},"# + root, ["/target/limit"]),
        (#""name":"x","target":{"playlist":"segue:playlist:a","colour":1},"# + root, ["/target/colour"]),
        (#""name":"x","root":7"#, ["/root"]), (#""name":"x","surplus":1,"# + root, ["/surplus"]),
    ])
    func whatIsWrongIsSaidWithItsPlace(_ members: String, _ expected: [String]) throws {
        let text = members.contains("root") || members.isEmpty ? members : members + "," + root
        #expect(try places(text) == expected)
    }

    @Test func theAddressDecidesTheID() throws {
        #expect(try places(#""name":"x","id":"a","# + root, id: "a") == [])
        #expect(try places(#""name":"x","id":"a","# + root, id: "b") == ["/id"])
        #expect(RuleSet.id(from: "Évening,  Calm!") == "evening-calm")
        #expect(RuleSet.id(from: "東京") == nil)
    }

    @Test func playlistsHaveNames() throws {
        #expect(try PlaylistName(parsing: "segue:playlist:12").number == 12)
        #expect(try PlaylistName(parsing: "segue:playlist:evening").number == nil)
        #expect(
            try PlaylistName(parsing: "37i9dQZF1DX4sWSpwq3LiO").description == "spotify:playlist:37i9dQZF1DX4sWSpwq3LiO"
        )
        #expect(throws: ReferenceError.self) { try PlaylistName(parsing: "spotify:album:37i9dQZF1DX4sWSpwq3LiO") }
    }

    @Test(arguments: [
        (#"{"colour":1}"#, "/colour"), (#"{"year":"x"}"#, "/year"), (#"{"released":"0000"}"#, "/released"),
        (#"{"name":[1]}"#, "/name"), (#"{"explicit":1}"#, "/explicit"), (#"{"duration":"x"}"#, "/duration"),
        (#"{"features":{"a":{"pace":1}}}"#, "/features/a/pace"), (#"{"enrichments":{"a":{}}}"#, "/enrichments/a"),
        (#"{"enrichments":{"a":{"categories":{"m":[1]}}}}"#, "/enrichments/a/categories/m"),
        (#"{"playlists":["spotify:track:x"]}"#, "/playlists/0"), ("[]", ""),
    ])
    func badFactsAreRefusedAtTheirPlace(_ text: String, _ place: String) throws {
        let json = try value(text)
        let error = try #require(throws: RuleFaults.self) { try RuleFacts(json) }
        #expect(error.faults.map(\.pointer) == [place])
    }
}

/// Counts how often it is asked.
private final class CountingRules: RuleMatching {
    let asked = Mutex(0)
    let listeners = Mutex<[String?]>([])

    func tracks(matching group: RuleGroup, at moment: Date, heardBy listener: String?) async throws -> [TrackID] {
        asked.withLock { $0 += 1 }
        listeners.withLock { $0.append(listener) }
        return [TrackID(rawValue: 1), TrackID(rawValue: 3)]
    }

    func mostPopular(matching group: RuleGroup, at moment: Date, limit: Int) async throws -> (
        tracks: [TrackID], total: Int
    ) {
        ([], 0)
    }

    func classify(
        _ groups: [RuleGroup], at moment: Date, _ report: @Sendable (Int) -> Void
    ) async throws -> (tracks: [TrackID], matching: [[TrackID]]) { ([], []) }

    func facts(
        of tracks: [TrackID], heardBy listener: String?
    ) async throws -> [(track: TrackID, facts: RuleFacts)] { [] }
}

@Suite struct ConditionMemoryTests {
    private let group = Result {
        try RuleGroup(
            parsing: #"""
                {"match":"none","conditions":[{"field":"saved","op":"eq","value":true},{"field":"year","op":"exists"}]}
                """#)
    }

    @Test func answersAreRememberedForAWhile() async throws {
        let rules = CountingRules()
        let memory = ConditionMemory(rules: rules, lifetime: .seconds(60))
        let conditions = try group.get().storedConditions
        #expect(conditions.count == 1)
        let first = try await memory.resolve(conditions)
        let second = try await memory.resolve(conditions)
        let group = try group.get()
        #expect(first == second && first.cover(group))
        #expect(rules.asked.withLock { $0 } == 1)
    }

    @Test func eachListenerHasAnswersOfItsOwnWhereListeningIsAskedFor() async throws {
        let rules = CountingRules()
        let memory = ConditionMemory(rules: rules, lifetime: .seconds(60))
        let listening = try group.get().storedConditions
        for listener in [nil, "anna", "ben", "anna", nil] { _ = try await memory.resolve(listening, heardBy: listener) }
        #expect(rules.listeners.withLock { $0 } == [nil, "anna", "ben"])
        // What a track is, is the same for everybody.
        let facts = try RuleGroup(
            parsing: #"{"match":"all","conditions":[{"field":"album_tracks","op":"gt","value":3}]}"#
        ).storedConditions
        for listener in [nil, "anna", "ben"] { _ = try await memory.resolve(facts, heardBy: listener) }
        #expect(rules.listeners.withLock { $0 } == [nil, "anna", "ben", nil])
    }

    @Test func whatIsTooOldOrTooMuchIsForgotten() async throws {
        let rules = CountingRules()
        let conditions = try group.get().storedConditions
        for memory in [
            ConditionMemory(rules: rules, lifetime: .zero), ConditionMemory(rules: rules, capacity: 1),
        ] {
            _ = try await memory.resolve(conditions)
            _ = try await memory.resolve(conditions)
        }
        #expect(rules.asked.withLock { $0 } == 4)
    }

    @Test func resolvedTracksJoinTheColumns() throws {
        let group = try group.get()
        let condition = try #require(group.storedConditions.first)
        let resolved = ResolvedConditions([condition: [TrackID(rawValue: 1)]])
        var rows: [Int] = []
        try group.rows(in: SmallTable(), resolved: resolved).forEachRow { rows.append($0) }
        #expect(rows == [2], "0 and 3 have a year, and 1 is saved besides")
    }
}
