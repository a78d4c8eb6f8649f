import Catalog
import Testing

@testable import Features

/// Catalogs that break careless arithmetic: every one has a defined outcome, and no number is NaN or infinite.
@Suite struct HardCatalogTests {
    private let listeners = Listeners(tracks: 200, playlists: 40)

    private func train(_ tracks: [CatalogTrack], _ playlists: [[Int64]]) throws -> TrainedSpace {
        var trainer = SpaceTrainer()
        trainer.add(tracks)
        for (number, members) in playlists.enumerated() {
            trainer.add(
                playlist: PlaylistID(rawValue: Int64(number + 1)), tracks: members.map { TrackID(rawValue: $0) })
        }
        let trained = try trainer.finish()
        #expect(trained.isFinite)
        #expect(trained.vectorizes(tracks))
        return trained
    }

    @Test func withoutPlaylistsTheSpaceIsOfContentAlone() throws {
        let trained = try train(listeners.tracks, [])
        #expect(trained.space.blocks.map(\.part) == [.audio, .artistAudio, .era, .artistIdentity])
        for (layout, weight) in zip(trained.space.blocks, [0.25, 0.45, 0.2, 0.1]) {
            #expect(abs(layout.weight - weight) < 1e-12)
        }
        #expect(trained.space.audio.projection == nil && trained.space.listening == nil)
        #expect(trained.factors.columns == LearnedFactors.Columns())
    }

    @Test func onePlaylistTeachesTheTracksOnIt() throws {
        let trained = try train(listeners.tracks, [[1, 2, 3, 4, 5]])
        let listed = listeners.tracks.filter { track in
            Vectorizer(trained).vector(for: track)?.coverage.contains(.listeners) == true
        }
        #expect(listed.map(\.id.rawValue) == [1, 2, 3, 4, 5])
        #expect(trained.space.listening?.trackFactors == 8)
        #expect(trained.factors.columns.recordings.count == 5)
    }

    @Test func playlistsOfOneTrackTeachNothingButCount() throws {
        let trained = try train(listeners.tracks, (1...40).map { [Int64($0)] })
        #expect(trained.space.listening == nil)
        #expect(trained.space.fittedPlaylists == 0)
        #expect(trained.space.layout(.listeners) == nil)
        #expect(trained.factors.listings(ofRecording: TrackIdentity(listeners.tracks[7]).recording) == 1)
        #expect(Vectorizer(trained).familiarity(of: listeners.tracks[7]) == 1)
        #expect(Vectorizer(trained).familiarity(of: listeners.tracks[77]) == 0)
    }

    @Test func someOfOneTrackAmongOthersAreCountedAndHaveNoFactors() throws {
        let trained = try train(listeners.tracks, (0..<40).map { [1 + $0, 2 + $0, 3 + $0] } + [[150]])
        let lonely = TrackIdentity(listeners.tracks[149]).recording
        #expect(trained.factors.listings(ofRecording: lonely) == 1)
        #expect(Vectorizer(trained).vector(for: listeners.tracks[149])?.coverage.contains(.listeners) == false)
    }

    @Test func emptyPlaylistsAndUnknownTracksAreSkipped() throws {
        let trained = try train(listeners.tracks, [[], [7_777, 8_888], [1, 7_777], [1, 2, 2, 1]])
        #expect(trained.space.fittedPlaylists == 1)
        #expect(trained.factors.listings(ofRecording: TrackIdentity(listeners.tracks[0]).recording) == 2)
    }

    @Test func tracksAreFoundWhateverGapsTheirIdsHave() throws {
        var tracks = listeners.tracks
        for (index, id) in [Int64.min, -7, 0, 3, 1_000, 1_001, 5_000_000_000, .max].enumerated() {
            tracks[index].id = TrackID(rawValue: id)
        }
        let found = Array(tracks[..<8])
        for track in found {
            let other = try #require(found.last { $0.id != track.id }).id.rawValue
            let trained = try train(found, [[track.id.rawValue, 77, other, 4, -8, 999]])
            #expect(trained.factors.listings(ofRecording: TrackIdentity(track).recording) == 1)
            #expect(trained.factors.columns.recordings.count == 2)
        }
    }

    @Test func aPlaylistOfTheWholeCatalogIsOneAmongOthers() throws {
        let all = listeners.tracks.map(\.id.rawValue)
        let trained = try train(listeners.tracks, [all] + listeners.playlists.map { $0.tracks.map(\.rawValue) })
        #expect(trained.factors.columns.recordings.count == 200)
        let alone = try train(listeners.tracks, [all])
        #expect(alone.space.fittedPlaylists == 1)
    }

