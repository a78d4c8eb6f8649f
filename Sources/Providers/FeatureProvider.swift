public import Catalog

/// An outside source that knows something of tracks: audio features, tags, other ids.
///
/// A further one takes one file: a value with these members over a `ServiceClient`, and a line where providers are
/// listed.
public protocol FeatureProvider: Sendable {
    /// The source's name in provenance, for example `reccobeats`.
    var name: String { get }
    /// Of what is made from its answers; another version makes a pass ask again.
    var version: String { get }
    /// The most tracks that it is asked about at once.
    var batchSize: Int { get }
    /// The namespaces of external ids that it can be asked by.
    var namespaces: [String] { get }
    /// Asks about tracks, at most `batchSize`, each with an id in one of the namespaces.
    /// - Throws: `ServiceError`; then nothing is known of any of them.
    func findings(on subjects: [EnrichmentSubject]) async throws(ServiceError) -> ProviderFindings
}

/// What a provider answered about a batch of tracks.
public struct ProviderFindings: Sendable {
    /// What it said of one track beyond records.
    public struct Remark: Sendable, Hashable {
        /// By category.
        public var categories: [String: EnrichmentValue]
        /// How sure the provider is, 0 to 1, where it says.
        public var confidence: Double?

        /// Takes categories.
        public init(_ categories: [String: EnrichmentValue] = [:], confidence: Double? = nil) {
            (self.categories, self.confidence) = (categories, confidence)
        }
    }

    /// Facts for the catalog: features, further ids.
    public var records: [CatalogRecord] = []
    /// What it said, for every track that it knows.
    public var remarks: [TrackID: Remark] = [:]
    /// Which tracks it holds similar to those that it knows, where it says.
    public var similar: [TrackID: [SimilarTrack]] = [:]
    /// What tracks sound like, where it describes that.
    public var sounds: [TrackID: SoundRecord] = [:]
    /// Tracks that it could not look at just now: they are put off, behind all that were never asked about.
    public var deferred: Set<TrackID> = []

    /// Knows nothing.
    public init() {}
}

extension AudioFeatures {
    /// Takes a provider's value; what is out of range or means "not detected" is missing.
    mutating func take(_ feature: AudioFeature, _ value: Double?) {
        guard let value, value.isFinite else { return }
        let number = Float(value)
        guard feature.range.contains(number), !feature.isUndetected(number) else { return }
        self[feature] = number
    }

    /// The names of what is known.
    var knownNames: [String] { AudioFeature.allCases.filter { self[$0] != nil }.map(\.name) }
}

extension Sequence {
    /// The elements in groups of at most `size`, in order.
    func grouped(by size: Int) -> [[Element]] {
        reduce(into: []) { groups, element in
            if groups.last.map({ $0.count < size }) ?? false {
                groups[groups.count - 1].append(element)
            } else {
                groups.append([element])
            }
        }
    }
}
