public import Catalog
import Foundation
public import Ingest

/// Spotify's Web API with the tokens of one source, as it is since February 2026.
///
/// What it answers of tracks, albums and playlists comes as records for the catalog, read by the reader of files.
public struct Spotify: Sendable {
    private let client: ServiceClient
    let tokens: any SpotifyTokenSource
    let refusals: (any RefusalStore)?

    /// The service behind a client of `ServiceConfiguration.spotify`.
    ///
    /// - Parameter refusals: remembers what the application may not; nil for no memory.
    public init(_ client: ServiceClient, tokens: any SpotifyTokenSource, refusals: (any RefusalStore)? = nil) {
        (self.client, self.tokens, self.refusals) = (client, tokens, refusals)
    }

    /// `spotify`.
    public var name: String { client.name }
    /// Time as the client has it.
    public var clock: ServiceClock { client.support.clock }

    /// Makes a call with a token, and once more with another where that one is not accepted.
    ///
    /// - Throws: `ServiceError`, `SpotifyError`, errors of the token source.
    func send<Value: Sendable>(
        _ call: ServiceCall, _ decode: @Sendable (ServiceAnswer) throws -> Value
    ) async throws -> Value {
        let token = try await tokens.token(replacing: nil)
        let refusal: ServiceError
        switch await attempt(bearing(token, call), decode) {
        case .success(let value): return value
        case .failure(let error): refusal = error
        }
        guard refusal.kind == .unauthorized else { throw refusal }
        let other = try await tokens.token(replacing: token)
        return try await attempt(bearing(other, call), decode).get()
    }

    private func attempt<Value: Sendable>(
        _ call: ServiceCall, _ decode: @Sendable (ServiceAnswer) throws -> Value
    ) async -> Result<Value, ServiceError> {
        do { return .success(try await client.answer(call, decode)) } catch { return .failure(error) }
    }

    private func bearing(_ token: SpotifyAccessToken, _ call: ServiceCall) -> ServiceCall {
        var call = call
        call.headers.append(("Authorization", "Bearer \(token.value)"))
        return call
    }

    func value<Value: Decodable & Sendable>(_ call: ServiceCall, as type: Value.Type = Value.self) async throws -> Value
    {
        try await send(call) { try $0.json(type) }
    }

    /// Makes a call and reads its answer as records. One that is JSON of another kind than expected is tried again and
    /// never remembered, as one that is no JSON: taken for an answer, it would end a list before its end.
    func records(
        _ call: ServiceCall, of track: ExternalID? = nil,
        where isExpected: @escaping @Sendable (SpotifyAnswer) -> Bool = { _ in true }
    ) async throws -> SpotifyAnswer {
        let name = "\(name) \(call.endpoint)"
        return try await send(call) {
            let answer = try SpotifyAnswer(reading: $0.body, of: name, track: track)
            guard isExpected(answer) else {
                throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "another kind of answer"))
            }
            return answer
        }
    }
}

extension Spotify {
    /// Whose token it is.
    /// - Throws: `ServiceError`, `SpotifyError`, errors of the token source.
    public func profile() async throws -> SpotifyProfile {
        guard tokens.isListener else { throw SpotifyError.needsListener("a profile") }
        return try await value(ServiceCall(endpoint: "/me", path: ["me"]))
    }

    /// One track.
    /// - Throws: `ServiceError` (`.missing` where there is none), `SpotifyError`, errors of the token source.
    public func track(_ id: String) async throws -> SpotifyAnswer {
        var call = ServiceCall(endpoint: "/tracks/{id}", path: ["tracks", id])
        call.memory = Self.briefly("track:\(id)")
        return try await records(call) { answer in
            answer.records.contains {
                if case .track(let track) = $0 { track.ids.contains(.spotify(id)) } else { false }
            }
        }
    }

    /// An album with its first tracks; where `unfinishedAlbums` names it, the rest is in `SpotifyList.albumTracks`.
    /// - Throws: as `track` does.
    public func album(_ id: String) async throws -> SpotifyAnswer {
        var call = ServiceCall(endpoint: "/albums/{id}", path: ["albums", id])
        call.memory = Self.briefly("album:\(id)")
        return try await records(call) { answer in
            answer.records.contains {
                switch $0 {
                case .album(let album): album.id == .spotify(id)
                case .track(let track): track.album?.id == .spotify(id)
                default: false
                }
            }
        }
    }

    /// A playlist's own description, without its entries.
    /// - Throws: as `track` does.
    public func playlist(_ id: String) async throws -> SpotifyPlaylist {
        let fields = "id,name,description,snapshot_id,collaborative,owner(id,display_name),items(total),tracks(total)"
        var call = ServiceCall(endpoint: "/playlists/{id}", path: ["playlists", id], query: [("fields", fields)])
        call.bucket = Self.playlistBucket
        return try await value(call)
    }

    /// A page of the listener's playlists, followed ones included, from `offset` on; nil at places that hold none.
    /// - Throws: as `track` does.
    public func playlists(offset: Int) async throws -> SpotifyPlaylistPage {
        guard tokens.isListener else { throw SpotifyError.needsListener("a listener's list of playlists") }
        var call = ServiceCall(
            endpoint: "/me/playlists", path: ["me", "playlists"],
            query: [("limit", "50"), ("offset", String(offset))])
        call.bucket = Self.playlistBucket
        return try await value(call)
    }

    /// A page of a list, from `offset` on.
    /// - Throws: as `track` does; `SpotifyError.needsListener` where the application's own token does not do.
    public func page(of list: SpotifyList, offset: Int = 0) async throws -> SpotifyAnswer {
        guard tokens.isListener || !list.needsListener else { throw SpotifyError.needsListener(list.words) }
        let answer = try await records(list.call(offset: offset)) { answer in
            guard let page = answer.page else { return false }
            return page.count > 0 || !page.hasMore && offset >= page.total ?? 0
        }
        if let given = answer.page?.offset, given != offset, list.isCounted {
            throw ServiceError(
                .nonsense, service: name, endpoint: list.call(offset: offset).endpoint,
                reason: "it answers from element \(given) on, not from \(offset)",
                resumeAt: clock.now().addingTimeInterval(300))
        }
        return answer
    }

    /// Staff have spoken of a daily quota of playlists: exhausting it closes all calls of them.
    static let playlistBucket = "playlists"

    /// Long enough for a burst of requests about one seed, short enough for the service's terms.
    private static func briefly(_ key: String) -> ServiceCall.Memory {
        .init(key: key, lifetime: .seconds(86_400), lifetimeOfMisses: .seconds(3_600))
    }
}
