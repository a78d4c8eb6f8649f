import Catalog
import Foundation
import Testing

@testable import Features

@Suite struct GrowthTests {
    @Test func theFirstPlaylistBringsTheFullRecipe() {
        #expect(BlockWeights.grown(playlists: 0) == .contentOnly)
        #expect(BlockWeights.grown(playlists: 1) == .learned)
        #expect(BlockWeights.grown(playlists: 1_000_000) == .learned)
    }

    @Test func sharesSumToOneAndKeepTheListenersApart() throws {
        var weights = BlockWeights.learned
        weights.era = 0.5
        let parts = BlockPart.allCases.map { (part: $0, dimension: 2) }
        let layout = BlockLayout.consecutive(parts, weights: weights)
        #expect(abs(layout.reduce(0) { $0 + $1.weight } - 1) < 1e-12)
        #expect(abs(try #require(layout.first { $0.part == .trackFactors }).weight - 0.4) < 1e-12)
        #expect(layout.last?.range.upperBound == 18)
        weights.era = 0
        #expect(BlockLayout.consecutive(parts, weights: weights).count == 8)
    }

    @Test(arguments: [(1, 8, 4), (32, 8, 4), (100, 25, 12), (192, 48, 24), (5_000, 48, 24)])
    func factorsGrowWithPlaylists(playlists: Int, tracks: Int, artists: Int) {
        #expect(TrainingOptions().trackFactors(playlists: playlists) == tracks)
        #expect(TrainingOptions().artistFactors(playlists: playlists) == artists)
    }

    @Test func theAudioRotationComesWithPlaylists() throws {
        #expect(try Listeners(playlists: 0).trained().space.audio.projection == nil)
        #expect(try Listeners(playlists: 1).trained().space.audio.projection != nil)
        #expect(try Listeners(playlists: 60).trained { $0.learnsAudio = false }.space.audio.projection == nil)
    }

    @Test func weightsCanBeGiven() throws {
        let alone = BlockWeights(
            listeners: 1, artistFactors: 0, artistAudio: 0, era: 0, audio: 0, artistIdentity: 0, structure: 0)
        let trained = try Listeners().trained { $0.weights = alone }
        #expect(trained.space.blocks.map(\.part) == [.trackFactors])
        #expect(trained.space.blocks[0].weight == 1)
        let vectorizer = Vectorizer(trained)
        let catalog = Listeners()
        for track in catalog.tracks {
            #expect((vectorizer.vector(for: track) == nil) == catalog.playlists(of: track).isEmpty)
        }
    }
}

@Suite struct PartScalesTests {
    private let catalog = Listeners()

    private func squares(
        _ renormalisation: Double, _ change: (inout CatalogTrack) -> Void
    ) throws -> (parts: [BlockPart: Double], padding: Double) {
        let trained = try catalog.trained { options in
            options.renormalisation = renormalisation
            options.weights = .reference
        }
        let vectorizer = Vectorizer(trained)
        var track = catalog.tracks[catalog.indexOfListed]
        change(&track)
        let vector = try #require(vectorizer.vector(for: track))
        #expect(abs(length(vector.values) - 1) < 1e-6)
        let parts = vectorizer.space.blocks.map { layout in
            let size = length(vector.values[layout.range])
            return (layout.part, size * size)
        }
        let padding = vectorizer.space.padding.map { Double(vector.values[$0]) } ?? 0
        return (Dictionary(uniqueKeysWithValues: parts), padding * padding)
    }

    @Test(arguments: [0, 0.5, 1])
    func nothingMissingIsTheRecipeWhateverTheForm(renormalisation: Double) throws {
        let squares = try squares(renormalisation) { _ in }
        #expect(abs(try #require(squares.parts[.trackFactors]) - 0.4) < 1e-5)
        #expect(abs(try #require(squares.parts[.era]) - 0.08) < 1e-5)
        #expect(squares.padding < 1e-6)
    }

    @Test(arguments: [0, 0.5, 1])
    func theWeightOfAMissingYearIsPartlySharedOut(renormalisation: Double) throws {
        let squares = try squares(renormalisation) { $0.year = nil }
        #expect(squares.parts[.era] == 0)
        #expect(abs(try #require(squares.parts[.trackFactors]) - 0.4) < 1e-5)
        // Content of weight .52 out of .60 is left.
        let content = 0.6 * Foundation.pow(0.52 / 0.6, 1 - renormalisation)
        #expect(abs(try #require(squares.parts[.artistFactors]) - 0.26 / 0.52 * content) < 1e-5)
        #expect(abs(squares.padding - (0.6 - content)) < 1e-5)
    }

    @Test(arguments: [0, 0.5, 1])
    func withoutListenersContentStandsAlone(renormalisation: Double) throws {
        let squares = try squares(renormalisation) { $0.name = "of no playlist" }
        #expect(squares.parts[.trackFactors] == 0)
        #expect(abs(try #require(squares.parts[.era]) - 0.08 / 0.6) < 1e-5)
    }

    @Test func theDefaultIsHalfwayAndWholeWithoutPlaylists() throws {
        #expect(try catalog.trained().space.renormalisation == 0.5)
        #expect(try Listeners(playlists: 0).trained().space.renormalisation == 1)
    }

    @Test func listenersWithoutContentAreUnitVectors() throws {
        for renormalisation in [0.5, 1] {
            var bare = catalog
            for index in bare.tracks.indices { bare.tracks[index] = SampleTracks.track(Int64(index + 1)) }
            let trained = try bare.trained { $0.renormalisation = renormalisation }
            #expect(Vectorizer(trained).vector(for: bare.tracks[bare.indexOfListed])?.coverage.blocks == [.listeners])
            #expect(trained.vectorizes(bare.tracks))
        }
    }

    @Test func queriesHaveNoPadding() throws {
        let trained = try catalog.trained { $0.renormalisation = 0 }
        let padding = try #require(trained.space.padding)
        #expect(padding == trained.space.dimension - 1)
        let vectorizer = Vectorizer(trained)
        let vectors = catalog.tracks[..<20].compactMap { track in
            var track = track
            if track.id.rawValue % 2 == 0 { track.year = nil }
            return vectorizer.vector(for: track)?.values
        }
        #expect(vectors.contains { $0[padding] > 0.1 })
        let query = try SeedQuery(seeds: vectors, in: trained.space)
        #expect(query.values[padding] == 0)
        #expect(try SeedQuery(seeds: vectors).reweighted([.era: 2], in: trained.space).values[padding] == 0)
        for vector in vectors {
            let parts = trained.space.contributions(query: query.values, vector: vector)
            let sum = parts.reduce(0) { $0 + Double($1.contribution) }
            #expect(abs(sum - product(query.values, vector)) < 1e-5)
        }
        #expect(try catalog.trained { $0.renormalisation = 1 }.space.padding == nil)
    }
}
