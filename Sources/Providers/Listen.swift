public import Catalog

/// A track that somebody listened to.
public struct Listen: Sendable, Hashable {
    /// When, in seconds since 1970.
    public var listenedAt: Int
    /// The title as sent.
    public var name: String
    /// The artist as sent.
    public var artist: String
    /// The release, where sent.
    public var release: String?
    /// Milliseconds, where sent.
    public var duration: Int?
    /// Spotify id, ISRC and recording id, where there are.
    public var ids: [ExternalID]
}

struct ListenPage: Decodable, Sendable {
    struct Payload: Decodable, Sendable {
        var listens: [Item]
    }

    struct Item: Decodable, Sendable {
        struct Metadata: Decodable, Sendable {
            var artistName: String
            var trackName: String
            var releaseName: String?
            var additional: Additional?
            var mapping: Mapping?

            enum CodingKeys: String, CodingKey {
                case artistName = "artist_name"
                case trackName = "track_name"
                case releaseName = "release_name"
                case additional = "additional_info"
                case mapping = "mbid_mapping"
            }
        }

        struct Additional: Decodable, Sendable {
            var duration: LenientNumber?
            var isrc: String?
            var recording: String?
            var spotify: String?

            enum CodingKeys: String, CodingKey {
                case isrc
                case duration = "duration_ms"
                case recording = "recording_mbid"
                case spotify = "spotify_id"
            }
        }

        struct Mapping: Decodable, Sendable {
            var recording: String?

            enum CodingKeys: String, CodingKey { case recording = "recording_mbid" }
        }

        var listenedAt: Int
        var metadata: Metadata

        enum CodingKeys: String, CodingKey {
            case listenedAt = "listened_at"
            case metadata = "track_metadata"
        }
    }

    var payload: Payload
}

extension ListenPage.Item {
    var listen: Listen {
        let additional = metadata.additional
        let length = additional?.duration.flatMap { $0.value > 0 && $0.value < 86_400_000 ? Int($0.value) : nil }
        return Listen(
            listenedAt: listenedAt, name: metadata.trackName, artist: metadata.artistName,
            release: metadata.releaseName, duration: length, ids: ids)
    }

    /// The service's own mapping counts before what the sender wrote.
    private var ids: [ExternalID] {
        let spotify = metadata.additional?.spotify?.split(separator: "/").last.map(String.init)
        let recording = [metadata.mapping?.recording, metadata.additional?.recording].compactMap(\.self)
        return [
            spotify.flatMap { ExternalID.isSpotifyID($0) ? .spotify($0) : nil },
            metadata.additional?.isrc.flatMap { ExternalID.canonicalISRC($0) }.map { .isrc($0) },
            recording.first { !$0.isEmpty }.map { ExternalID(namespace: "mbid", value: $0) },
        ].compactMap(\.self)
    }
}
