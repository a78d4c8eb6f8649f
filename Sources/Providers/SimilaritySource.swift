public import Catalog

/// An outside source of similar tracks: candidates for recommendations, to be found in the catalog by their ids.
public protocol SimilaritySource: Sendable {
    /// The source's name, for example `lastfm`.
    var name: String { get }
    /// The namespaces of ids that tracks it can be asked about have one of; for a source that takes names, all.
    var namespaces: [String] { get }
    /// The tracks that it holds similar to one, best first, at most `limit`; none where it does not know the track.
    /// - Throws: `ServiceError`.
    func similar(to subject: EnrichmentSubject, limit: Int) async throws(ServiceError) -> [SimilarTrack]
}
