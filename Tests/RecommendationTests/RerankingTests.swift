import Catalog
import Features
import Recommendation
import Rules
import Testing

@Suite struct RerankingTests {
    let catalog: SmallCatalog

    init() throws { catalog = try SmallCatalog.listened.get() }

    func recommend(
        _ seeds: [Int], _ change: (inout RecommendationRequest) -> Void = { _ in }
    ) throws -> RecommendationAnswer {
        var request = RecommendationRequest(seeds: seeds.map(catalog.reference))
        change(&request)
        return try Recommender(catalog.serving).recommend(request)
    }

    func vector(_ number: Int) throws -> [Float] {
        try #require(catalog.vectorizer.vector(for: catalog.tracks[number])).values
    }

    /// A vector as queries have it: the padding is no part of them.
    func withoutPadding(_ number: Int) throws -> [Float] {
        var values = try vector(number)
        if let padding = catalog.serving.space.padding { values[padding] = 0 }
        return values
    }

    static func unit(_ x: [Float]) -> [Float] {
        let length = dot(x, x).squareRoot()
        return x.map { $0 / length }
    }

    func familiarity(_ number: Int) -> Float { catalog.vectorizer.familiarity(of: catalog.tracks[number]) }

    static func dot(_ x: [Float], _ y: [Float]) -> Float { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }

    /// The score, written down once more: cosine with the centroid, the match of familiarities, the artists, 0.3 times
    /// the closest seed.
    func expected(_ seeds: [Int], _ track: Int) throws -> Float {
        let vectors = try seeds.map(withoutPadding)
        let sum = vectors[0].indices.map { i in vectors.reduce(Float(0)) { $0 + $1[i] } }
        let candidate = try vector(track)
        let mean = seeds.map(familiarity).reduce(0, +) / Float(seeds.count)
        let closest = vectors.map { Self.dot(Self.unit($0), candidate) }.max() ?? 0
        let shared = seeds.count { $0 / 10 == track / 10 }
        return Self.dot(Self.unit(sum), candidate) + (mean + 0.1) * familiarity(track)
            + 0.15 * (Float(shared) / Float(seeds.count)).squareRoot() + (seeds.count > 1 ? 0.3 * closest : 0)
    }

    @Test(arguments: [[3], [3, 11], [3, 11, 40, 200, 320]])
    func theScoreIsTheSumOfItsTerms(_ seeds: [Int]) throws {
        let answer = try recommend(seeds) { $0.k = 40 }
        #expect(answer.items.count == 40)
        for item in answer.items {
            #expect(abs(item.score - (try expected(seeds, catalog.number(item)))) < 1e-4)
        }
        let least = try #require(answer.items.last).score
        let returned = Set(answer.items.map(catalog.number)).union(seeds)
        for other in 0..<600 where !returned.contains(other) {
            #expect(try expected(seeds, other) <= least + 1e-4)
        }
    }

    @Test func fameCountsForMoreTheFurtherDiscoveryGoes() throws {
        var means: [Float] = []
        for discovery in [Float(0), 0.25, 0.5, 0.75, 1] {
            var total: Float = 0
            for seed in [2, 63, 124, 305] {
                let answer = try recommend([seed]) {
                    $0.k = 20
                    $0.discovery = discovery
                }
                total += answer.items.reduce(0) { $0 + familiarity(catalog.number($1)) }
            }
            means.append(total / 80)
        }
        #expect(means == means.sorted(), "\(means)")
        #expect(means[4] > means[0])
    }

    @Test func withoutDiscoveryFameIsNoPartOfTheScore() throws {
        let answer = try recommend([3]) { $0.discovery = 0 }
        for item in answer.items {
            #expect(try #require(item.explanation).parts.allSatisfy { $0.name != "popularity" })
        }
    }

    @Test func negativesAreKeptAwayFromAndNeverReturned() throws {
        let plain = try recommend([3, 40]) { $0.k = 20 }
        let unwanted = plain.items.prefix(3).map(catalog.number)
        let turned = try recommend([3, 40]) {
            $0.k = 20
            $0.negative = unwanted.map(catalog.reference)
        }
        #expect(Set(turned.items.map(catalog.number)).isDisjoint(with: unwanted))
        let shares = try #require(turned.items[0].explanation).seeds
        #expect(shares.count == 5)
        #expect(shares.contains { $0.share < 0 })
    }

