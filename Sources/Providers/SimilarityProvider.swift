public import Catalog

/// A source of similar tracks as a provider, so that a pass asks it about the whole catalog as it asks any other.
public struct SimilarityProvider: FeatureProvider {
    /// The most similar tracks that are asked for; most catalogs hold few of them.
    public static let limit = 100

    private let source: any SimilaritySource

    /// Over a source.
    public init(_ source: any SimilaritySource) { self.source = source }

    /// The source's.
    public var name: String { source.name }
    /// 1.
    public var version: String { "1" }
    /// One: neither service answers for several tracks at once.
    public var batchSize: Int { 1 }
    /// The source's.
    public var namespaces: [String] { source.namespaces }

    /// Notes how many similar tracks the source names, and which.
    /// - Throws: `ServiceError`.
    public func findings(on subjects: [EnrichmentSubject]) async throws(ServiceError) -> ProviderFindings {
        var findings = ProviderFindings()
        for subject in subjects {
            let similar = try await source.similar(to: subject, limit: Self.limit)
            guard !similar.isEmpty else { continue }
            findings.similar[subject.id] = similar
            findings.remarks[subject.id] = .init(["similar_tracks": .number(Double(similar.count))])
        }
        return findings
    }
}
