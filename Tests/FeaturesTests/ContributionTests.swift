import Catalog
import Testing

@testable import Features

@Suite struct ContributionTests {
    private let vectorizer: Vectorizer
    private let vectors: [[Float]]

    init() throws {
        vectorizer = try SampleTracks.vectorizer(SampleTracks.reference)
        vectors = SampleTracks.reference.compactMap { [vectorizer] in vectorizer.vector(for: $0)?.values }
    }

    private var space: FeatureSpace { vectorizer.space }

    @Test func blocksSumToTheScore() {
        for query in vectors {
            for vector in vectors {
                let parts = space.contributions(query: query, vector: vector)
                #expect(parts.map(\.block) == [.audio, .artistAudio, .era, .artist])
                let sum = parts.reduce(0) { $0 + Double($1.contribution) }
                #expect(abs(sum - product(query, vector)) < 1e-5)
            }
        }
    }

    @Test func betweenFullVectorsABlockContributesItsWeightTimesItsCosine() throws {
        for part in space.contributions(query: vectors[0], vector: vectors[2]) {
            let weight = try #require(space.layout(part.block)).weight
            #expect(abs(Double(part.contribution) - weight * Double(try #require(part.cosine))) < 1e-5)
        }
    }

    @Test func aBlockThatOneLacksContributesNothingAndHasNoCosine() {
        let parts = space.contributions(query: vectors[0], vector: vectors[5])
        for part in parts where part.block != .artist {
            #expect(part.contribution == 0)
            #expect(part.cosine == nil)
        }
    }

    @Test(arguments: [Block.audio, .artistAudio])
    func featuresSumToTheirBlock(block: Block) throws {
        for query in vectors {
            for vector in vectors {
                let features = space.featureContributions(query: query, vector: vector, in: block)
                let sum = features.reduce(0) { $0 + $1.contribution }
                let parts = space.contributions(query: query, vector: vector)
                let whole = try #require(parts.first { $0.block == block }).contribution
                #expect(abs(sum - whole) < 1e-5)
                #expect(Set(features.map(\.feature)).count == features.count)
            }
        }
    }

    @Test func aMissingFeatureIsNeverMentioned() {
        let mentioned = space.featureContributions(query: vectors[0], vector: vectors[3]).map(\.feature)
        #expect(mentioned.contains(.tempo))
        for feature in [AudioFeature.energy, .key, .mode, .timeSignature] { #expect(!mentioned.contains(feature)) }
    }

    @Test func otherBlocksHaveNoFeatures() {
        #expect(space.featureContributions(query: vectors[0], vector: vectors[1], in: .era).isEmpty)
        #expect(space.featureContributions(query: vectors[0], vector: vectors[1], in: .sound).isEmpty)
    }
}
