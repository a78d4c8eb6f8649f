public import Foundation

/// A token for calls to Spotify; shows itself to the service alone.
public struct SpotifyAccessToken: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// As calls carry it.
    let value: String
    /// When it ends; nil where nobody said.
    public let expiresAt: Date?

    /// Takes a token; nil where it cannot be one: such a text must never reach a header.
    public init?(_ value: String, expiresAt: Date? = nil) {
        let isPlain = value.utf8.allSatisfy { $0 > 32 && $0 < 127 }
        guard isPlain, (1...4_096).contains(value.utf8.count) else { return nil }
        (self.value, self.expiresAt) = (value, expiresAt)
    }

    /// Whether it will last for the next call; a minute is left for clocks that differ.
    func isGood(at moment: Date) -> Bool { expiresAt.map { $0 > moment.addingTimeInterval(60) } ?? true }

    /// Not the token.
    public var description: String { "SpotifyAccessToken" }
    /// Not the token.
    public var debugDescription: String { description }
    /// Not the token.
    public var customMirror: Mirror { Mirror(self, children: ["expiresAt": expiresAt as Any]) }
}

/// Where tokens come from.
public protocol SpotifyTokenSource: Sendable {
    /// A token that is good now.
    ///
    /// - Parameter refused: one that the service did not accept, hence another must be got.
    /// - Throws: `SpotifyError`, `ServiceError`, errors of the store.
    func token(replacing refused: SpotifyAccessToken?) async throws -> SpotifyAccessToken
    /// The application that the token is of, by its id at the service; nil where that is not known.
    var application: String? { get }
    /// Whether its tokens are a listener's own.
    var isListener: Bool { get }
}

/// The token that a caller brought along, of an application that nobody here knows.
public struct SpotifyCallerToken: SpotifyTokenSource {
    private let token: SpotifyAccessToken

    /// Takes what stood in `X-Spotify-Token`.
    public init(_ token: SpotifyAccessToken) { self.token = token }

    /// Nil.
    public var application: String? { nil }
    /// True.
    public var isListener: Bool { true }

    /// The token, as long as the service accepts it.
    /// - Throws: `SpotifyError.callerTokenRefused`.
    public func token(replacing refused: SpotifyAccessToken?) throws -> SpotifyAccessToken {
        guard refused == nil else { throw SpotifyError.callerTokenRefused }
        return token
    }
}

/// Lets callers that need a token at the same time share one call for it.
actor SingleFlight {
    private var current: SpotifyAccessToken?
    private var fetching: Task<SpotifyAccessToken, any Error>?

    /// The current token, or the one that `fetch` gets; callers who come meanwhile wait for the same.
    ///
    /// The fetch goes on when its caller is cancelled: a rotated refresh token that is lost cannot be got again.
    func token(
        replacing refused: SpotifyAccessToken?, at moment: Date,
        _ fetch: @escaping @Sendable () async throws -> SpotifyAccessToken
    ) async throws -> SpotifyAccessToken {
        if let current, current != refused, current.isGood(at: moment) { return current }
        let task = fetching ?? Task { try await fetch() }
        fetching = task
        let result = await task.result
        if fetching == task {
            fetching = nil
            current = try? result.get()
        }
        return try result.get()
    }
}
