import Catalog
import Testing

@testable import Features

@Suite struct GrowthTests {
    private func shares(_ playlists: Int) -> [BlockPart: Double] {
        let parts = BlockPart.allCases.filter { $0 != .structure }.map { (part: $0, dimension: 1) }
        let layout = BlockLayout.consecutive(parts, weights: .grown(playlists: playlists))
        return Dictionary(uniqueKeysWithValues: layout.map { ($0.part, $0.weight) })
    }

    @Test func theEndsAreTheTwoRecipes() {
        #expect(BlockWeights.grown(playlists: 0) == .contentOnly)
        #expect(BlockWeights.grown(playlists: 30) == .learned)
        #expect(BlockWeights.grown(playlists: 1_000_000) == .learned)
    }

    @Test func sharesGrowInProportionAndSumToOne() throws {
        let (none, full) = (shares(0), shares(30))
        for playlists in [1, 7, 15, 29] {
            let shares = shares(playlists)
            #expect(abs(shares.values.reduce(0, +) - 1) < 1e-12)
            let share = Double(playlists) / 30
            #expect(abs(try #require(shares[.trackFactors]) - 0.4 * share) < 1e-12)
            // Within the content, artist factors have 26 of 60 at the end.
            let content = 1 - 0.4 * share
            #expect(abs(try #require(shares[.artistFactors]) - content * share * 0.26 / 0.6) < 1e-12)
            let audio = (1 - share) * 0.25 + share * 0.065 / 0.6
            #expect(abs(try #require(shares[.audio]) - content * audio) < 1e-12)
        }
        #expect(none[.trackFactors] == nil)
        #expect(abs(try #require(full[.era]) - 0.08) < 1e-12)
    }

    @Test(arguments: [(1, 8), (32, 8), (100, 25), (192, 48), (5_000, 48)])
    func factorsGrowWithPlaylists(playlists: Int, factors: Int) {
        #expect(TrainingOptions().factors(48, playlists: playlists) == factors)
    }

    @Test func theAudioRotationComesWithTheFullRecipe() throws {
        #expect(try Listeners(playlists: 29).trained().space.audio.projection == nil)
        #expect(try Listeners(playlists: 30).trained().space.audio.projection != nil)
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

@Suite struct MissingBlocksTests {
    private let catalog = Listeners()

    private func lengths(_ missing: MissingBlocks, _ change: (inout CatalogTrack) -> Void) throws -> [BlockPart: Double]
    {
        let vectorizer = Vectorizer(try catalog.trained { $0.missing = missing })
        var track = catalog.tracks[catalog.indexOfListed]
        change(&track)
        let vector = try #require(vectorizer.vector(for: track))
        #expect(abs(length(vector.values) - 1) < 1e-6)
        return Dictionary(
            uniqueKeysWithValues: vectorizer.space.blocks.map { layout in
                let size = length(vector.values[layout.range])
                return (layout.part, size * size)
            })
    }

    @Test(arguments: MissingBlocks.allCases)
    func nothingMissingIsTheRecipeWhateverTheForm(missing: MissingBlocks) throws {
        let squares = try lengths(missing) { _ in }
        #expect(abs(try #require(squares[.trackFactors]) - 0.4) < 1e-5)
        #expect(abs(try #require(squares[.era]) - 0.08) < 1e-5)
    }

    @Test(arguments: [(MissingBlocks.renormalised, 0.26 * 0.6 / 0.52), (.paddedContent, 0.26), (.padded, 0.26)])
    func aMissingYearIsSharedOutOrPadded(missing: MissingBlocks, artist: Double) throws {
        let squares = try lengths(missing) { $0.year = nil }
        #expect(squares[.era] == 0)
        #expect(abs(try #require(squares[.trackFactors]) - 0.4) < 1e-5)
        #expect(abs(try #require(squares[.artistFactors]) - artist) < 1e-5)
    }

    @Test(arguments: [(MissingBlocks.renormalised, 0.08 / 0.6), (.paddedContent, 0.08 / 0.6), (.padded, 0.08)])
    func withoutListenersContentStandsAloneUnlessAllIsPadded(missing: MissingBlocks, era: Double) throws {
        let squares = try lengths(missing) { $0.name = "of no playlist" }
        #expect(squares[.trackFactors] == 0)
        #expect(abs(try #require(squares[.era]) - era) < 1e-5)
    }

    @Test func queriesHaveNoPadding() throws {
        let trained = try catalog.trained { $0.missing = .padded }
        let padding = try #require(trained.space.padding)
        #expect(padding == trained.space.dimension - 1)
        let vectorizer = Vectorizer(trained)
        let vectors = catalog.tracks[..<20].compactMap { vectorizer.vector(for: $0)?.values }
        #expect(vectors.contains { $0[padding] > 0.1 })
        let query = try SeedQuery(seeds: vectors, in: trained.space)
        #expect(query.values[padding] == 0)
        #expect(try SeedQuery(seeds: vectors).reweighted([.era: 2], in: trained.space).values[padding] == 0)
        for vector in vectors {
            let parts = trained.space.contributions(query: query.values, vector: vector)
            let sum = parts.reduce(0) { $0 + Double($1.contribution) }
            #expect(abs(sum - product(query.values, vector)) < 1e-5)
        }
        #expect(try catalog.trained().space.padding == nil)
    }
}
