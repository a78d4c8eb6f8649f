import Catalog
import Demo
import Features

/// A space learned from a demo catalog in memory.
enum SmallSpace {
    /// The catalog's tracks, without a database; ids are numbers of the demo catalog plus one.
    static func tracks(_ count: Int = 200) -> [CatalogTrack] {
        let catalog = DemoCatalog(tracks: count, playlists: 0)
        var artists: [String: Int64] = [:]
        return (0..<count).map { number in
            var track = CatalogTrack(id: TrackID(rawValue: Int64(number) + 1), externalIDs: [])
            for record in catalog.records(ofTrack: number) {
                switch record {
                case .track(let record):
                    track.name = record.name
                    track.externalIDs = record.ids
                    track.year = record.album?.released?.year
                    track.artists = record.artists.map { artist in
                        let id = artists[artist.name] ?? Int64(artists.count) + 1
                        artists[artist.name] = id
                        return CreditedArtist(id: ArtistID(rawValue: id), name: artist.name)
                    }
                case .features(let record): track.features = record.features
                default: break
                }
            }
            return track
        }
    }

    static func trained(tracks count: Int = 200, playlists: Int = 40) throws -> TrainedSpace {
        var trainer = SpaceTrainer()
        trainer.add(tracks(count))
        let catalog = DemoCatalog(tracks: count, playlists: playlists)
        for number in 0..<playlists {
            trainer.add(
                playlist: PlaylistID(rawValue: Int64(number) + 1),
                tracks: catalog.tracks(ofPlaylist: number).map { TrackID(rawValue: Int64($0) + 1) })
        }
        return try trainer.finish()
    }
}
