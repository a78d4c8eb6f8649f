import Foundation
import Synchronization

extension FakeService {
    /// Spotify's Web API and accounts service on one address, with a world of its own.
    public static let spotify: FakeService = {
        var service = FakeService(setting: "SEGUE_SPOTIFY_URL", basePath: "/v1") { world in
            let spotify = FakeSpotify(world: world)
            return { spotify.answer($0) }
        }
        service.otherSettings = [("SEGUE_SPOTIFY_ACCOUNTS_URL", "")]
        return service
    }()
}

/// A fake Spotify: one listener with a library, tokens that end, and playlists that change.
public final class FakeSpotify: Sendable {
    /// What it is like.
    public struct Options: Sendable {
        /// The application that it knows.
        public var clientID = "fake-client"
        /// That application's secret.
        public var secret = "fake-secret"
        /// After so many calls a token is not accepted any more; nil for never.
        public var callsPerToken: Int?
        /// How long it says that a token lasts, in seconds.
        public var tokenSeconds = 3_600
        /// Whether the application was registered after November 2024: no audio features, no analyses.
        public var isRestricted = true
        /// Liked tracks.
        public var likedTracks = 320
        /// Saved albums.
        public var savedAlbums = 7
        /// Tracks that it ranks for each span of time.
        public var topTracks = 120
        /// Plays that it remembers.
        public var plays = 80
        /// How many more elements every list counts than it ever lists.
        public var unlisted = 0
        /// How many tracks of an album come with it.
        public var tracksWithAlbum = 6
        /// Where the preview of a track is; nowhere, as for most of 2026.
        public var preview: @Sendable (FakeTrack) -> String? = { _ in nil }

        /// The standard.
        public init() {}
    }

    struct State {
        var access: [String: Int] = [:]
        var listeners: Set<String> = []
        var refresh = "refresh-0"
        /// The one before: good until the new one, or a token got with it, was used. RFC 9700, section 4.14.2, warns
        /// of answers that are lost.
        var formerRefresh: String?
        var codes: [String: String] = [:]
        var issued = 0
        var refreshes = 0
        var hasGrant = true
        var playlists: [FakePlaylist]
        var liked: [Int]
        var plays: Int
    }

    /// The tracks that there are.
    public let world: FakeWorld
    /// What it is like.
    public let options: Options
    let state: Mutex<State>

    /// The listener's id, by which playlists name their owner.
    public static let listener = "listener"
    /// The listener's id that never changes.
    public static let accountID = "acc0untId0fTheL1stener"

    /// Over a world.
    public init(world: FakeWorld = FakeWorld(), options: Options = Options()) {
        (self.world, self.options) = (world, options)
        let playlists = FakePlaylist.sizes.indices.map { FakePlaylist(number: $0, tracks: world.tracks.count) }
        let liked = (0..<options.likedTracks).map { ($0 &* 13 &+ 5) % world.tracks.count }
        state = Mutex(State(playlists: playlists, liked: liked, plays: options.plays))
    }

    /// The playlists as they are.
    public var playlists: [FakePlaylist] { state.withLock { $0.playlists } }

    /// How often tokens were refreshed.
    public var refreshCount: Int { state.withLock { $0.refreshes } }

    /// Changes a playlist, which gives it another snapshot.
    public func changePlaylist(_ number: Int, _ change: @Sendable (inout [FakePlaylist.Entry]) -> Void) {
        state.withLock { state in
            change(&state.playlists[number].entries)
            state.playlists[number].revision += 1
        }
    }

    /// Adds a track to the library, as its newest.
    public func like(_ track: Int) { state.withLock { $0.liked.insert(track, at: 0) } }

    /// Has the listener hear so many more tracks, one an hour.
    public func play(_ count: Int) { state.withLock { $0.plays += count } }

    /// Ends the listener's permission: refreshing answers `invalid_grant`.
    public func endGrant() { state.withLock { ($0.hasGrant, $0.access) = (false, [:]) } }

    /// Ends all access tokens.
    public func expireTokens() { state.withLock { $0.access = [:] } }