    /// A negative seed costs the tracks around it, which the query would otherwise have liked as much.
    @Test func whatIsCloseToANegativeLosesScore() throws {
        func scores(_ negative: [Int]) throws -> [Int: Float] {
            let answer = try recommend([3, 205]) {
                $0.k = 500
                $0.strategy = .cosine
                $0.negative = negative.map(catalog.reference)
            }
            return Dictionary(uniqueKeysWithValues: answer.items.map { (catalog.number($0), $0.score) })
        }
        let (plain, turned) = (try scores([]), try scores([200]))
        let theirs = try (201..<205).map { try #require(turned[$0]) - #require(plain[$0]) }
        let ours = try (4..<8).map { try #require(turned[$0]) - #require(plain[$0]) }
        #expect(theirs.reduce(0, +) < 0)
        #expect(theirs.reduce(0, +) < ours.reduce(0, +))
    }

    @Test func aNegativeThatTheCatalogLacksIsNamed() throws {
        let stranger = EntityReference(kind: .track, id: .spotify("0000QuApNltQzqS5ROXcQ7"))
        #expect(throws: RecommendationError.unknownSeeds([stranger])) {
            try recommend([3]) { $0.negative = [stranger] }
        }
    }

    @Test func diversityMakesTheAnswerMoreVaried() throws {
        func likeness(_ answer: RecommendationAnswer) throws -> Float {
            let vectors = try answer.items.map { Self.unit(try withoutPadding(catalog.number($0))) }
            var sum: Float = 0
            for one in vectors.indices { for other in 0..<one { sum += Self.dot(vectors[one], vectors[other]) } }
            return sum
        }
        let answers = try [Float(0), 0.3, 0.6, 1].map { diversity in
            try recommend([3]) {
                $0.k = 15
                $0.diversity = diversity
            }
        }
        let values = try answers.map(likeness)
        #expect(values == values.sorted(by: >), "\(values)")
        #expect(answers.allSatisfy { $0.items.count == 15 })
        #expect(answers[1].items[0].track == answers[0].items[0].track)
    }

    @Test func diversityAndCapHoldTogether() throws {
        let answer = try recommend([3]) {
            $0.k = 50
            $0.diversity = 0.5
            $0.perArtist = 1
        }
        let artists = answer.items.map { catalog.number($0) / 10 }
        #expect(Set(artists).count == artists.count)
        #expect(answer.items.count == 50)
        #expect(answer.pool.afterArtistCap >= 50)
    }

    @Test func aSmoothOrderTakesSmallerStepsThroughTheSameTracks() throws {
        let plain = try recommend([3, 200]) { $0.k = 40 }
        let smooth = try recommend([3, 200]) {
            $0.k = 40
            $0.order = .smooth
        }
        #expect(Set(plain.items.map(\.track)) == Set(smooth.items.map(\.track)))
        #expect(smooth.items[0].track == plain.items[0].track)
        func length(_ answer: RecommendationAnswer) throws -> Float {
            let vectors = try answer.items.map { Self.unit(try withoutPadding(catalog.number($0))) }
            return zip(vectors, vectors.dropFirst()).reduce(0) { $0 + 1 - Self.dot($1.0, $1.1) }
        }
        #expect(try length(smooth) < 0.8 * length(plain))
    }

    /// Every combination of wishes, drawn at random: the parts sum to the score, and nothing comes that must not.
    @Test func contributionsSumToTheScoreWhateverIsAskedFor() throws {
        var random = Xoshiro256(seed: 11)
        for _ in 0..<300 {
            let seeds = (0..<1 + random.integer(below: 6)).map { _ in random.integer(below: 600) }
            let negative = (0..<random.integer(below: 3)).map { _ in random.integer(below: 600) }
            let answer: RecommendationAnswer
            do {
                answer = try recommend(seeds) { request in
                    request.k = 1 + random.integer(below: 25)
                    request.negative = negative.map(catalog.reference)
                    request.strategy = random.chance(0.2) ? .cosine : .auto
                    request.discovery = Float(random.uniform())
                    request.diversity = random.chance(0.5) ? Float(random.uniform()) : 0
                    request.order = random.chance(0.3) ? .smooth : .score
                    if random.chance(0.5) { request.target = [.feature(.energy): Float(random.uniform())] }
                    if random.chance(0.5) {
                        for block in Block.allCases where random.chance(0.5) {
                            request.weights[block] = Float(random.uniform() * 3)
                        }
                    }
                    if random.chance(0.3) { request.perArtist = 1 + random.integer(below: 3) }
                    request.explain = .full
                }
            } catch RecommendationError.nothingToCompare {
                continue
            }
            #expect(!answer.items.isEmpty)
            for item in answer.items {
                let explanation = try #require(item.explanation)
                #expect(abs(explanation.parts.reduce(0) { $0 + $1.contribution } - item.score) < 1e-4)
                #expect(abs(explanation.seeds.reduce(0) { $0 + $1.share } - 1) < 1e-3)
                #expect(item.score.isFinite)
                #expect(!(seeds + negative).contains(catalog.number(item)))
            }
        }
    }

    @Test func sharedPlaylistsAreNamedWhereTheySpeakForATrack() throws {
        let answer = try recommend([3]) { $0.k = 10 }
        let listened = answer.items.filter { item in
            guard let parts = item.explanation?.parts else { return false }
            let positive = parts.reduce(Float(0)) { $0 + max(0, $1.contribution) }
            return parts.prefix(2).contains { $0.name == "listeners" && $0.contribution > 0.15 * positive }
        }
        #expect(!listened.isEmpty)
        #expect(listened.allSatisfy { $0.explanation?.text.contains("n the same playlists") ?? false })
    }
}
