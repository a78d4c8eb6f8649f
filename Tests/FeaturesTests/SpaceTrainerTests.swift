import Catalog
import Testing

@testable import Features

@Suite struct SpaceTrainerTests {
    private func fit(_ tracks: [CatalogTrack]) throws -> TrainedSpace {
        var trainer = SpaceTrainer()
        trainer.add(tracks)
        return try trainer.finish()
    }

    @Test func meansAndDeviationsAreOverMeasuredValuesOnly() throws {
        let scaling = try fit(SampleTracks.reference).space.audio.scaling
        for column in 0..<14 {
            #expect(abs(scaling.means[column] - ReferenceNumbers.means[column]) < 1e-6)
            #expect(abs(scaling.deviations[column] - ReferenceNumbers.deviations[column]) < 1e-6)
        }
    }

    @Test func fittingTheSameTracksGivesTheSameBits() throws {
        let tracks = SampleTracks.reference + (0..<120).map(SampleTracks.analysed)
        let (one, other) = (try fit(tracks), try fit(tracks))
        #expect(one.space == other.space)
        #expect(one.artists.artists == other.artists.artists)
        #expect(one.artists.means.map(\.bitPattern) == other.artists.means.map(\.bitPattern))
    }

    @Test func artistsAreTheFirstCreditedOnesInOrder() throws {
        let artists = try fit(SampleTracks.reference.reversed()).artists
        func hash(_ name: String) -> UInt64 { RecordingKey.hash("artist:" + name) }
        #expect(artists.artists == ["alpha", "beta", "gammaanddelta", "epsilon"].map(hash).sorted())
        #expect(artists.means.count == 4 * 14)
        // Danceability of Beta's two tracks; energy of the one that has it; Epsilon's of none.
        let beta = try #require(artists.mean(of: hash("beta")))
        #expect(abs(beta[0] - 0.425) < 1e-6)
        #expect(abs(beta[1] - 0.3) < 1e-6)
        #expect(artists.mean(of: hash("epsilon"))?[0].isNaN == true)
        #expect(artists.mean(of: hash("nobody")) == nil)
    }

    @Test func anEmptyCatalogGivesASpaceOfYearsAndArtists() throws {
        let trained = try fit([])
        let (space, artists) = (trained.space, trained.artists)
        #expect(space.fittedTracks == 0)
        #expect(space.dimension == 52)
        #expect(artists.artists.isEmpty && artists.means.isEmpty)
        let vectorizer = Vectorizer(trained)
        let vector = vectorizer.vector(for: SampleTracks.reference[0])
        #expect(vector?.coverage.blocks == [.artist, .era])
    }

    @Test func constantColumnsSayNothing() throws {
        let values: [Float] = [0.1, 0.5, -6, 0.1, 0.1, 0.1, 0.1, 0.5, 120, 200_000, 4, 1, 4]
        let tracks = (0..<50).map { index in
            var values = values
            values[1] = Float(index) / 50
            return SampleTracks.track(Int64(index), features: values)
        }
        let vectorizer = try SampleTracks.vectorizer(tracks)
        #expect(vectorizer.space.audio.scaling.deviations.filter { $0 > 0 }.count == 1)
        let vector = try #require(vectorizer.vector(for: tracks[3]))
        #expect(vector.coverage.features == [.energy])
        #expect(vector.values.filter { $0 != 0 }.count == 1)
    }

    @Test func aSingleTrackHasNoSoundToCompareButIsIndexable() throws {
        let track = SampleTracks.reference[0]
        let vectorizer = try SampleTracks.vectorizer([track])
        let vector = try #require(vectorizer.vector(for: track))
        #expect(vector.coverage.blocks == [.artist, .era])
        #expect(vectorizer.absences(of: track)[.audio] == .unknown)
    }

    @Test(arguments: [(0, false), (1, false), (2, true), (99, true), (100, true)])
    func structureNeedsTwoAnalysedTracks(count: Int, present: Bool) throws {
        let space = try fit(SampleTracks.reference + (0..<count).map(SampleTracks.analysed)).space
        #expect((space.layout(.structure) != nil) == present)
        #expect(space.dimension == (present ? 76 : 52))
    }

    @Test(arguments: [2, 200])
    func equalAnalysesGiveNoStructure(count: Int) throws {
        #expect(try fit((0..<count).map { _ in SampleTracks.analysed(5) }).space.structure == nil)
    }

    @Test func absurdAnalysesAreLeftOut() throws {
        let absurd = [Float.nan, .infinity, .greatestFiniteMagnitude].map { value in
            let metrics = SampleTracks.metrics(
                mean: Array(repeating: value, count: 12), deviation: Array(repeating: 1, count: 12))
            return SampleTracks.track(500, structure: metrics)
        }
        let tracks = (0..<120).map(SampleTracks.analysed)
        #expect(try fit(tracks + absurd).space.structure == fit(tracks).space.structure)
        let vectorizer = try SampleTracks.vectorizer(tracks)
        for track in absurd { #expect(vectorizer.vector(for: track) == nil) }
    }

    @Test func profilesRefuseColumnsThatAreNone() {
        let means = [Float](repeating: 0, count: 28)
        let ids = [UInt64(1), 2]
        #expect(ArtistProfiles(artists: ids, means: means) != nil)
        #expect(ArtistProfiles(artists: ids.reversed(), means: means) == nil)
        #expect(ArtistProfiles(artists: [ids[0], ids[0]], means: means) == nil)
        #expect(ArtistProfiles(artists: ids, means: Array(means.dropLast())) == nil)
        #expect(ArtistProfiles(artists: ids, means: means.dropLast() + [.infinity]) == nil)
    }
}
