import Catalog
import Foundation

/// A list that Spotify gives in pages.
public enum SpotifyList: Sendable, Hashable {
    /// Over which time a listener's favourites are counted.
    public enum Span: String, Sendable, CaseIterable {
        /// About four weeks.
        case short = "short_term"
        /// About half a year.
        case medium = "medium_term"
        /// About a year.
        case long = "long_term"
    }

    /// The entries of a playlist that the listener owns or helps with.
    case playlistItems(String)
    /// The tracks of an album.
    case albumTracks(String)
    /// Liked tracks, newest first.
    case savedTracks
    /// Saved albums with their first tracks, newest first.
    case savedAlbums
    /// The tracks most heard.
    case topTracks(Span)
    /// The artists most heard.
    case topArtists(Span)
    /// What was heard lately, newest first, at most 50; before a moment in milliseconds since 1970, where given.
    case recentlyPlayed(before: Int?)

    var needsListener: Bool { if case .albumTracks = self { false } else { true } }

    /// What it belongs to, where that is in the catalog.
    var owner: EntityReference? {
        switch self {
        case .playlistItems(let id): EntityReference(kind: .playlist, id: .spotify(id))
        case .albumTracks(let id): EntityReference(kind: .album, id: .spotify(id))
        case .savedTracks, .savedAlbums, .topTracks, .topArtists, .recentlyPlayed: nil
        }
    }

    var words: String {
        switch self {
        case .playlistItems: "what a playlist holds"
        case .albumTracks: "what an album holds"
        case .savedTracks, .savedAlbums: "a listener's library"
        case .topTracks, .topArtists, .recentlyPlayed: "a listener's history"
        }
    }

    func call(offset: Int) -> ServiceCall {
        let page = [("limit", "50"), ("offset", String(offset))]
        switch self {
        case .playlistItems(let id):
            var call = ServiceCall(
                endpoint: "/playlists/{id}/items", path: ["playlists", id, "items"],
                query: page + [("additional_types", "track,episode")])
            call.bucket = Spotify.playlistBucket
            return call
        case .albumTracks(let id):
            return ServiceCall(endpoint: "/albums/{id}/tracks", path: ["albums", id, "tracks"], query: page)
        case .savedTracks: return ServiceCall(endpoint: "/me/tracks", path: ["me", "tracks"], query: page)
        case .savedAlbums: return ServiceCall(endpoint: "/me/albums", path: ["me", "albums"], query: page)
        case .topTracks(let span): return Self.top("tracks", span, page)
        case .topArtists(let span): return Self.top("artists", span, page)
        case .recentlyPlayed(let moment):
            return ServiceCall(
                endpoint: "/me/player/recently-played", path: ["me", "player", "recently-played"],
                query: [("limit", "50")] + (moment.map { [("before", String($0))] } ?? []))
        }
    }

    private static func top(_ kind: String, _ span: Span, _ page: [(String, String)]) -> ServiceCall {
        ServiceCall(
            endpoint: "/me/top/\(kind)", path: ["me", "top", kind], query: page + [("time_range", span.rawValue)])
    }
}

/// Who a listener is.
public struct SpotifyProfile: Decodable, Sendable, Hashable {
    /// The name in addresses, by which playlists name their owner.
    public var id: String
    /// The id that never changes, since May 2026.
    public var accountID: String?
    /// What the listener is called.
    public var name: String?

    private enum CodingKeys: String, CodingKey {
        case id
        case accountID = "account_id"
        case name = "display_name"
    }
}

/// A playlist's own description.
public struct SpotifyPlaylist: Decodable, Sendable, Hashable {
    private struct Count: Decodable {
        var total: Int?
    }

    private struct Owner: Decodable {
        var id: String?
        var name: String?

        private enum CodingKeys: String, CodingKey {
            case id
            case name = "display_name"
        }
    }

    /// Its id.
    public var id: String
    /// Its title.
    public var name: String?
    /// Free text.
    public var summary: String?
    /// Its version; another one after every change.
    public var snapshot: String?
    /// The owner's id.
    public var ownerID: String?
    /// The owner's name.
    public var ownerName: String?
    /// Whether others may change it.
    public var isCollaborative: Bool
    /// How many entries it has, where the answer says.
    public var total: Int?

    private enum CodingKeys: String, CodingKey {
        case id, name, owner, collaborative, items, tracks
        case summary = "description"
        case snapshot = "snapshot_id"
    }

    /// Reads both shapes: `items`, and `tracks` as it was before 2026.
    /// - Throws: `DecodingError` without an id.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = try values.decode(String.self, forKey: .id)
        name = try values.decodeIfPresent(String.self, forKey: .name)
        summary = try values.decodeIfPresent(String.self, forKey: .summary)
        snapshot = try values.decodeIfPresent(String.self, forKey: .snapshot)
        let owner = try values.decodeIfPresent(Owner.self, forKey: .owner)
        (ownerID, ownerName) = (owner?.id, owner?.name)
        isCollaborative = (try values.decodeIfPresent(Bool.self, forKey: .collaborative)) ?? false
        let items = try? values.decodeIfPresent(Count.self, forKey: .items)
        total = items?.total ?? (try? values.decodeIfPresent(Count.self, forKey: .tracks))?.total
    }
}

/// A page of a listener's playlists.
public struct SpotifyPlaylistPage: Decodable, Sendable {
    private struct Lenient: Decodable {
        var playlist: SpotifyPlaylist?

        init(from decoder: any Decoder) { playlist = try? SpotifyPlaylist(from: decoder) }
    }

    /// The playlists; those that the service no longer has are left out.
    public var playlists: [SpotifyPlaylist]
    /// How many places the page has.
    public var count: Int
    /// Whether there are more behind it.
    public var hasMore: Bool
    /// The first one's place in the whole list, from 0.
    public var offset: Int
    /// How many the whole list has; what the page itself tells of where the answer does not say.
    public var total: Int
    /// How many the list says that it has behind a page which says that it is the last one; see
    /// `SpotifyAnswer.Page.unlisted`.
    public var unlisted: Int { hasMore ? 0 : max(0, total - offset - count) }

    private enum CodingKeys: String, CodingKey { case items, next, offset, total }

    /// Reads a page.
    /// - Throws: `DecodingError` without `items`, or where there are none though the list goes on.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let items = try values.decode([Lenient].self, forKey: .items)
        (playlists, count) = (items.compactMap(\.playlist), items.count)
        hasMore = try values.decodeIfPresent(String.self, forKey: .next) != nil
        offset = try values.decodeIfPresent(Int.self, forKey: .offset) ?? 0
        total = try values.decodeIfPresent(Int.self, forKey: .total) ?? offset + count
        guard count > 0 || !hasMore else {
            throw DecodingError.dataCorruptedError(
                forKey: .items, in: values, debugDescription: "no items before the end")
        }
    }
}
