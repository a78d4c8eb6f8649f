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

    /// Makes a call and reads its answer as records. One in which `fault` finds one is tried again and never remembered,
    /// as one that is no JSON: taken for an answer, it would end a list before its end.
    func records(
        _ call: ServiceCall, of track: ExternalID? = nil, owner: EntityReference? = nil,
        fault: @escaping @Sendable (SpotifyAnswer) -> String? = { _ in nil }
    ) async throws -> SpotifyAnswer {
        let name = "\(name) \(call.endpoint)"
        return try await send(call) {
            let answer = try SpotifyAnswer(reading: $0.body, of: name, track: track, owner: owner)
            if let reason = fault(answer) { throw UnexpectedAnswer(reason: reason) }
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
        try await records(Self.trackCall(id)) { answer in
            let isThere = answer.records.contains {
                if case .track(let track) = $0 { track.ids.contains(.spotify(id)) } else { false }
            }
            return isThere ? nil : "it holds another track, or none"
        }
    }

    static func trackCall(_ id: String) -> ServiceCall {
        var call = ServiceCall(endpoint: "/tracks/{id}", path: ["tracks", id])
        call.memory = briefly("track:\(id)")
        return call
    }

    /// An album with its first tracks; where `unfinishedAlbums` names it, the rest is in `SpotifyList.albumTracks`.
    /// - Throws: as `track` does.
    public func album(_ id: String) async throws -> SpotifyAnswer {
        var call = ServiceCall(endpoint: "/albums/{id}", path: ["albums", id])
        call.memory = Self.briefly("album:\(id)")
        return try await records(call) { answer in
            let isThere = answer.records.contains {
                switch $0 {
                case .album(let album): album.id == .spotify(id)
                case .track(let track): track.album?.id == .spotify(id)
                default: false
                }
            }
            return isThere ? nil : "it holds another album, or none"
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

    /// A page of the listener's playlists, followed ones included, from `offset` on; asked for again where it ends before
    /// the list's total, as pages of other lists are.
    ///
    /// - Parameter total: how many there were by the pages before.
    /// - Throws: as `track` does.
    public func playlists(offset: Int, expecting total: Int = 0) async throws -> SpotifyPlaylistPage {
        guard tokens.isListener else { throw SpotifyError.needsListener("a listener's list of playlists") }
        var call = ServiceCall(
            endpoint: "/me/playlists", path: ["me", "playlists"],
            query: [("limit", "50"), ("offset", String(offset))])
        call.bucket = Self.playlistBucket
        return try await looking { [call] in
            try await send(call) {
                var page = try $0.json(SpotifyPlaylistPage.self)
                if let reason = Self.misplacement(page.offset, offset)
                    ?? Self.endlessness(page.offset, page.total, page.hasMore)
                {
                    throw UnexpectedAnswer(reason: reason)
                }
                page.total = max(page.total, total)
                return page
            }
        }
    }

    /// A page of a list, from `offset` on.
    ///
    /// One that says it is the last although the list's total says otherwise is asked for three times before it is given
    /// out: it may be a passing trouble, and it may be how the list is, for totals have been seen that count what is never
    /// listed. `SpotifyAnswer.Page.unlisted` tells; whoever keeps what came must not take it for the end unseen.
    ///
    /// - Parameter total: how many elements the list has by what was said of it before: a page that says less is no more
    ///   to be believed than one that contradicts itself.
    /// - Throws: as `track` does; `SpotifyError.needsListener` where the application's own token does not do.
    public func page(
        of list: SpotifyList, offset: Int = 0, expecting total: Int = 0
    ) async throws -> SpotifyAnswer {
        guard tokens.isListener || !list.needsListener else { throw SpotifyError.needsListener(list.words) }
        return try await looking {
            var answer = try await records(list.call(offset: offset), owner: list.owner) { answer in
                guard let page = answer.page else { return "it is no list" }
                if page.count == 0, page.hasMore { return "it holds nothing, and says that there is more" }
                return Self.misplacement(page.offset, offset)
                    ?? Self.endlessness(page.offset, page.total, page.hasMore)
            }
            answer.expect(total)
            return answer
        }
    }

    private static func misplacement(_ given: Int, _ asked: Int) -> String? {
        given == asked ? nil : "it begins at element \(given), not at \(asked)"
    }

    /// A page behind the end of its own list is followed by no other one: such lists have no end.
    private static func endlessness(_ offset: Int, _ total: Int?, _ hasMore: Bool) -> String? {
        guard hasMore, offset > 0, let total, offset >= total else { return nil }
        return "it has elements behind the last one of \(total), and says that there is more"
    }

    /// Before another look at a page that is not to be believed.
    private static let pauses: [Duration] = [.milliseconds(500), .seconds(2)]

    /// Asks until the answer is to be believed, three times at most; gives the last one.
    private func looking<Page: ListPage>(_ ask: () async throws -> Page) async throws -> Page {
        for pause in Self.pauses {
            let page = try await ask()
            guard page.unlisted > 0 else { return page }
            try await clock.sleep(pause)
        }
        return try await ask()
    }

    /// Staff have spoken of a daily quota of playlists: exhausting it closes all calls of them.
    static let playlistBucket = "playlists"

    /// Long enough for a burst of requests about one seed, short enough for the service's terms.
    private static func briefly(_ key: String) -> ServiceCall.Memory {
        .init(key: key, lifetime: .seconds(86_400), lifetimeOfMisses: .seconds(3_600))
    }
}

/// A page that may contradict itself.
private protocol ListPage: Sendable {
    /// How many elements its list counts behind it, though it says that it is the last one.
    var unlisted: Int { get }
}

extension SpotifyPlaylistPage: ListPage {}

extension SpotifyAnswer: ListPage {
    fileprivate var unlisted: Int { page?.unlisted ?? 0 }
}
