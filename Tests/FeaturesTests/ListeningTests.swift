import Catalog
import Foundation
import Testing

@testable import Features

@Suite struct ListeningTests {
    private let listeners = Listeners()

    @Test func theRecipeHas124NumbersAndAPaddingAndItsShares() throws {
        let space = try listeners.trained { $0.trackFactors = 48 }.space
        // 60 playlists support 15 factors of tracks and 7 of artists.
        #expect(space.layout(.listeners)?.dimension == 15)
        #expect(space.fittedPlaylists == 60)
        let shares = Dictionary(uniqueKeysWithValues: space.blocks.map { ($0.part, $0.weight) })
        let expected: [BlockPart: Double] = [
            .trackFactors: 0.40, .artistFactors: 0.20, .artistAudio: 0.16, .era: 0.13, .audio: 0.07,
            .artistIdentity: 0.04,
        ]
        for (part, share) in expected { #expect(abs(try #require(shares[part]) - share) < 1e-12) }
        #expect(shares.count == expected.count)
        #expect(try Listeners(playlists: 200).trained().space.dimension == 124 + 1)
    }

    @Test func listenersSetCirclesApart() throws {
        let trained = try listeners.trained()
        let range = try #require(trained.space.layout(.listeners)).range
        let vectorizer = Vectorizer(trained)
        let vectors = listeners.tracks.map { vectorizer.vector(for: $0) }
        var (same, other) = ((0.0, 0.0), (0.0, 0.0))
        for one in stride(from: 0, to: 400, by: 7) {
            for two in stride(from: 1, to: 400, by: 11) where one != two {
                guard let x = vectors[one], let y = vectors[two], x.coverage.contains(.listeners),
                    y.coverage.contains(.listeners)
                else { continue }
                let value = cosine(x.values[range], y.values[range])
                if one % 4 == two % 4 {
                    same = (same.0 + value, same.1 + 1)
                } else {
                    other = (other.0 + value, other.1 + 1)
                }
            }
        }
        #expect(same.0 / same.1 > other.0 / other.1 + 0.3)
    }

    @Test func trainingDependsOnSeedAndCatalogAlone() throws {
        let (one, other) = (try listeners.trained(), try listeners.trained { $0.threads = 3 })
        #expect(one.space == other.space)
        #expect(one.factors.columns == other.factors.columns)
        let seeded = try listeners.trained { $0.seed = 2 }
        #expect(seeded.factors.columns != one.factors.columns)
        #expect(seeded.factors.columns.recordings == one.factors.columns.recordings)
    }

    @Test func theOrderInWhichTracksArriveChangesNoFactor() throws {
        var reversed = listeners
        reversed.tracks.reverse()
        #expect(try reversed.trained().factors.columns == listeners.trained().factors.columns)
    }

    @Test func familiarityIsTheShareOfTheLargestLogarithm() throws {
        let trained = try listeners.trained()
        let vectorizer = Vectorizer(trained)
        let counts = listeners.tracks.map { listeners.playlists(of: $0).count }
        let most = try #require(counts.max())
        for (track, count) in zip(listeners.tracks, counts) {
            let identity = TrackIdentity(track).recording
            #expect(trained.factors.listings(ofRecording: identity) == count)
            let expected = Float.log1p(Float(count)) / Float.log1p(Float(most))
            #expect(abs(vectorizer.familiarity(of: track) - expected) < 1e-6)
        }
        #expect(counts.contains(0) && vectorizer.familiarity(of: SampleTracks.track(9_999)) == 0)
        #expect(LearnedFactors.none.familiarity(ofRecording: 1) == 0)
    }

    @Test func releasesOfARecordingShareItsFactors() throws {
        var catalog = listeners
        var copy = catalog.tracks[0]
        copy.id = TrackID(rawValue: 9_000)
        copy.name = "Song 0 (Remastered)"
        catalog.tracks.append(copy)
        catalog.playlists.append((PlaylistID(rawValue: 900), [copy.id, TrackID(rawValue: 5), TrackID(rawValue: 1)]))
        let trained = try catalog.trained()
        let identity = TrackIdentity(copy).recording
        #expect(identity == TrackIdentity(catalog.tracks[0]).recording)
        #expect(
            trained.factors.listings(ofRecording: identity) == listeners.playlists(of: listeners.tracks[0]).count + 1)
        let range = try #require(trained.space.layout(.listeners)).range
        let vectorizer = Vectorizer(trained)
        let vectors = try [catalog.tracks[0], copy].map { try #require(vectorizer.vector(for: $0)).values }
        #expect(Array(vectors[0][range]) == Array(vectors[1][range]))
    }

    @Test func recordingsWithoutAudioTeachNothingButAreSolved() throws {
        var catalog = listeners
        for index in stride(from: 0, to: 400, by: 9) {
            catalog.tracks[index].features = AudioFeatures()
            catalog.tracks[index].features[.duration] = 200_000
        }
        let trained = try catalog.trained()
        let listed = try #require(
            catalog.tracks.indices.first { index in
                index % 9 == 0 && catalog.playlists(of: catalog.tracks[index]).count >= 2
            })
        let vector = try #require(Vectorizer(trained).vector(for: catalog.tracks[listed]))
        #expect(vector.coverage.contains(.listeners) && !vector.coverage.contains(.audio))
        // What it is solved from are the playlists' factors as they are: fold-in gives the same.
        let identity = TrackIdentity(catalog.tracks[listed])
        let folded = try #require(
            trained.factors.trackFactors(
                on: catalog.playlists(of: catalog.tracks[listed]).compactMap { trained.factors.factors(of: $0) }))
        let stored = try #require(trained.factors.factors(ofRecording: identity.recording))
        #expect(cosine(folded, stored) > 0.999_9)
    }

    @Test func aCatalogWithoutAnyAudioStillHasListeners() throws {
        var catalog = listeners
        for index in catalog.tracks.indices { catalog.tracks[index].features = AudioFeatures() }
        let trained = try catalog.trained()
        #expect(trained.space.fittedPlaylists == 60)
        let vector = try #require(Vectorizer(trained).vector(for: catalog.tracks[listeners.indexOfListed]))
        #expect(vector.coverage.blocks == [.listeners, .artist, .era])
    }
}

extension Listeners {
    /// A track that is on some playlist.
    var indexOfListed: Int { Int(playlists[0].tracks[0].rawValue) - 1 }
}

extension Float {
    static func log1p(_ value: Float) -> Float { Float(Foundation.log1p(Double(value))) }
}
