import Catalog
import JSONText
import Testing

@testable import Sampling

private func recipe(_ members: String) throws -> Recipe {
    let bytes = Array(#"{"pool": [{"from": "library"}], \#(members)}"#.utf8)
    return try Recipe(reading: try JSONParser.parse(bytes, 0..<bytes.count), limits: RecipeLimits())
}

private func faults(_ members: String) -> [RecipeFault] {
    do { _ = try recipe(members) } catch let error as RecipeError { return error.faults } catch {}
    return []
}

@Suite("Ladders as they are written") struct LadderReadingTests {
    @Test(arguments: [
        (#""per_artist": 2, "relax": [{"wish": "per_artist", "to": 1}]"#, "the 2 before"),
        (#""per_album": 3, "relax": [{"wish": "per_album", "to": 2}]"#, "the 3 before"),
        (#""max_kept_ratio": 0.5, "relax": [{"wish": "max_kept_ratio", "to": 0.25}]"#, "the 0.5 before"),
        (#""min_new_ratio": 0.5, "relax": [{"wish": "min_new_ratio", "to": 0.75}]"#, "the 0.5 before"),
        (#""artist_spacing": 2, "relax": [{"wish": "artist_spacing", "to": 4}]"#, "the 2 before"),
        (#""cooldown": {"served_days": 7}, "relax": [{"wish": "cooldown.served", "to": 14}]"#, "the 7 before"),
        (#""cooldown": {"played_days": 7}, "relax": [{"wish": "cooldown.played", "to": 8}]"#, "the 7 before"),
        (#""cooldown": {"skipped_days": 9}, "relax": [{"wish": "cooldown.skipped", "to": 10}]"#, "the 9 before"),
    ]) func aStepThatAsksMoreIsRefused(_ members: String, _ words: String) {
        let found = faults(members)
        #expect(found.map(\.path) == [["relax", "0", "to"]])
        #expect(found.map(\.code) == [.contradiction] && found.first?.message.contains(words) == true)
    }

    @Test func stepsAreComparedWithTheStepsBeforeThem() throws {
        let rising = #""per_artist": 2, "relax": [{"wish": "per_artist", "to": 3}, {"wish": "per_artist", "to": 5}]"#
        #expect(try recipe(rising).rules.ladder.map(\.bound) == [3, 5])
        let falling = #""per_artist": 2, "relax": [{"wish": "per_artist", "to": 5}, {"wish": "per_artist", "to": 3}]"#
        #expect(faults(falling).map(\.path) == [["relax", "1", "to"]])
        let given = #""per_artist": 2, "relax": [{"wish": "per_artist"}, {"wish": "per_artist", "to": 3}]"#
        #expect(try recipe(given).rules.ladder.count == 2, "what was given up asks nothing that could be tightened")
    }

    @Test func aStepThatLoosensNothingIsTakenAndPassedOver() throws {
        for members in [
            #""relax": [{"wish": "per_artist", "to": 3}]"#,
            #""per_artist": 2, "relax": [{"wish": "per_artist", "to": 2}]"#,
        ] {
            var rules = try recipe(members).rules
            #expect(rules.ladder.count == 1)
            let step = rules.ladder[0]
            #expect(rules.relax(step) == nil)
        }
    }

    @Test func theUsualLadderNeverAsksMore() throws {
        var random = Xoshiro256(seed: 5)
        for _ in 0..<200 {
            var rules = World.rules(&random)
            for step in rules.usualLadder {
                #expect(rules.tightened(by: step) == nil)
                _ = rules.relax(step)
            }
        }
    }

    @Test func boundsAreSaidAsPeopleWriteThem() {
        #expect(faults(#""temperature": 101"#).map(\.message) == ["101 is not between 0 and 100"])
        #expect(faults(#""min_new_ratio": -0.5"#).map(\.message) == ["-0.5 is not between 0 and 1"])
        #expect(faults(#""count": 0"#).map(\.message) == ["0 is not between 1 and 500"])
        #expect(
            faults(#""cooldown": {"served_days": 36525}"#).map(\.message) == ["36525 is not between 0 and 3650"])
        let weight = #""pool": [{"from": "library", "weight": 0}]"#
        let bytes = Array("{\(weight)}".utf8)
        #expect(
            throws: RecipeError([
                RecipeFault(["pool", "0", "weight"], .outOfRange, "0 is not above 0 and at most 1000")
            ])
        ) {
            try Recipe(reading: try JSONParser.parse(bytes, 0..<bytes.count), limits: RecipeLimits())
        }
    }
}

@Suite("Rule sets as pools, as they are written") struct RuleSetPoolReadingTests {
    private func pool(_ part: String) throws -> Recipe {
        let bytes = Array(#"{"pool": [\#(part)]}"#.utf8)
        return try Recipe(reading: try JSONParser.parse(bytes, 0..<bytes.count), limits: RecipeLimits())
    }

    @Test func aRuleSetIsReadAndWrittenBack() throws {
        let recipe = try pool(#"{"from": "rules", "rule_set": "Calm evening"}"#)
        #expect(recipe.parts.map(\.source) == [.ruleSet("Calm evening")])
        #expect(try Recipe(reading: recipe.json, limits: RecipeLimits()) == recipe)
        #expect(recipe.parts[0].source.name == "rules")
    }

    @Test(arguments: [
        (#"{"from": "rules"}"#, ["pool", "0", "rules"], RecipeFault.Code.missing),
        (#"{"from": "rules", "rules": {"match": "all"}, "rule_set": "a"}"#, ["pool", "0", "rule_set"], .contradiction),
        (#"{"from": "rules", "rule_set": 7}"#, ["pool", "0", "rule_set"], .wrongType),
        (#"{"from": "rules", "rule_set": ""}"#, ["pool", "0", "rule_set"], .outOfRange),
        (#"{"from": "rules", "ruleset": "a"}"#, ["pool", "0", "ruleset"], .unknownField),
    ]) func whatIsWrongHasItsPlace(_ part: String, _ path: [String], _ code: RecipeFault.Code) throws {
        let error = try #require(throws: RecipeError.self) { try pool(part) }
        #expect(error.faults.first?.path == path && error.faults.first?.code == code, "\(error)")
    }
}

@Suite("Recipes drawn by lot") struct RecipePropertyTests {
    @Test func everyRecipeReadsBackAsItIsWritten() throws {
        var random = Xoshiro256(seed: 17)
        for _ in 0..<300 {
            var rules = World.rules(&random)
            rules.shares = []
            let shares: [Double]? = random.chance(0.5) ? [0.5, 0.25, 0.25] : nil
            let sources: [PoolSource] = [
                .library, .tracks(of: .tag("rock")), .ruleSet("a"), .profile,
                .rules(.object(["match": .string("all")])),
                .recommendations(seeds: [.tag("jazz")], discovery: random.chance(0.5) ? 0.25 : nil),
            ]
            let parts = (0..<3).map { place in
                PoolPart(
                    sources[random.integer(below: sources.count)], share: shares?[place],
                    weight: random.chance(0.5) ? 1 : 2.5)
            }
            var recipe = Recipe(parts: parts, rules: rules)
            if random.chance(0.3) { recipe.excluded = [.tag("x")] }
            if random.chance(0.3) { recipe.excludedContexts = [.tag("y")] }
            let bytes = recipe.json.bytes
            let read = try Recipe(reading: try JSONParser.parse(bytes, 0..<bytes.count), limits: RecipeLimits())
            #expect(read == recipe, "\(String(decoding: bytes, as: UTF8.self))")
        }
    }

    @Test func noMemberIsTakenThatIsNotKnown() {
        for field in Recipe.fields {
            let found = faults("\"\(field)_\": 1")
            #expect(found.map(\.path) == [["\(field)_"]] && found.map(\.code) == [.unknownField])
        }
    }

    @Test func sharesAreHandedOutWithoutRemainder() {
        var random = Xoshiro256(seed: 23)
        for _ in 0..<500 {
            let parts = 1 + random.integer(below: 6)
            let draws = (0..<parts).map { _ in random.uniform() }
            let sum = draws.reduce(0, +) * (random.chance(0.5) ? 1 : 1.3)
            let shares = draws.map { $0 / sum }
            let total = 1 + random.integer(below: 60)
            let counts = Quota.counts(shares, of: total)
            #expect(zip(counts, shares).allSatisfy { abs(Double($0) - $1 * Double(total)) < 1 + 1e-9 })
            #expect(counts.reduce(0, +) == Int((shares.reduce(0, +) * Double(total) + 1e-9).rounded()))
        }
    }
}
