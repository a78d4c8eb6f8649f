import Catalog
import Foundation
import JSONText
import Playlists
import Rules
import Sampling
import Storage
import Synchronization
import TestSupport
import Testing

private let library = #"{"pool": [{"from": "library"}], "count": 10, "temperature": 1, "cooldown": {"served_days": 3}}"#
private let byRule = #"{"pool": [{"from": "rules", "rules": {"match": "all"}}], "count": 5}"#

/// Rules in the midst of which whoever asked is gone: a real evaluation, which is interrupted at its third condition.
private final class InterruptedRules: RuleTracks {
    private struct Columns: RuleColumns {
        let rowCount = 64
        let rules: InterruptedRules

        func rows(where field: NumberField, in ranges: [NumberRange], among rows: RowSet) -> RowSet {
            let count = rules.evaluated.withLock { evaluated in
                evaluated += 1
                return evaluated
            }
            if count == 3 { rules.interrupt.withLock { $0 }?() }
            return rows
        }

        func rows(having field: NumberField, among rows: RowSet) -> RowSet { rows }
        func rows(where field: TextField, _ match: TextMatch, among rows: RowSet) -> RowSet { rows }
        func rows(having field: TextField, among rows: RowSet) -> RowSet { rows }
        func rows(explicit: Bool, among rows: RowSet) -> RowSet { rows }
        func rows(of tracks: [TrackID]) -> RowSet { RowSet(rowCount: rowCount) }
    }

    /// Conditions that were looked at.
    let evaluated = Mutex(0)
    let interrupt = Mutex<(@Sendable () -> Void)?>(nil)

    func faults(in rule: JSONValue) -> [RecipeFault] { [] }
    func hasRuleSet(_ name: String) async throws -> Bool { false }
    func tracks(ofRuleSet name: String, heardBy listener: String, limit: Int) async throws -> [TrackID]? { nil }

    /// Two hundred conditions.
    func tracks(matching rule: JSONValue, heardBy listener: String, limit: Int) async throws -> [TrackID] {
        try await eventually { interrupt.withLock { $0 != nil } }
        let condition = #"{"field": "year", "op": "gte", "value": 1990}"#
        let heavy = try RuleGroup(
            parsing:
                #"{"match": "all", "conditions": [\#(Array(repeating: condition, count: 200).joined(separator: ","))]}"#
        )
        _ = try heavy.rows(in: Columns(rules: self))
        return (1...50).map(TrackID.init)
    }
}

