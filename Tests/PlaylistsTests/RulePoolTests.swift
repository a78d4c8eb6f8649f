import Catalog
import Foundation
import JSONText
import Playlists
import Rules
import Sampling
import Storage
import TestSupport
import Testing

private func ruleSet(_ name: String, _ conditions: String) throws -> RuleSet.Draft {
    let text = #"{"name": "\#(name)", "root": {"match": "all", "conditions": [\#(conditions)]}}"#
    let bytes = Array(text.utf8)
    return try RuleSet.draft(try JSONParser.parse(bytes, 0..<bytes.count))
}

private let lively = #"{"field": "energy", "op": "gte", "value": 0.5}"#
private let calm = #"{"field": "energy", "op": "lt", "value": 0.5}"#

@Suite("Pools of rules", .enabled(if: hasDatabase, "DATABASE_URL is not set")) struct RulePoolTests {
    @Test(arguments: ["lively-ones", "Lively ones"])
    func aStoredRuleSetIsAPoolByItsIdAndByItsName(_ name: String) async throws {
        try await Studio.with(isIndexed: true) { studio in
            _ = try await studio.store.save(try ruleSet("Lively ones", lively), mayReplace: false)
            let wanted = try RuleGroup(parsing: #"{"match": "all", "conditions": [\#(lively)]}"#)
            let matching = try await studio.store.tracks(matching: wanted, at: studio.clock.now)
            let text = #"{"pool": [{"from": "rules", "rule_set": "\#(name)"}], "count": 20}"#
            let run = try await studio.maker().create(try draft(text))
            #expect(run.total == 20 && Set(run.tracks.map(\.track)).isSubset(of: matching))
            #expect(run.report.sources.map(\.name) == ["rule set \(name)"])
            // The recipe names the rule set, so that a change of it counts from the next run on.
            _ = try await studio.store.save(
                try RuleSet.Draft(ruleSet("Lively ones", calm).ruleSet), mayReplace: true)
            let id = try #require(run.playlist)
            let next = try await studio.maker().reshuffle(id)
            #expect(next.total == 20 && Set(next.tracks.map(\.track)).isDisjoint(with: matching))
        }
    }

    @Test func aRuleSetThatThereIsNotIsRefusedAndOneThatIsGoneIsNamed() async throws {
        try await Studio.with(isIndexed: true) { studio in
            try await studio.like(1..<31)
            let text = #"{"pool": [{"from": "library"}, {"from": "rules", "rule_set": "lively"}], "count": 5}"#
            do {
                _ = try await studio.maker().create(try draft(text))
                Issue.record("a recipe with a rule set that there is not was taken")
            } catch let error as RecipeError {
                #expect(error.faults.map(\.path) == [["pool", "1", "rule_set"]])
            }
            _ = try await studio.store.save(try ruleSet("lively", lively), mayReplace: false)
            let run = try await studio.maker().create(try draft(text))
            _ = try await studio.store.removeRuleSet("lively")
            let next = try await studio.maker().reshuffle(try #require(run.playlist))
            let source = try #require(next.report.sources.first { $0.name == "rule set lively" })
            #expect(next.total == 5 && source.problem == "there is no rule set lively")
        }
    }

    @Test func aNameOfTwoRuleSetsNamesNeither() async throws {
        try await Studio.with(tracks: 20, playlists: 0) { studio in
            var second = try ruleSet("Same", calm)
            second.ruleSet.id = "other"
            for draft in [try ruleSet("Same", lively), second] {
                _ = try await studio.store.save(draft, mayReplace: false)
            }
            let rules = IndexRules(serving: { nil }, sets: studio.store)
            #expect(try await !rules.hasRuleSet("Same"))
            let (one, other) = (try await rules.hasRuleSet("same"), try await rules.hasRuleSet("other"))
            #expect(one && other)
            #expect(try await !IndexRules { nil }.hasRuleSet("same"), "nobody keeps rule sets")
        }
    }

    @Test func partsOfOneKindAreCountedEachByItself() async throws {
        try await Studio.with(isIndexed: true) { studio in
            let two = #"""
                {"pool": [{"from": "rules", "rules": {"match": "all", "conditions": [\#(lively)]}, "share": 0.75},
                          {"from": "rules", "rules": {"match": "all", "conditions": [\#(calm)]}, "share": 0.25}],
                 "count": 20}
                """#
            let run = try await studio.maker().create(try draft(two))
            #expect(run.report.sources.map(\.name) == ["rules, part 1", "rules, part 2"])
            #expect(run.report.sources.map(\.taken) == [15, 5])
            let counts = try await [lively, calm].asyncMap { condition in
                let rule = try RuleGroup(parsing: #"{"match": "all", "conditions": [\#(condition)]}"#)
                return try await studio.store.tracks(matching: rule, at: studio.clock.now).count
            }
            #expect(run.report.sources.map(\.candidates) == counts)
        }
    }

    @Test func aRuleOfARunAsksOfItsListenersOwnListening() async throws {
        try await Studio.with(isIndexed: true) { studio in
            _ = try await studio.store.addListener("anna")
            try await studio.feed(1..<21, .played)
            try await studio.feed(11..<41, .played, of: "anna")
            let heard = #"""
                {"pool": [{"from": "rules", "rules": {"match": "all",
                           "conditions": [{"field": "play_count", "op": "gte", "value": 1}]}}], "count": 100}
                """#
            for (listener, range) in [(Listener.standard, 1..<21 as Range<Int64>), ("anna", 11..<41)] {
                let run = try await studio.maker().create(try draft(heard, of: listener), .init(isDryRun: true))
                let recordings = Set(run.tracks.map(\.track.rawValue))
                #expect(recordings.isSubset(of: Set(range)) && run.report.sources[0].candidates == range.count)
            }
            // Without a listener everybody's counts.
            let rule = try RuleGroup(
                parsing: #"{"match": "all", "conditions": [{"field": "play_count", "op": "gte", "value": 1}]}"#)
            let all = try await studio.store.tracks(matching: rule, at: studio.clock.now)
            #expect(all.map(\.rawValue) == Array(1..<41))
        }
    }

    @Test func whatNamesNothingAmongTheExclusionsIsSaid() async throws {
        try await Studio.with(tracks: 1_500, playlists: 60, isIndexed: true) { studio in
            try await studio.like(1..<81)
            let text = #"""
                {"pool": [{"from": "profile"}], "count": 10, "exclude": ["tag:no-such-thing"],
                 "exclude_contexts": ["demo:artist:nobody"]}
                """#
            let run = try await studio.maker().create(try draft(text), .init(isDryRun: true))
            let problems = run.report.sources.compactMap { source in source.problem.map { "\(source.name): \($0)" } }
            #expect(problems.contains { $0.hasPrefix("exclude tag:no-such-thing: the catalog has no tag") })
            #expect(
                problems.contains { $0.hasPrefix("exclude_contexts demo:artist:nobody: the catalog has no artist") })
            #expect(run.total == 10 && run.report.contexts.allSatisfy { !$0.isExcluded })
        }
    }

    @Test func theDailyPlaylistIsBalancedByItsContexts() async throws {
        try await Studio.with(tracks: 1_500, playlists: 60, isIndexed: true) { studio in
            try await studio.like(1..<81)
            let run = try await studio.maker().daily(of: Listener.standard)
            let contexts = run.report.contexts
            #expect(contexts.count > 1 && run.total == 30)
            #expect(!run.report.relaxed.contains { $0.wish == .shares }, "\(run.report.relaxed.map(\.text))")
            for context in contexts {
                // As many as its share, unless it has too few that may be taken; a track may be offered for several.
                #expect(context.taken >= Int(context.share * 30 * 0.6), "\(context)")
            }
        }
    }
}

extension Array {
    fileprivate func asyncMap<Result>(_ transform: (Element) async throws -> Result) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
