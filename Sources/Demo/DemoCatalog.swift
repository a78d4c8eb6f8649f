public import Catalog

/// A synthetic catalog of any size, for trying Segue out and for tests of scale: the same seed gives the same records.
///
/// Nothing in it is real, and all of it says so: ids are in the namespace `demo`, albums end in "(demo)", playlists begin
/// with "Demo:". Behind it stands a plausible structure: thirty invented styles with an era and a sound; artists of
/// very different fame and output who belong to a style and a scene; albums over the years; tracks that vary about
/// their album; and playlists by theme in which the well known comes up more often.
///
/// Every record is computed from its number when it is asked for, so that memory does not grow with the catalog.
public struct DemoCatalog: Sequence, Sendable {
    /// Number of tracks.
    public let tracks: Int
    /// Number of playlists.
    public let playlists: Int
    private let world: DemoWorld

    /// Describes a catalog; none of its records exists yet.
    /// - Parameter tracksPerPlaylist: the playlists' mean length, 5 to 1,000; they vary about it.
    public init(tracks: Int = 20_000, playlists: Int = 400, tracksPerPlaylist: Double = 37.5, seed: UInt64 = 1) {
        precondition((0...10_000_000).contains(tracks), "a demo catalog has 0 to 10,000,000 tracks")
        precondition((0...10_000_000).contains(playlists), "a demo catalog has 0 to 10,000,000 playlists")
        self.tracks = tracks
        precondition((5...1_000).contains(tracksPerPlaylist), "a demo playlist has 5 to 1,000 tracks at the mean")
        self.playlists = tracks == 0 ? 0 : playlists
        world = DemoWorld(tracks: tracks, tracksPerPlaylist: tracksPerPlaylist, seed: seed)
    }

    /// A track's description and, unless it is one of the holes, its audio features.
    /// - Parameter number: 0 up to but not including `tracks`.
    public func records(ofTrack number: Int) -> [CatalogRecord] {
        precondition((0..<tracks).contains(number), "the catalog has \(tracks) tracks")
        return world.records(ofTrack: number)
    }

    /// The numbers of a playlist's tracks, in its order; what its entries say, without the records' weight.
    /// - Parameter number: 0 up to but not including `playlists`.
    public func tracks(ofPlaylist number: Int) -> [Int] {
        precondition((0..<playlists).contains(number), "the catalog has \(playlists) playlists")
        return world.playlist(number).tracks
    }

    /// Batches of about a thousand records: all tracks with their features first, then the playlists with their entries.
    public func makeIterator() -> Iterator { Iterator(tracks: tracks, playlists: playlists, world: world) }

    /// Walks through the catalog's batches.
    public struct Iterator: IteratorProtocol {
        fileprivate let tracks: Int
        fileprivate let playlists: Int
        fileprivate let world: DemoWorld
        private var nextTrack = 0
        private var nextPlaylist = 0

        fileprivate init(tracks: Int, playlists: Int, world: DemoWorld) {
            self.tracks = tracks
            self.playlists = playlists
            self.world = world
        }

        /// The next batch, or nil at the end.
        public mutating func next() -> [CatalogRecord]? {
            var batch: [CatalogRecord] = []
            while batch.count < 1_000, let records = nextRecords() { batch += records }
            return batch.isEmpty ? nil : batch
        }

        private mutating func nextRecords() -> [CatalogRecord]? {
            if nextTrack < tracks {
                defer { nextTrack += 1 }
                return world.records(ofTrack: nextTrack)
            }
            guard nextPlaylist < playlists else { return nil }
            defer { nextPlaylist += 1 }
            return world.records(ofPlaylist: nextPlaylist)
        }
    }
}
