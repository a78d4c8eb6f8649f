public import Catalog
public import Providers
public import Sourcing

/// Takes over what callers name and the catalog lacks; the executable makes it from its clients and accounts.
public protocol SourceFetching: Sendable {
    /// Whether a job could take a source over: that there are an application, an account, a permitted folder.
    ///
    /// - Parameter account: whose library or token; nil for the only account.
    /// - Throws: `SourceFetchFailure.noSource` with what is missing, `CatalogStoreError`.
    func check(_ source: Source, account: String?) async throws
    /// Takes sources over at once, so that the serving catalog has them when this returns.
    ///
    /// - Parameter token: the caller's own, used for these calls alone; nil where the connected account's is to be used.
    /// - Throws: `SourceFetchFailure`, `SourceError`, `CatalogStoreError`.
    func fetch(_ sources: [Source], with token: SpotifyAccessToken?) async throws -> [SourceReport]
}

/// Why a source was not fetched within a request.
public enum SourceFetchFailure: Error, Sendable, Hashable {
    /// There is nobody to ask; the text says what is missing, and how to mend it.
    case noSource(String)
    /// It takes longer than a request may; what has arrived stays, and the next request goes on there.
    case underWay
}

/// What the routes of sources need.
public struct SourceAccess: Sendable {
    /// Takes sources over.
    public var fetching: any SourceFetching
    /// Remembers who brought what, and whose accounts there are.
    public var tracks: any SourceTrackStore & CollectionSyncStore & AccountStore

    /// Puts the parts together.
    public init(fetching: any SourceFetching, tracks: any SourceTrackStore & CollectionSyncStore & AccountStore) {
        (self.fetching, self.tracks) = (fetching, tracks)
    }
}
