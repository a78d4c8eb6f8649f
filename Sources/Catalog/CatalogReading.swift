/// Reads the catalog. Implemented by Storage.
public protocol CatalogReading: Sendable {
    /// Runs `body` over one consistent view.
    func withView<Result: Sendable>(
        _ body: @Sendable (any CatalogView) async throws -> Result
    ) async throws -> Result
    /// The internal id of a track, or nil.
    func trackID(for id: ExternalID) async throws -> TrackID?
    /// The tracks that a reference stands for, each once, at most `limit`, or nil where the catalog has no such entity.
    ///
    /// A playlist's and an album's come in their order; those of an artist (whom they name first) and of a tag come
    /// with the most popular first, and an artist's equally popular ones with the most listed first. A tag is a genre
    /// of tracks or, where no track has it, of artists. The namespace `segue` is the internal id itself.
    func tracks(of reference: EntityReference, limit: Int) async throws -> [TrackID]?
    /// Whether the catalog has a playlist in part only: taking it over from its service has begun and never ended.
    func isPartial(_ reference: EntityReference) async throws -> Bool
    /// Tracks whose title or artist resembles `query` (all tracks where it is nil), best first.
    func search(_ query: String?, limit: Int, cursor: String?) async throws -> TrackPage
    /// Removes a track for good, announced to running servers; false where there is none.
    func removeTrack(_ id: TrackID) async throws -> Bool
}

/// One page of a listing.
public struct TrackPage: Sendable, Hashable {
    /// The tracks, in the listing's order.
    public var tracks: [CatalogTrack]
    /// What to pass to get the next page, or nil at the end.
    public var next: String?

    /// A page.
    public init(tracks: [CatalogTrack], next: String?) {
        self.tracks = tracks
        self.next = next
    }
}