    @Test func theSamePlaylistManyTimesIsFinite() throws {
        let trained = try train(listeners.tracks, Array(repeating: [1, 5, 9, 13, 17, 21], count: 300))
        #expect(trained.space.fittedPlaylists == 300)
        #expect(trained.space.listening?.trackFactors == 48)
    }

    @Test func allTracksByOneArtist() throws {
        var tracks = listeners.tracks
        for index in tracks.indices { tracks[index].artists = [CreditedArtist(id: ArtistID(rawValue: 1), name: "one")] }
        let trained = try train(tracks, listeners.playlists.map { $0.tracks.map(\.rawValue) })
        // No playlist has two artists, so that there is nothing to learn of artists.
        #expect(trained.space.listening?.artistFactors == 0)
        #expect(!trained.space.blocks.contains { $0.part == .artistFactors })
        #expect(trained.factors.columns.artists.isEmpty)
    }

    @Test func noTrackHasAnArtistOrTitle() throws {
        var tracks = listeners.tracks
        for index in tracks.indices {
            tracks[index].artists = []
            tracks[index].name = nil
        }
        let trained = try train(tracks, listeners.playlists.map { $0.tracks.map(\.rawValue) })
        #expect(trained.artists.artists.isEmpty)
        #expect(Vectorizer(trained).vector(for: tracks[listeners.indexOfListed])?.coverage.contains(.listeners) == true)
    }

    @Test(arguments: [Float?.none, 0.5, .nan, .infinity])
    func featuresMissingOrEqualOrBroken(value: Float?) throws {
        var tracks = listeners.tracks
        for index in tracks.indices {
            for feature in AudioFeature.allCases { tracks[index].features[feature] = value }
        }
        let trained = try train(tracks, listeners.playlists.map { $0.tracks.map(\.rawValue) })
        #expect(trained.space.audio.projection == nil)
        #expect(Vectorizer(trained).vector(for: tracks[0])?.coverage.contains(.audio) == false)
    }

    @Test func brokenNumbersHereAndThere() throws {
        var tracks = listeners.tracks
        for index in stride(from: 0, to: tracks.count, by: 3) {
            tracks[index].features[.energy] = .nan
            tracks[index].features[.tempo] = -.infinity
            tracks[index].features[.loudness] = .greatestFiniteMagnitude
        }
        #expect(try train(tracks, listeners.playlists.map { $0.tracks.map(\.rawValue) }).space.audio.projection != nil)
    }

    @Test func columnsThatFollowEachOther() throws {
        // Valence is energy and speechiness is liveness: a covariance without full rank.
        var tracks = listeners.tracks
        for index in tracks.indices {
            tracks[index].features[.valence] = tracks[index].features[.energy]
            tracks[index].features[.speechiness] = tracks[index].features[.liveness]
            tracks[index].features[.mode] = 1
        }
        let trained = try train(tracks, listeners.playlists.map { $0.tracks.map(\.rawValue) })
        #expect(trained.space.audio.projection?.transform.allSatisfy { $0.isFinite } == true)
    }

    @Test func anEmptyCatalogWithPlaylists() throws {
        let trained = try train([], [[1, 2, 3]])
        #expect(trained.space.fittedTracks == 0 && trained.space.listening == nil)
    }

    @Test(arguments: [[], [[1, 2]], [[1, 2], [2, 1], [1]]] as [[[Int64]]])
    func twoTracks(playlists: [[Int64]]) throws {
        let trained = try train(Array(listeners.tracks[..<2]), playlists)
        #expect(trained.space.fittedTracks == 2)
    }

    @Test func aPlaylistGivenTwiceIsKeptOnce() throws {
        var trainer = SpaceTrainer()
        trainer.add(listeners.tracks)
        for id in [5, 3, 5] {
            trainer.add(playlist: PlaylistID(rawValue: Int64(id)), tracks: [1, 2].map(TrackID.init))
        }
        let trained = try trainer.finish()
        #expect(trained.factors.columns.playlists == [3, 5])
        #expect(LearnedFactors(trained.factors.columns, model: trained.space.listening) != nil)
    }

    @Test func featuresThatAreLeftOutTakeNoPart() throws {
        let trained = try Listeners().trained { $0.features = [.energy, .tempo] }
        let scaling = trained.space.audio.scaling
        #expect(AudioColumn.allCases.filter { scaling.isInformative($0) } == [.energy, .tempo])
        #expect(trained.vectorizes(listeners.tracks))
    }
}
