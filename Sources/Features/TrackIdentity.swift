public import Catalog

/// By what a track is recognised across releases and files: hashes of its recording and of its first artist.
public struct TrackIdentity: Sendable, Hashable {
    /// Hash of the recording key; of the track's own id where title or artist are unknown.
    public let recording: UInt64
    /// Hash of the normalized first artist, or nil without one.
    public let artist: UInt64?

    /// Computes the hashes.
    public init(_ track: CatalogTrack) {
        recording = RecordingKey.hash(track.recordingKey ?? "#\(track.id.rawValue)")
        let name = track.artists.first.map { RecordingKey.normalized(RecordingKey.firstArtist($0.name)) } ?? ""
        artist = name.isEmpty ? nil : RecordingKey.hash("artist:" + name)
    }
}
