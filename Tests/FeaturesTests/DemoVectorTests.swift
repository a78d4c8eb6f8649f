import Catalog
import Demo
import Testing

@testable import Features

/// The space on a catalog with structure: neighbours by cosine are related more often than by chance.
@Suite struct DemoVectorTests {
    private func catalog(_ count: Int) -> [CatalogTrack] {
        var tracks: [CatalogTrack] = []
        var numbers: [ExternalID: Int] = [:]
        for record in DemoCatalog(tracks: count, playlists: 0, seed: 3).flatMap(\.self) {
            switch record {
            case .track(let track):
                numbers[track.ids[0]] = tracks.count
                let artists = track.artists.map { artist in
                    CreditedArtist(
                        id: ArtistID(rawValue: Int64(artist.id?.value.dropFirst() ?? "") ?? 0), name: artist.name)
                }
                tracks.append(
                    CatalogTrack(
                        id: TrackID(rawValue: Int64(tracks.count + 1)), externalIDs: track.ids, name: track.name,
                        artists: artists, year: track.album?.released?.year, genres: track.artists[0].genres))
            case .features(let record):
                if let number = numbers[record.track] { tracks[number].features = record.features }
            default: break
            }
        }
        return tracks
    }

    @Test func neighboursShareArtistOrStyle() throws {
        let tracks = catalog(1_000)
        let vectorizer = try SampleTracks.vectorizer(tracks)
        let vectors = tracks.map { vectorizer.vector(for: $0)?.values ?? [] }
        #expect(vectors.allSatisfy { $0.count == 52 && abs(length($0) - 1) < 1e-6 })
        var (sameStyle, sameArtist) = (0, 0)
        for seed in stride(from: 0, to: tracks.count, by: 50) {
            let scores = vectors.map { product(vectors[seed], $0) }
            let nearest = vectors.indices.filter { $0 != seed }.sorted { scores[$0] > scores[$1] }.prefix(10)
            sameStyle += nearest.filter { tracks[$0].genres == tracks[seed].genres }.count
            sameArtist += nearest.filter { tracks[$0].artists == tracks[seed].artists }.count
        }
        // Of 200 neighbours chance would give 7 of the same style.
        #expect(sameStyle > 100)
        #expect(sameArtist > 40)
    }
}
