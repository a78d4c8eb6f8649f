import Catalog
import JSONText
import Testing

@testable import Sampling

private func read(_ text: String, limits: RecipeLimits = RecipeLimits()) throws -> Recipe {
    let bytes = Array(text.utf8)
    return try Recipe(reading: try JSONParser.parse(bytes, 0..<bytes.count), limits: limits)
}

private func faults(_ text: String) throws -> [String] {
    do {
        _ = try read(text)
        return []
    } catch let error as RecipeError {
        return error.faults.map { "\($0.path.joined(separator: "/")) \($0.code.rawValue)" }
    }
}

@Suite struct RecipeTests {
    static let full = #"""
        {"pool": [{"from": "library", "share": 0.4, "weight": 2},
                  {"from": "tracks", "of": "tag:shoegaze", "share": 0.2},
                  {"from": "recommendations", "seeds": ["isrc:USRC17607839"], "discovery": 0.25, "share": 0.2},
                  {"from": "rules", "rules": {"match": "all"}, "share": 0.1}, {"from": "profile", "share": 0.1}],
         "count": 25, "cooldown": {"played_days": 7, "served_days": 14.5, "skipped_days": 60, "recovery_days": 3,
         "skipped_recovery_days": 9}, "per_artist": 2, "per_album": 1, "min_new_ratio": 0.3, "max_kept_ratio": 0.5,
         "popularity": [{"min": 0, "max": 29, "share": 0.25}], "temperature": 0.2, "artist_spacing": 3,
         "order": "harmonic", "relax": [{"wish": "per_artist", "to": 3}, {"wish": "popularity"}],
         "exclude": ["tag:christmas"], "exclude_contexts": ["tag:metal"]}
        """#

    @Test func everythingIsReadAndWrittenBack() throws {
        let recipe = try read(Self.full)
        #expect(recipe.parts.count == 5 && recipe.parts[0].weight == 2)
        #expect(recipe.rules.shares == [0.4, 0.2, 0.2, 0.1, 0.1])
        #expect(recipe.rules.cooldowns.served == Cooldown(window: 14.5, recovery: 3))
        #expect(recipe.rules.cooldowns.skipped == Cooldown(window: 60, recovery: 9))
        #expect(recipe.rules.ladder == [Relaxation(.perArtist, to: 3), Relaxation(.popularity)])
        #expect(recipe.excluded == [.tag("christmas")] && recipe.excludedContexts == [.tag("metal")])
        #expect(try Recipe(reading: recipe.json, limits: RecipeLimits()) == recipe)
        let daily = Recipe.daily(count: 12)
        #expect(try Recipe(reading: daily.json, limits: RecipeLimits()) == daily)
    }

    @Test func whatIsLeftOutHasItsUsualValue() throws {
        let recipe = try read(#"{"pool": [{"from": "library"}]}"#)
        #expect(recipe.rules.count == 30 && recipe.rules.shares.isEmpty && recipe.rules.cooldowns.isEmpty)
        #expect(recipe.rules.ladder == recipe.rules.usualLadder)
        let base = Recipe.daily()
        let changed = try Recipe(
            reading: .object(["count": .number(5)]), over: base, limits: RecipeLimits())
        #expect(changed.parts == base.parts && changed.rules.count == 5 && changed.rules.perArtist == 2)
    }

    @Test(
        arguments: [
            ("{}", ["pool missing"]), ("[]", [" wrong_type"]), (#"{"pool": []}"#, ["pool missing"]),
            (#"{"pool": "library"}"#, ["pool wrong_type"]),
            (#"{"pool": [{"from": "moon"}]}"#, ["pool/0/from unknown_name"]),
            (#"{"pool": [{}]}"#, ["pool/0/from missing"]), (#"{"pool": [{"from": "tracks"}]}"#, ["pool/0/of missing"]),
            (#"{"pool": [{"from": "tracks", "of": "x"}]}"#, ["pool/0/of bad_reference"]),
            (#"{"pool": [{"from": "recommendations"}]}"#, ["pool/0/seeds missing"]),
            (#"{"pool": [{"from": "rules"}]}"#, ["pool/0/rules missing"]),
            (#"{"pool": [{"from": "library", "share": -0.1}]}"#, ["pool/0/share out_of_range"]),
            (#"{"pool": [{"from": "library", "share": 0}]}"#, ["pool contradiction"]),
            (#"{"pool": [{"from": "library", "weight": 0}]}"#, ["pool/0/weight out_of_range"]),
            (
                #"{"pool": [{"from": "library", "share": 0.7}, {"from": "profile", "share": 0.7}]}"#,
                ["pool contradiction"]
            ),
            (#"{"pool": [{"from": "library", "share": 0.7}, {"from": "profile"}]}"#, ["pool contradiction"]),
        ])
    func badPoolsAreNamed(_ text: String, _ expected: [String]) throws {
        #expect(try faults(text) == expected)
    }

    @Test(
        arguments: [
            (#""count": 0"#, "count out_of_range"), (#""count": 1000000000"#, "count out_of_range"),
            (#""count": 1.5"#, "count wrong_type"), (#""count": "ten""#, "count wrong_type"),
            (#""count": 1e300"#, "count wrong_type"),
            (#""per_artist": 0"#, "per_artist out_of_range"), (#""per_album": -1"#, "per_album out_of_range"),
            (#""cooldown": {"served_days": 36500}"#, "cooldown/served_days out_of_range"),
            (#""cooldown": {"served_days": -1}"#, "cooldown/served_days out_of_range"),
            (#""cooldown": {"days": 1}"#, "cooldown/days unknown_field"), (#""cooldown": 7"#, "cooldown wrong_type"),
            (#""min_new_ratio": 1.1"#, "min_new_ratio out_of_range"),
            (#""popularity": [{"min": 50, "max": 10, "share": 0.5}]"#, "popularity/0/min contradiction"),
            (#""popularity": [{"max": 50, "share": 0.5}, {"min": 50, "share": 0.5}]"#, "popularity contradiction"),
            (#""popularity": [{"max": 50}]"#, "popularity/0/share missing"),
            (#""popularity": [{"max": 40, "share": 0.8}, {"min": 50, "share": 0.5}]"#, "popularity contradiction"),
            (#""temperature": -1"#, "temperature out_of_range"), (#""order": "best""#, "order unknown_name"),
            (#""relax": [{"wish": "sleep"}]"#, "relax/0/wish unknown_name"),
            (#""relax": [{}]"#, "relax/0/wish missing"),
            (#""relax": [{"wish": "per_artist", "to": 0}]"#, "relax/0/to out_of_range"),
            (#""relax": [{"wish": "shares", "to": 0}]"#, "relax/0/to contradiction"),
            (#""relax": [{"wish": "cooldown.served", "to": 9999}]"#, "relax/0/to out_of_range"),
            (#""exclude": [3]"#, "exclude/0 wrong_type"), (#""artist_spacing": -2"#, "artist_spacing out_of_range"),
            (#""mood": "blue""#, "mood unknown_field"),
        ])
    func badWishesAreNamed(_ member: String, _ expected: String) throws {
        #expect(try faults(#"{"pool": [{"from": "library"}], \#(member)}"#) == [expected])
    }

    @Test func allFaultsAreNamedAtOnce() throws {
        let found = try faults(#"{"pool": [{"from": "moon"}], "count": 0, "per_artist": 0, "x": 1}"#)
        #expect(
            Set(found) == [
                "x unknown_field", "pool/0/from unknown_name", "count out_of_range", "per_artist out_of_range",
            ])
    }
}

@Suite struct TasteContextsTests {
    private func vector(_ angle: Double) -> [Float] { [Float(1 - angle * angle / 2), Float(angle), 0] }

    @Test func directionsThatLieTogetherAreOneContext() {
        let groups = [[1.0, 0, 0], [0, 1, 0], [0, 0, 1]] as [[Float]]
        let vectors = (0..<30).map { number -> [Float] in
            var vector = groups[number % 3]
            vector[(number + 1) % 3] = 0.1 * Float(number) / 30
            let length = TasteContexts.cosine(vector, vector).squareRoot()
            return vector.map { $0 / length }
        }
        let weights = (0..<30).map { [3.0, 2, 1][$0 % 3] }
        let contexts = TasteContexts(vectors, weights: weights)
        #expect(contexts.centers.count == 3)
        for (number, group) in contexts.assignments.enumerated() { #expect(group == number % 3) }
        #expect(zip(contexts.shares, [0.5, 1.0 / 3, 1.0 / 6]).allSatisfy { abs($0 - $1) < 1e-9 })
        #expect(contexts.context(of: [0, 0.2, 0.9]) == 2)
    }

    @Test func fewTracksAreOneContext() {
        let contexts = TasteContexts([vector(0), vector(0.1)], weights: [1, 1])
        #expect(contexts.centers.count == 1 && contexts.assignments == [0, 0] && contexts.shares == [1])
        #expect(TasteContexts([], weights: []).centers.isEmpty)
    }

    @Test func itComesOutTheSameAgain() {
        let vectors = (0..<50).map { vector(Double($0 % 7) / 7) }
        let one = TasteContexts(vectors, weights: vectors.map { _ in 1 })
        let two = TasteContexts(vectors, weights: vectors.map { _ in 1 })
        #expect(one.assignments == two.assignments && one.centers == two.centers)
    }
}
