internal import Catalog

/// An artist on the way into the catalog.
struct StagedArtist: Sendable {
    /// Its number, by which tracks and albums refer to it.
    let no: Int32
    /// What the source says.
    let record: ArtistRecord
    /// The name as it can be stored.
    let name: String
    /// By which artists without an external id are recognised.
    let key: String

    init(no: Int32, record: ArtistRecord, name: String) {
        (self.no, self.record, self.name) = (no, record, name)
        key = RecordingKey.normalized(name)
    }
}

/// An album on the way into the catalog.
struct StagedAlbum: Sendable {
    /// Its number, by which tracks refer to it.
    let no: Int32
    /// What the source says.
    let record: AlbumRecord
    /// The title as it can be stored.
    let name: String?
    /// Number of its first artist.
    let artist: Int32?

    /// The title as albums without an external id are recognised by.
    var key: String? { name.map(RecordingKey.normalized) }
    var released: String? { record.released?.description }
    var kind: String? { record.kind?.storable }
    var totalTracks: Int32? { record.totalTracks.map { Int32(clamping: $0) } }
}
