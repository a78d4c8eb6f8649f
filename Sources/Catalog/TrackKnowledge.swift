public import Foundation

/// Where a value comes from.
public struct Provenance: Sendable, Hashable {
    /// Whose value it is: a service, a table's own measure, or `analyze` for what was measured here.
    public var provider: String
    /// What brought it: the import's name, or the file that was analysed.
    public var source: String
    /// When it was last changed.
    public var updatedAt: Date

    /// Names an origin.
    public init(provider: String, source: String, updatedAt: Date) {
        (self.provider, self.source, self.updatedAt) = (provider, source, updatedAt)
    }
}

/// What somebody says of a track, of which kind.
public struct TrackStatement: Sendable, Hashable {
    /// What is said.
    public enum Kind: String, Sendable, CaseIterable {
        /// Audio features.
        case features
        /// Structure metrics, made from a service's audio analysis.
        case structure
        /// Descriptors of the recording's sound.
        case sound
        /// Categories beyond the catalog's own columns.
        case enrichment
    }

    /// What is said.
    public var kind: Kind
    /// By whom.
    public var provenance: Provenance

    /// Attributes a kind of statement.
    public init(kind: Kind, provenance: Provenance) { (self.kind, self.provenance) = (kind, provenance) }
}

/// One value of one audio feature.
public struct FeatureStatement: Sendable, Hashable {
    /// Of which feature.
    public var feature: AudioFeature
    /// As its provider gives it.
    public var value: Float
    /// As the reference would give it; equal to `value` where no calibration applies, nil where the provider's values of
    /// this name say something else and are left out.
    public var calibrated: Float?
    /// Whether recommendations use it: they take all features of a track from one provider.
    public var isUsed: Bool
    /// What is known of an estimate; nil where the provider means its value as one that it measured or was told.
    public var estimate: Estimate?
    /// Whose it is.
    public var provenance: Provenance

    /// How far an estimate can be trusted.
    public struct Estimate: Sendable, Hashable {
        /// Mean absolute error against the reference, on tracks that it was not fitted on.
        public var error: Double
        /// Tracks that it was fitted and measured on.
        public var tracks: Int

        /// Tells an estimate's error.
        public init(error: Double, tracks: Int) { (self.error, self.tracks) = (error, tracks) }
    }

    /// States a value.
    public init(
        feature: AudioFeature, value: Float, calibrated: Float?, isUsed: Bool, estimate: Estimate? = nil,
        provenance: Provenance
    ) {
        (self.feature, self.value, self.calibrated) = (feature, value, calibrated)
        (self.isUsed, self.estimate, self.provenance) = (isUsed, estimate, provenance)
    }
}

/// Where one of a track's own values comes from: its title, its year and so on, which all sources together make.
public struct ValueOrigin: Sendable, Hashable {
    /// A value of a track that imports bring.
    public enum Field: String, Sendable, CaseIterable {
        /// The title.
        case name
        /// The credited artists.
        case artists
        /// The album's title.
        case album
        /// The year of release.
        case year
        /// The length.
        case duration = "duration_ms"
        /// Popularity.
        case popularity
        /// Whether the lyrics are explicit.
        case explicit
        /// Genres.
        case genres
    }

    /// Which value.
    public var field: Field
    /// The import that brought it; nil where that was before imports were told apart.
    public var source: ImportSource?
    /// When that import began.
    public var updatedAt: Date?

    /// Attributes a value.
    public init(field: Field, source: ImportSource?, updatedAt: Date?) {
        (self.field, self.source, self.updatedAt) = (field, source, updatedAt)
    }
}

/// Where one of a track's external ids comes from.
public struct IDOrigin: Sendable, Hashable {
    /// Which id.
    public var id: ExternalID
    /// The import that brought it; `analyze` for the path of a file that was analysed, and for what its tags say.
    public var source: ImportSource
    /// When that import began, or when the file was analysed.
    public var updatedAt: Date

    /// Attributes an id.
    public init(id: ExternalID, source: ImportSource, updatedAt: Date) {
        (self.id, self.source, self.updatedAt) = (id, source, updatedAt)
    }
}

/// What one analysis found in a recording.
public struct AnalysisStatement: Sendable, Hashable {
    /// `structure` or `sound`.
    public var kind: TrackStatement.Kind
    /// The version of the descriptors, where they have versions.
    public var version: Int?
    /// All values, as a JSON object with names in snake case.
    public var values: String
    /// Whose it is.
    public var provenance: Provenance

    /// States an analysis.
    public init(kind: TrackStatement.Kind, version: Int?, values: String, provenance: Provenance) {
        (self.kind, self.version, self.values, self.provenance) = (kind, version, values, provenance)
    }
}

/// A track with all of its ids and with who says anything of it.
public struct KnownTrack: Sendable, Hashable {
    /// The track.
    public var track: CatalogTrack
    /// Of each of the track's values that is known, in the order of `ValueOrigin.Field`.
    public var origins: [ValueOrigin]
    /// Of those of the track's ids of which it was noted: what files brought, and what a service added to a known track.
    public var idOrigins: [IDOrigin]
    /// In order of kind and provider.
    public var statements: [TrackStatement]

    /// Gathers facts.
    public init(
        track: CatalogTrack, origins: [ValueOrigin], idOrigins: [IDOrigin] = [], statements: [TrackStatement]
    ) {
        (self.track, self.origins, self.idOrigins) = (track, origins, idOrigins)
        self.statements = statements
    }
}

/// Everything that is known of one track, value by value with its origin. Implemented by Storage.
public protocol TrackKnowledge: Sendable {
    /// The track, or nil where there is none.
    func facts(of id: TrackID) async throws -> KnownTrack?
    /// All values of its audio features, by feature, the one that is used first; nil where there is no such track.
    func features(of id: TrackID) async throws -> [FeatureStatement]?
    /// All analyses, by kind and provider; nil where there is no such track.
    func analyses(of id: TrackID) async throws -> [AnalysisStatement]?
}
