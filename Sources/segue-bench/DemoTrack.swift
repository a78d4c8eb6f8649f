internal import Catalog
internal import Demo

/// A track of the demo catalog as the store would give it, without a store.
enum DemoTrack {
    /// The track of a number, which is its id less one.
    static func make(_ number: Int, _ catalog: DemoCatalog) -> CatalogTrack {
        var result = CatalogTrack(id: TrackID(rawValue: Int64(number) + 1), externalIDs: [])
        for record in catalog.records(ofTrack: number) {
            switch record {
            case .track(let track):
                result.name = track.name
                result.artists = track.artists.map { artist in
                    CreditedArtist(
                        id: ArtistID(rawValue: artist.id.flatMap { Int64($0.value.dropFirst()) } ?? 0),
                        name: artist.name)
                }
                result.year = track.album?.released?.year
                result.duration = track.duration
            case .features(let record): result.features = record.features
            default: break
            }
        }
        return result
    }
}
