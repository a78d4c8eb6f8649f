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
            let layout = try #require(space.layout(part.block))
            #expect(abs(Double(part.contribution) - layout.weight * cosine(in: layout.range)) < 1e-5)
        }
    }

    private func cosine(in range: Range<Int>) -> Double {
        let (x, y) = (vectors[0][range].map(Double.init), vectors[2][range].map(Double.init))
        func product(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
        return product(x, y) / (product(x, x) * product(y, y)).squareRoot()
    }

    @Test func aBlockThatOneLacksContributesNothing() {
        let parts = space.contributions(query: vectors[0], vector: vectors[5])
        for part in parts where part.block != .artist { #expect(part.contribution == 0) }
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

/// The same where playlists taught the audio blocks' rotation.
@Suite struct LearnedContributionTests {
    private let catalog = Listeners(playlists: 120)
    private let vectorizer: Vectorizer
    private let vectors: [[Float]]

    init() throws {
        vectorizer = Vectorizer(try catalog.trained())
        vectors = catalog.tracks[..<60].compactMap { [vectorizer] in vectorizer.vector(for: $0)?.values }
        #expect(vectorizer.space.audio.projection != nil)
    }

    private var space: FeatureSpace { vectorizer.space }

    @Test func blocksSumToTheScoreAndTheArtistsPartsAreOne() {
        for (query, vector) in zip(vectors, vectors.dropFirst()) {
            let parts = space.contributions(query: query, vector: vector)
            #expect(parts.map(\.block) == [.listeners, .artist, .audio, .artistAudio, .era])
            #expect(abs(parts.reduce(0) { $0 + Double($1.contribution) } - product(query, vector)) < 1e-5)
        }
    }

    @Test(arguments: [Block.audio, .artistAudio])
    func featuresSumToTheirBlockForTracksAndCentroids(block: Block) throws {
        let query = try SeedQuery(seeds: Array(vectors[..<5])).reweighted([.audio: 2], in: space).values
        for (one, vector) in zip(vectors, vectors.dropFirst()) {
            for query in [one, query] {
                let features = space.featureContributions(query: query, vector: vector, in: block)
                let whole = space.contributions(query: query, vector: vector).first { $0.block == block }
                let sum = features.reduce(0) { $0 + Double($1.contribution) }
                #expect(abs(sum - Double(try #require(whole).contribution)) < 1e-5)
                #expect(features.count == AudioFeature.allCases.count)
            }
        }
    }

    @Test func theAttributionIsSymmetric() {
        let forth = space.featureContributions(query: vectors[0], vector: vectors[1])
        let back = space.featureContributions(query: vectors[1], vector: vectors[0])
        for (x, y) in zip(forth, back) {
            #expect(x.feature == y.feature && abs(x.contribution - y.contribution) < 1e-6)
        }
    }

    @Test func standardisedColumnsComeBackFromTheVector() throws {
        let projection = try #require(space.audio.projection)
        let raw = AudioColumn.rawVector(of: catalog.tracks[3])
        let columns = try space.audio.scaling.standardised(raw).get()
        let range = try #require(space.layout(.audio)).range
        let vector = try #require(vectorizer.vector(for: catalog.tracks[3])).values
        let undone = projection.undone(vector[range].map(Double.init))
        let scale = columns[0] / undone[0]
        for (one, other) in zip(columns, undone) { #expect(abs(one - other * scale) < 1e-4) }
    }

    @Test func aFeatureThatNeitherSideHasIsNotMentioned() throws {
        var tracks = [catalog.tracks[0], catalog.tracks[1]]
        for index in tracks.indices {
            tracks[index].id = TrackID(rawValue: Int64(9_000 + index))
            tracks[index].features[.tempo] = nil
        }
        let vectors = try tracks.map { try #require(vectorizer.vector(for: $0)).values }
        let features = space.featureContributions(query: vectors[0], vector: vectors[1])
        #expect(!features.contains { $0.feature == .tempo && abs($0.contribution) > 1e-6 })
        #expect(features.contains { $0.feature == .energy })
    }
}
