import Catalog
import Testing

@testable import Features

@Suite struct SeedQueryTests {
    private let space: FeatureSpace
    private let vectors: [[Float]]

    init() throws {
        let vectorizer = try SampleTracks.vectorizer(SampleTracks.reference)
        space = vectorizer.space
        vectors = SampleTracks.reference.compactMap { vectorizer.vector(for: $0)?.values }
    }

    @Test func aSingleSeedIsItsOwnQuery() throws {
        let query = try SeedQuery(seeds: [vectors[0]])
        for (x, y) in zip(query.values, vectors[0]) { #expect(abs(x - y) < 1e-6) }
        #expect(abs(query.shares(of: vectors[0])[0] - 1) < 1e-6)
    }

    @Test func theQueryIsTheUnitMean() throws {
        let query = try SeedQuery(seeds: Array(vectors[0...2]))
        let mean = (0..<space.dimension).map { (vectors[0][$0] + vectors[1][$0] + vectors[2][$0]) / 3 }
        let norm = Float(length(mean))
        for (x, y) in zip(query.values, mean) { #expect(abs(x - y / norm) < 1e-6) }
    }

    @Test func sharesSumToTheScore() throws {
        let query = try SeedQuery(seeds: vectors, weights: [1, 1, 1, 1, 1, -0.1])
        #expect(query.seedCount == 6)
        for vector in vectors {
            let shares = query.shares(of: vector)
            #expect(abs(shares.reduce(0) { $0 + Double($1) } - product(query.values, vector)) < 1e-5)
        }
    }

    @Test func aSeedThatResemblesTheResultHasTheLargestShare() throws {
        let shares = try SeedQuery(seeds: [vectors[4], vectors[0]]).shares(of: vectors[1])
        #expect(shares[1] > shares[0])
    }

    @Test func noSeedsOrSeedsThatCancelAreAnError() {
        #expect(throws: FeatureSpaceError.emptyQuery) { try SeedQuery(seeds: []) }
        #expect(throws: FeatureSpaceError.emptyQuery) {
            try SeedQuery(seeds: [vectors[0], vectors[0]], weights: [1, -1])
        }
    }

    @Test func reweightingScalesContributionsInProportion() throws {
        let query = try SeedQuery(seeds: [vectors[0]])
        let weighted = try query.reweighted([.audio: 2, .era: 0.5], in: space)
        #expect(abs(length(weighted.values) - 1) < 1e-6)
        let before = space.contributions(query: query.values, vector: vectors[2])
        let after = space.contributions(query: weighted.values, vector: vectors[2])
        let scale = after[1].contribution / before[1].contribution
        #expect(abs(after[0].contribution - 2 * scale * before[0].contribution) < 1e-5)
        #expect(abs(after[2].contribution - 0.5 * scale * before[2].contribution) < 1e-5)
        let sum = weighted.shares(of: vectors[2]).reduce(0, +)
        #expect(abs(Double(sum) - product(weighted.values, vectors[2])) < 1e-5)
    }

    @Test func aBlockOfWeightZeroTakesNoPart() throws {
        let query = try SeedQuery(seeds: [vectors[0]]).reweighted([.artist: 0, .artistAudio: 0], in: space).values
        let parts = space.contributions(query: query, vector: vectors[1])
        for part in parts where part.block == .artist || part.block == .artistAudio { #expect(part.contribution == 0) }
    }

    @Test func equalWeightsChangeNothing() throws {
        let query = try SeedQuery(seeds: [vectors[3]]).reweighted(
            [.audio: 3, .artistAudio: 3, .era: 3, .artist: 3], in: space
        ).values
        for (x, y) in zip(query, vectors[3]) { #expect(abs(x - y) < 1e-6) }
    }

    @Test func badWeightsAreErrorsThatNameTheBlock() {
        #expect(throws: FeatureSpaceError.badWeight(.audio)) {
            try SeedQuery(seeds: [vectors[0]]).reweighted([.audio: -1], in: space).values
        }
        #expect(throws: FeatureSpaceError.badWeight(.era)) {
            try SeedQuery(seeds: [vectors[0]]).reweighted([.era: .nan], in: space).values
        }
        #expect(throws: FeatureSpaceError.badWeight(.era)) {
            try SeedQuery(seeds: [vectors[0]]).reweighted([.era: .infinity], in: space).values
        }
        #expect(throws: FeatureSpaceError.blockNotInSpace(.sound)) {
            try SeedQuery(seeds: [vectors[0]]).reweighted([.sound: 1], in: space).values
        }
        #expect(throws: FeatureSpaceError.emptyQuery) {
            try SeedQuery(seeds: [vectors[5]]).reweighted([.artist: 0], in: space).values
        }
        #expect(FeatureSpaceError.badWeight(.artistAudio).description.contains("artist_audio"))
    }
}
