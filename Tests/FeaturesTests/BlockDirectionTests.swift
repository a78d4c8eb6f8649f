import Catalog
import Testing

@testable import Features

/// The blocks one by one.
@Suite struct BlockDirectionTests {
    private func elements(_ direction: Direction) throws -> [Double] { try direction.get() }

    @Test func nearYearsAreAlikeAndFarOnesAreNot() throws {
        let base = try elements(Era.direction(of: 1985))
        func cosine(_ year: Int) throws -> Double {
            zip(base, try elements(Era.direction(of: year))).reduce(0) { $0 + $1.0 * $1.1 }
        }
        #expect(abs(try cosine(1985) - 1) < 1e-12)
        #expect(try cosine(1987) > 0.8)
        #expect(try cosine(1987) > cosine(1992))
        #expect(try cosine(2015) < 1e-4)
    }

    @Test(arguments: [0, 1_000, 1_900, 1_955, 2_022, 2_999, Int(Int32.max)])
    func everyYearHasAUnitDirection(year: Int) throws {
        let elements = try elements(Era.direction(of: year))
        #expect(elements.count == 8)
        #expect(abs(elements.reduce(0) { $0 + $1 * $1 } - 1) < 1e-12)
    }

    @Test func anUnknownYearHasNone() { #expect(Era.direction(of: nil) == .failure(.unknown)) }

    @Test func identityDependsOnTheFirstArtistsNormalizedName() throws {
        func identity(_ name: String) -> Direction {
            ArtistIdentity.direction(ofArtist: TrackIdentity(SampleTracks.track(1, artist: (1, name))).artist)
        }
        #expect(try elements(identity("Simon & Garfunkel")) == elements(identity("simon and garfunkel")))
        #expect(try elements(identity("Alpha feat. Beta")) == elements(identity("Alpha")))
        #expect(try elements(identity("Alpha")) != elements(identity("Beta")))
        #expect(identity("") == .failure(.unknown))
        #expect(ArtistIdentity.direction(ofArtist: nil) == .failure(.unknown))
    }

    @Test func identitiesOfDifferentArtistsAreIndependent() throws {
        let identities = try (0..<400).map {
            try elements(
                ArtistIdentity.direction(
                    ofArtist: TrackIdentity(SampleTracks.track(1, artist: (1, "artist \($0)"))).artist))
        }
        var (sum, squares, pairs) = (0.0, 0.0, 0.0)
        for i in identities.indices {
            for j in 0..<i {
                let cosine = zip(identities[i], identities[j]).reduce(0) { $0 + $1.0 * $1.1 }
                sum += cosine
                squares += cosine * cosine
                pairs += 1
            }
        }
        // Sixteen fair signs: mean 0, deviation 1/4.
        #expect(abs(sum / pairs) < 0.01)
        #expect(abs((squares / pairs).squareRoot() - 0.25) < 0.01)
    }

    @Test func directionsNeitherOverflowNorVanish() throws {
        #expect(try elements([3e300, 4e300].direction).map { ($0 * 10).rounded() } == [6, 8])
        #expect(try elements([3e-300, 4e-300].direction).map { ($0 * 10).rounded() } == [6, 8])
        #expect([0.0, 0].direction == .failure(.typical))
        #expect([1, Double.nan].direction == .failure(.unknown))
        #expect([1, Double.infinity].direction == .failure(.unknown))
    }

    @Test(arguments: [(120, ReferenceNumbers.structure120), (50, ReferenceNumbers.structure50)])
    func structureIsTheReferenceOne(count: Int, expected: [Double]) throws {
        let vectorizer = try SampleTracks.vectorizer((0..<count).map(SampleTracks.analysed))
        let vector = try #require(vectorizer.vector(for: SampleTracks.analysed(3)))
        let layout = try #require(vectorizer.space.layout(.structure))
        #expect(vector.coverage.blocks == [.structure])
        for (value, expected) in zip(vector.values[layout.range], expected) {
            #expect(abs(Double(value) - expected) < 1e-5)
        }
    }

    @Test func whitenedStructureIsUncorrelated() throws {
        let tracks = (0..<150).map(SampleTracks.analysed)
        let transform = try #require(SampleTracks.vectorizer(tracks).space.structure)
        #expect(transform.projection.contains { $0 != 0 && abs($0) < 0.5 })
        let diagonal = try #require(SampleTracks.vectorizer(Array(tracks[..<99])).space.structure)
        for row in 0..<24 {
            for column in 0..<24 where row != column { #expect(diagonal.projection[row * 24 + column] == 0) }
        }
    }
}
