public import Catalog

/// Where tracks are taken into the catalog from.
public enum Source: Sendable, Hashable {
    /// One track of Spotify, by id.
    case track(String)
    /// One album of Spotify, by id.
    case album(String)
    /// One playlist of Spotify, by id.
    case playlist(String)
    /// The listener's liked tracks at Spotify.
    case likedTracks
    /// The listener's playlists at Spotify: those that the service lets it read.
    case playlists
    /// The listener's saved albums at Spotify.
    case savedAlbums
    /// What the listener heard lately at Spotify: the last fifty plays or so.
    case recentlyPlayed
    /// The tracks that the listener hears most at Spotify, over three spans of time.
    case topTracks
    /// A file, or everything in a folder.
    case files(String)

    /// What a link or URI names.
    /// - Throws: `ReferenceError` for what is neither a track, an album nor a playlist of Spotify.
    public init(parsing text: String) throws(ReferenceError) {
        // What names tracks elsewhere has rules of its own, which are of no use here.
        if let colon = text.firstIndex(of: ":"), text[..<colon] != "spotify", !text[colon...].hasPrefix("://") {
            throw ReferenceError("neither a link nor a URI of Spotify; give \(Self.accepted)")
        }
        let reference = try EntityReference(parsing: text, proposing: Self.accepted)
        guard let source = Source(reference) else {
            throw ReferenceError("neither a track, an album nor a playlist of Spotify; give \(Self.accepted)")
        }
        self = source
    }

    private static let accepted =
        "a link (https://open.spotify.com/playlist/…), a URI (spotify:playlist:…) or the 22-character id of a track"

    /// What belongs to a listener: what an account has, and a night takes over again.
    public static let listeners = [Source.likedTracks, .playlists, .savedAlbums, .recentlyPlayed, .topTracks]

    /// What a text names: `liked-tracks`, `playlists`, `saved-albums`, `recently-played`, `top-tracks`, `files:PATH`, or a
    /// link.
    /// - Throws: `ReferenceError` that says what would be accepted.
    public init(named text: String) throws(ReferenceError) {
        if let known = Self.listeners.first(where: { $0.description == text }) {
            self = known
        } else if text.hasPrefix("files:"), text.utf8.count > 6 {
            self = .files(Self.normalized(String(text.dropFirst(6))))
        } else {
            do throws(ReferenceError) { self = try Source(parsing: text) } catch {
                let names = Self.listeners.map(\.description).joined(separator: ", ")
                throw ReferenceError("not a source: \(names), files:PATH, or a link (\(error.description))")
            }
        }
    }

    /// One path for one place: without empty parts, `.` and `..`, as far as the text tells.
    static func normalized(_ path: String) -> String {
        let isAbsolute = path.hasPrefix("/")
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." {
                parts.removeLast()
            } else if part != ".." || !isAbsolute {
                parts.append(part)
            }
        }
        let rest = parts.joined(separator: "/")
        return isAbsolute ? "/\(rest)" : rest.isEmpty ? "." : rest
    }

    /// What a reference names, or nil where that cannot be fetched.
    public init?(_ reference: EntityReference) {
        guard reference.id.namespace == "spotify" else { return nil }
        switch reference.kind {
        case .track: self = .track(reference.id.value)
        case .album: self = .album(reference.id.value)
        case .playlist: self = .playlist(reference.id.value)
        case .artist, .tag: return nil
        }
    }

    /// What job queues and locks call it: the same for the same source.
    ///
    /// - Parameter account: whose library it is; of no account where the source is nobody's.
    public func key(account: String?) -> String {
        isListeners ? "\(description):\(account ?? "")" : description
    }

    /// Whether it belongs to a listener.
    public var isListeners: Bool { Self.listeners.contains(self) }

    /// Whether it is fetched from Spotify.
    public var isRemote: Bool { if case .files = self { false } else { true } }
}

extension Source: CustomStringConvertible {
    /// `spotify:track:ID`, `liked-tracks`, `playlists`, `saved-albums`, `recently-played`, `top-tracks`, `files:PATH`.
    public var description: String {
        switch self {
        case .track(let id): "spotify:track:\(id)"
        case .album(let id): "spotify:album:\(id)"
        case .playlist(let id): "spotify:playlist:\(id)"
        case .likedTracks: "liked-tracks"
        case .playlists: "playlists"
        case .savedAlbums: "saved-albums"
        case .recentlyPlayed: "recently-played"
        case .topTracks: "top-tracks"
        case .files(let path): "files:\(path)"
        }
    }
}

extension Source: Codable {
    /// Reads the text form.
    /// - Throws: `DecodingError`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        do throws(ReferenceError) { self = try Source(named: text) } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
        }
    }

    /// Writes the text form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