@Suite("Runs that fail", .enabled(if: hasDatabase, "DATABASE_URL is not set")) struct FailedRunTests {
    @Test func aFailedRunKeepsWhatItsSourcesBrought() async throws {
        try await Studio.with { studio in
            try await studio.like(1..<4)
            let both =
                #"{"pool": [{"from": "library"}, {"from": "tracks", "of": "demo:playlist:nowhere"}], "count": 10}"#
            let id = try #require(try await studio.maker().create(try draft(both)).playlist)
            let entries = try await studio.store.entries(of: id)
            studio.clock.turn(days: 1)
            try await studio.feed(1..<4, .disliked)
            await #expect(throws: PlaylistError.self) { try await studio.maker().reshuffle(id) }
            let run = try #require(try await studio.store.runs(of: id, before: nil, limit: 1).first?.run)
            #expect(run.status == .failed && run.missing == 10)
            #expect(run.problem?.contains("demo:playlist:nowhere") == true)
            #expect(run.report.sources.map(\.name) == ["library", "tracks of demo:playlist:nowhere"])
            #expect(run.report.sources.last?.problem?.contains("the catalog has no playlist") == true)
            let after = try await studio.store.entries(of: id)
            #expect(after == entries, "the playlist is as it was")
        }
    }

    @Test func aRecipeThatIsNoLongerAllowedFailsWithItsReason() async throws {
        try await Studio.with { studio in
            try await studio.like(1..<61)
            let id = try #require(try await studio.maker().create(try draft(library)).playlist)
            let strict = studio.maker { $0.limits.maximumCount = 5 }
            await #expect(throws: RecipeError.self) { try await strict.reshuffle(id) }
            let run = try #require(try await studio.store.runs(of: id, before: nil, limit: 1).first?.run)
            #expect(run.status == .failed && run.problem?.contains("10 is not between 1 and 5") == true)
            studio.clock.turn(days: 1)
            let again = try await studio.maker().reshuffle(id)
            #expect(again.total == 10, "with the limit of before it goes on")
        }
    }

    @Test func aRunThatIsInterruptedEndsSoonLetsGoOfTheLockAndSaysSo() async throws {
        try await Studio.with(isIndexed: true) { studio in
            try await studio.like(1..<61)
            let plain = try #require(try await studio.maker().create(try draft(library)).playlist)
            let rules = InterruptedRules()
            let maker = studio.maker { $0.rules = rules }
            let fast = studio.maker()
            let id = try #require(try await fast.create(try draft(byRule)).playlist)
            let entries = try await studio.store.entries(of: id)
            let running = Task { try await maker.reshuffle(id) }
            rules.interrupt.withLock { $0 = { running.cancel() } }
            await #expect(throws: (any Error).self) { try await running.value }
            let evaluated = rules.evaluated.withLock { $0 }
            #expect(evaluated < 10, "of two hundred conditions")
            // Nobody holds the listener's lock any more.
            studio.clock.turn(days: 1)
            let other = try await fast.reshuffle(plain)
            #expect(other.total == 10)
            let run = try #require(try await studio.store.runs(of: id, before: nil, limit: 1).first?.run)
            #expect(run.status == .failed && run.problem?.hasPrefix("interrupted") == true)
            let after = try await studio.store.entries(of: id)
            #expect(after == entries)
        }
    }

    @Test func aDryRunThatFailsLeavesNoRecord() async throws {
        try await Studio.with { studio in
            try await studio.like(1..<4)
            let id = try #require(try await studio.maker().create(try draft(library)).playlist)
            studio.clock.turn(days: 5)
            try await studio.feed(1..<4, .disliked)
            await #expect(throws: PlaylistError.self) { try await studio.maker().reshuffle(id, .init(isDryRun: true)) }
            let runs = try await studio.store.runs(of: id, before: nil, limit: 9)
            #expect(runs.map(\.run.status) == [.done])
        }
    }

    @Test func whereTimeRunsOutTheRestIsSaidAndStaysAsItWas() async throws {
        // On a machine that is slow, two seconds may be too short for the first run.
        for seconds in [2.0, 10, 60] { if try await isFirstDoneWhereTimeRunsOut(after: seconds) { return } }
        Issue.record("no time was long enough for the first run")
    }

    private func isFirstDoneWhereTimeRunsOut(after seconds: Double) async throws -> Bool {
        let isDone = Mutex(false)
        try await Studio.with { studio in
            try await studio.like(1..<61)
            let maker = studio.maker()
            var ids: [PlaylistID] = []
            for _ in 0..<3 { ids.append(try #require(try await maker.create(try draft(library)).playlist)) }
            studio.clock.turn(days: 4)
            var before: [[TrackID]] = []
            for id in ids { before.append(try await studio.store.entries(of: id)) }
            // The deadline passes within the second run, which asks for the time as the first three did.
            let turns = Mutex(0)
            let late = studio.maker { maker in
                let clock = studio.clock
                maker.now = {
                    let turn = turns.withLock { turns in
                        turns += 1
                        return turns
                    }
                    if turn == 4 { Thread.sleep(forTimeInterval: seconds + 0.2) }
                    return clock.now
                }
            }
            let outcomes = try await late.reshuffle(ids, .init(batch: "b1"), until: .now + .seconds(seconds))
            guard (try? outcomes.first?.result.get()) != nil else { return }
            isDone.withLock { $0 = true }
            #expect(outcomes.map(\.playlist) == ids)
            let errors = outcomes.map { outcome -> PlaylistError? in
                guard case .failure(let error) = outcome.result else { return nil }
                return error as? PlaylistError
            }
            #expect(errors == [nil, .interrupted, .notBegun])
            var runs: [[PlaylistRun]] = []
            for id in ids { runs.append(try await studio.store.runs(of: id, before: nil, limit: 9).map(\.run)) }
            #expect(runs.map(\.count) == [2, 2, 1], "what was not begun is no run")
            #expect(runs[0][0].status == .done && runs[0][0].batch == "b1")
            #expect(runs[1][0].status == .failed && runs[1][0].problem?.hasPrefix("interrupted") == true)
            for (place, id) in ids.enumerated() {
                let after = try await studio.store.entries(of: id)
                let first = try outcomes[0].result.get()
                #expect(after == (place == 0 ? first.tracks.map(\.track) : before[place]))
            }
            let none = try await maker.reshuffle(ids, until: .now)
            #expect(none.allSatisfy { (try? $0.result.get()) == nil } && none.count == 3)
        }
        return isDone.withLock { $0 }
    }

    @Test func aSignalInTheLastOfSeveralInterruptsThemAll() async throws {
        try await Studio.with(tracks: 60, playlists: 0) { studio in
            try await studio.like(1..<40)
            var ids: [PlaylistID] = []
            for name in ["One", "Two"] {
                let made = try await studio.maker().create(
                    try draft(#"{"pool": [{"from": "library"}], "count": 5}"#, name: name))
                ids.append(try #require(made.playlist))
            }
            let turns = Mutex(0)
            let maker = studio.maker { maker in
                let clock = studio.clock
                maker.now = {
                    let turn = turns.withLock { turns in
                        turns += 1
                        return turns
                    }
                    // The first run asks for the time three times; this is in the midst of the second.
                    if turn == 5 { withUnsafeCurrentTask { $0?.cancel() } }
                    return clock.now
                }
            }
            let together = Task { [ids] in try await maker.reshuffle(ids, .init(batch: "b1")) }
            await #expect(throws: CancellationError.self) { try await together.value }
            var states: [PlaylistRun.Status?] = []
            for id in ids {
                states.append(try await studio.store.runs(of: id, before: nil, limit: 1).first?.run.status)
            }
            #expect(states == [.done, .failed], "the first stays done")
        }
    }

    @Test func aPlaylistThatRulesKeepUpIsNotReshuffled() async throws {
        try await Studio.with(tracks: 40, playlists: 0) { studio in
            let target = OwnPlaylist(
                in: studio.store, name: try PlaylistName(parsing: "segue:playlist:calm"), title: "Calm", batch: "t")
            _ = try await target.add(["1", "2"], at: nil)
            let kept = try #require(try await studio.store.rulePlaylists().first)
            await #expect(throws: PlaylistError.orphaned(kept.id), "no rule set has it as its target") {
                try await studio.maker().reshuffle(kept.id)
            }
            let rule = Array(
                #"{"name": "calm", "target": "segue:playlist:calm", "root": {"match": "all"}}"#.utf8)
            _ = try await studio.store.save(
                try RuleSet.draft(try JSONParser.parse(rule, 0..<rule.count)), mayReplace: false)
            await #expect(throws: PlaylistError.keptByRules(kept.id)) { try await studio.maker().reshuffle(kept.id) }
            await #expect(throws: PlaylistError.unknownPlaylist(PlaylistID(rawValue: 9_999))) {
                try await studio.maker().reshuffle(PlaylistID(rawValue: 9_999))
            }
        }
    }
}
