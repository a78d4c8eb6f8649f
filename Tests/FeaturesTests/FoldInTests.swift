import Catalog
import Testing

@testable import Features

@Suite struct FoldInTests {
    private let listeners = Listeners(playlists: 120)

    @Test func foldingATrainedRecordingInGivesItsFactors() throws {
        let factors = try listeners.trained().factors
        for track in listeners.tracks {
            let playlists = listeners.playlists(of: track).compactMap { factors.factors(of: $0) }
            guard !playlists.isEmpty else { continue }
            let folded = try #require(factors.trackFactors(on: playlists))
            let trained = try #require(factors.factors(ofRecording: TrackIdentity(track).recording))
            #expect(cosine(folded, trained) > 0.999)
            #expect(abs(length(folded) / length(trained) - 1) < 0.01)
        }
    }

    @Test func foldingATrainedArtistInGivesItsFactors() throws {
        let factors = try listeners.trained().factors
        for artist in Set(listeners.tracks.map { $0.artists[0].name }).prefix(20) {
            let tracks = listeners.tracks.filter { $0.artists[0].name == artist }
            let playlists = listeners.playlists.filter { list in tracks.contains { list.tracks.contains($0.id) } }
            let folded = try #require(factors.artistFactors(on: playlists.compactMap { factors.factors(of: $0.id) }))
            let hash = try #require(TrackIdentity(tracks[0]).artist)
            #expect(cosine(folded, try #require(factors.factors(ofArtist: hash))) > 0.999)
        }
    }

    @Test func foldingATrainedPlaylistInGivesItsNeighbourhood() throws {
        let trained = try listeners.trained()
        let playlist = listeners.playlists[7]
        let identities = playlist.tracks.map { TrackIdentity(listeners.tracks[Int($0.rawValue) - 1]) }
        let folded = try #require(trained.factors.factors(ofNewPlaylist: identities))
        let known = try #require(trained.factors.factors(of: playlist.id))
        // Training ends with the tracks, so playlists lag by half a sweep.
        #expect(cosine(folded.tracks, known.tracks) > 0.98)
        #expect(cosine(folded.artists, known.artists) > 0.98)
        #expect(folded.trackConfidence == known.trackConfidence && folded.artistConfidence == known.artistConfidence)
    }

    @Test func aNewTrackOnKnownPlaylistsJoinsItsCircle() throws {
        let vectorizer = Vectorizer(try listeners.trained())
        let range = try #require(vectorizer.space.layout(.listeners)).range
        var late = listeners.tracks[0]
        late.id = TrackID(rawValue: 5_000)
        late.name = "never heard"
        late.artists = [CreditedArtist(id: ArtistID(rawValue: 999), name: "newcomer")]
        #expect(vectorizer.vector(for: late)?.coverage.contains(.listeners) == false)
        let lists = listeners.playlists.enumerated().filter { $0.offset % 4 == 2 }.prefix(3).map(\.element)
        let vector = try #require(vectorizer.vector(for: late, playlists: lists.map(\.id)))
        #expect(vector.coverage.contains(.listeners))
        #expect(abs(length(vector.values) - 1) < 1e-6)
        func mean(_ circle: Int) -> Double {
            let scores = listeners.tracks.indices.filter { $0 % 4 == circle }.compactMap { index in
                vectorizer.vector(for: listeners.tracks[index]).flatMap { other in
                    other.coverage.contains(.listeners) ? cosine(vector.values[range], other.values[range]) : nil
                }
            }
            return scores.reduce(0, +) / Double(scores.count)
        }
        for circle in [0, 1, 3] { #expect(mean(2) > mean(circle) + 0.15) }
        let space = vectorizer.space
        let artist = try #require(space.blocks.first { $0.part == .artistFactors }).range
        #expect(length(vector.values[artist]) > 0.1)
    }

    @Test func aNewPlaylistIsSolvedFromItsKnownTracksFirst() throws {
        var vectorizer = Vectorizer(try listeners.trained())
        var late = listeners.tracks[0]
        late.id = TrackID(rawValue: 5_000)
        late.name = "never heard"
        let playlist = PlaylistID(rawValue: 70_000)
        #expect(vectorizer.vector(for: late, playlists: [playlist])?.coverage.contains(.listeners) == false)
        vectorizer.fold(
            in: playlist, tracks: listeners.playlists[1].tracks.map { listeners.tracks[Int($0.rawValue) - 1] })
        let vector = try #require(vectorizer.vector(for: late, playlists: [playlist]))
        let twin = try #require(vectorizer.vector(for: late, playlists: [listeners.playlists[1].id]))
        let range = try #require(vectorizer.space.layout(.listeners)).range
        #expect(cosine(vector.values[range], twin.values[range]) > 0.98)
    }

    @Test func aPlaylistOfStrangersSaysNothing() throws {
        let factors = try listeners.trained().factors
        #expect(factors.factors(ofNewPlaylist: [TrackIdentity(SampleTracks.track(8_000))]) == nil)
        #expect(factors.factors(ofNewPlaylist: []) == nil)
        #expect(factors.factors(of: PlaylistID(rawValue: 4)) == nil)
        #expect(factors.trackFactors(on: []) == nil)
        #expect(LearnedFactors.none.factors(ofNewPlaylist: [TrackIdentity(listeners.tracks[0])]) == nil)
    }

    @Test func columnsSurviveAFile() throws {
        let factors = try listeners.trained().factors
        let model = try #require(factors.model)
        let again = try #require(LearnedFactors(factors.columns, model: model))
        #expect(again.columns == factors.columns)
        let track = TrackIdentity(listeners.tracks[listeners.indexOfListed]).recording
        #expect(again.familiarity(ofRecording: track) == factors.familiarity(ofRecording: track))
    }

    @Test func damagedColumnsAreRefused() throws {
        let factors = try listeners.trained().factors
        func accepts(_ change: (inout LearnedFactors.Columns) -> Void) -> Bool {
            var columns = factors.columns
            change(&columns)
            return LearnedFactors(columns, model: factors.model) != nil
        }
        #expect(accepts { _ in })
        #expect(!accepts { $0.recordings.swapAt(0, 1) })
        #expect(!accepts { $0.artists[1] = $0.artists[0] })
        #expect(!accepts { $0.playlists.removeLast() })
        #expect(!accepts { $0.recordingFactors[3] = .nan })
        #expect(!accepts { $0.playlistArtistFactors[0] = .infinity })
        #expect(!accepts { $0.listings[0] = 0 })
        #expect(!accepts { $0.trackConfidence.append(1) })
        #expect(LearnedFactors(factors.columns, model: nil) == nil)
    }
}
