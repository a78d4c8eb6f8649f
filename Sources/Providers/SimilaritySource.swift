public import Catalog

/// An outside source of similar tracks: candidates for recommendations, to be found in the catalog by their ids.
public protocol SimilaritySource: Sendable {
    /// The source's name, for example `lastfm`.
    var name: String { get }
    /// The tracks that it holds similar to one, best first, at most `limit`; none where it does not know the track.
    /// - Throws: `ServiceError`.
    func similar(to subject: EnrichmentSubject, limit: Int) async throws(ServiceError) -> [SimilarTrack]
}

/// A track that somebody holds similar to another.
public struct SimilarTrack: Sendable, Hashable {
    /// External ids, where the source gives any.
    public var ids: [ExternalID]
    /// The title.
    public var name: String
    /// Who is credited.
    public var artist: String
    /// 0 to 1, 1 for the most similar.
    public var similarity: Double

    /// Describes a similar track.
    public init(ids: [ExternalID], name: String, artist: String, similarity: Double) {
        (self.ids, self.name, self.artist, self.similarity) = (ids, name, artist, similarity)
    }
}