    /// Tokens as a listener's connection gets them, without the way through a browser.
    public func connect() -> (access: String, refresh: String) {
        state.withLock { state in
            state.hasGrant = true
            state.refresh = "refresh-\(state.issued)"
            return (Self.issue(&state, isListener: true), state.refresh)
        }
    }

    static func issue(_ state: inout State, isListener: Bool) -> String {
        state.issued += 1
        let token = "access-\(state.issued)-\(isListener ? "listener" : "app")"
        state.access[token] = 0
        if isListener { state.listeners.insert(token) }
        return token
    }

    /// Answers a request.
    public func answer(_ request: FakeRequest) -> FakeResponse {
        switch request.segments {
        case ["authorize"]: return authorize(request)
        case ["api", "token"]: return token(request)
        case let path where path.first == "v1": return guarded(request, Array(path.dropFirst()))
        default: return Self.problem(404, "Not found.")
        }
    }

    /// Who asks, as the token says.
    enum Caller { case listener, application }

    private func guarded(_ request: FakeRequest, _ path: [String]) -> FakeResponse {
        guard let header = request.headers["authorization"], header.hasPrefix("Bearer ") else {
            return Self.problem(401, "No token provided")
        }
        let token = String(header.dropFirst(7))
        let caller = state.withLock { state -> Caller? in
            guard let calls = state.access[token] else { return nil }
            if let most = options.callsPerToken, calls >= most {
                state.access[token] = nil
                return nil
            }
            state.access[token] = calls + 1
            guard state.listeners.contains(token) else { return .application }
            state.formerRefresh = nil
            return .listener
        }
        guard let caller else { return Self.problem(401, "The access token expired") }
        return route(request, path, caller)
    }

    private func route(_ request: FakeRequest, _ path: [String], _ caller: Caller) -> FakeResponse {
        switch (path.first, path.count) {
        case ("tracks", 2): return track(path[1])
        case ("albums", 2): return album(path[1], request)
        case ("albums", 3) where path[2] == "tracks": return albumTracks(path[1], request)
        case ("audio-features", _): return audioFeatures(request)
        case ("audio-analysis", 2): return audioAnalysis(path[1])
        case ("playlists", 2): return playlist(path[1], caller)
        case ("playlists", 3) where path[2] == "items": return items(path[1], request, caller)
        case ("me", _) where caller == .listener: return me(request, Array(path.dropFirst()))
        case ("me", _): return Self.problem(403, "Insufficient client scope")
        case ("tracks", 1), ("albums", 1), ("artists", 1): return Self.problem(403, "Forbidden")
        default: return Self.problem(404, "Service not found")
        }
    }

    static func problem(_ status: Int, _ message: String) -> FakeResponse {
        .json(["error": ["status": status, "message": message] as [String: Any]], status: status)
    }
}

/// A playlist of the fake.
public struct FakePlaylist: Sendable {
    /// What an entry can be.
    public enum Entry: Sendable, Hashable {
        /// A track, by its place in the world.
        case track(Int)
        /// A file on the listener's machine.
        case local
        /// An episode of a podcast.
        case episode
        /// Withdrawn.
        case empty
    }

    static let sizes = [120, 30, 0, 733, 80, 51, 7]

    /// Its place among the playlists.
    public let number: Int
    /// 22 characters.
    public let id: String
    /// Its title.
    public var name: String
    /// Whether the listener owns it; others' are only followed.
    public let isOwn: Bool
    /// What it holds, in order.
    public var entries: [Entry]
    var revision = 0

    /// Another one after each change.
    public var snapshot: String { "snapshot-\(number)-\(revision)" }

    /// Whether it is told of in the shape from before 2026.
    var isOldShape: Bool { number % 2 == 1 }

    init(number: Int, tracks: Int) {
        (self.number, id, name, isOwn) = (number, FakeWorld.spotifyID(3, number), "Playlist \(number)", number != 4)
        entries = (0..<Self.sizes[number]).map { place in
            if place % 29 == 7 { return .local }
            if place % 31 == 11 { return .episode }
            if place % 37 == 13 { return .empty }
            return .track((number * 977 + place * 7) % tracks)
        }
    }

    init(id: String, number: Int, name: String) {
        (self.id, self.number, self.name, isOwn, entries) = (id, number, name, true, [])
    }
}
