public import Foundation

/// What one source says of one track beyond the catalog's own columns.
public struct Enrichment: Sendable, Hashable {
    /// Of which track.
    public var track: TrackID
    /// Who says it: a provider's name.
    public var source: String
    /// Of the source's own making; a new version makes a pass ask again.
    public var version: String
    /// What it says, by category.
    public var categories: [String: EnrichmentValue]
    /// How sure the source is, 0 to 1, where it says.
    public var confidence: Double?
    /// When it was said.
    public var updatedAt: Date

    /// Attributes categories to a track and source.
    public init(
        track: TrackID, source: String, version: String, categories: [String: EnrichmentValue],
        confidence: Double? = nil, updatedAt: Date
    ) {
        (self.track, self.source, self.version, self.categories) = (track, source, version, categories)
        (self.confidence, self.updatedAt) = (confidence, updatedAt)
    }
}

/// The value of a category.
public enum EnrichmentValue: Sendable, Hashable {
    /// A text.
    case text(String)
    /// A number.
    case number(Double)
    /// Yes or no.
    case flag(Bool)
    /// Several texts, in order.
    case texts([String])
}

extension EnrichmentValue: Codable {
    /// Reads the JSON form.
    /// - Throws: `DecodingError` for an object, null or a mixed array.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else {
            self = .texts(try container.decode([String].self))
        }
    }

    /// Writes the plain JSON value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        case .flag(let flag): try container.encode(flag)
        case .texts(let texts): try container.encode(texts)
        }
    }
}

/// A track as an enricher needs it to ask somebody about it.
public struct EnrichmentSubject: Sendable, Hashable {
    /// Internal id.
    public var id: TrackID
    /// Spotify's first, then by namespace and value.
    public var externalIDs: [ExternalID]
    /// Title, where known.
    public var name: String?
    /// The first credited artist, where known.
    public var artist: String?
    /// Length in milliseconds, where known.
    public var duration: Int?
    /// How often in a row it was put off.
    public var postponements = 0

    /// Describes a track.
    public init(
        id: TrackID, externalIDs: [ExternalID], name: String? = nil, artist: String? = nil, duration: Int? = nil
    ) {
        (self.id, self.externalIDs, self.name, self.artist, self.duration) = (id, externalIDs, name, artist, duration)
    }

    /// The first id of a namespace.
    public func value(in namespace: String) -> String? { externalIDs.first { $0.namespace == namespace }?.value }
}

/// Which enrichments a listing shows.
public struct EnrichmentFilter: Sendable, Hashable {
    /// Of this track only.
    public var track: TrackID?
    /// By this source only.
    public var source: String?

    /// All, or those of a track, a source, or both.
    public init(track: TrackID? = nil, source: String? = nil) { (self.track, self.source) = (track, source) }
}

/// Where a listing of enrichments goes on.
public struct EnrichmentPlace: Sendable, Hashable {
    /// After this track's enrichment by `source`.
    public var track: TrackID
    /// The source of the last one seen.
    public var source: String

    /// Takes the last enrichment seen.
    public init(track: TrackID, source: String) { (self.track, self.source) = (track, source) }
}

/// Keeps what sources say of tracks, and what they did not know. Implemented by Storage.
public protocol EnrichmentStore: Sendable {
    /// The next tracks, by id, that a source has not been asked about in this version, or whose miss is due again; those
    /// that were put off are not among them.
    ///
    /// - Parameters:
    ///   - source: who would be asked.
    ///   - version: of the source.
    ///   - namespaces: only tracks with an id in one of these can be asked about.
    ///   - id: begin after this track.
    ///   - limit: so many at most.
    ///   - moment: misses that last beyond it are not due.
    func subjects(
        lacking source: String, version: String, namespaces: [String], after id: TrackID, limit: Int, at moment: Date
    ) async throws -> [EnrichmentSubject]
    /// Tracks that were put off in this version and are due, those that were asked about longest ago first.
    ///
    /// - Parameters:
    ///   - namespaces: only tracks with an id in one of these can be asked about.
    ///   - begun: those that were given up since then are left out.
    ///   - limit: so many at most.
    ///   - moment: what was put off beyond it is not due.
    func postponed(
        by source: String, version: String, namespaces: [String], since begun: Date, limit: Int, at moment: Date
    ) async throws -> [EnrichmentSubject]
    /// When the first track is due that was put off in this version and, unless those count too, is not given up: put off
    /// more than four times in a row while the source answered about others, or for five days. Nil where there is none.
    func due(by source: String, version: String, namespaces: [String], isGivenUpToo: Bool) async throws -> Date?
    /// Puts tracks off that a source could not be asked about just now: for ten minutes, and twice as long each time in a
    /// row, up to a day.
    func postpone(_ tracks: [TrackID], of source: String, version: String, at moment: Date) async throws
    /// Keeps enrichments in place of earlier ones of the same track and source; tracks that are gone are skipped.
    func keep(_ enrichments: [Enrichment]) async throws
    /// Remembers that a source does not know tracks, until a moment.
    func rememberMisses(
        _ tracks: [TrackID], of source: String, version: String, until end: Date, at moment: Date
    ) async throws
    /// The next enrichments by track and source, at most `limit`; misses are not among them.
    func enrichments(_ filter: EnrichmentFilter, after place: EnrichmentPlace?, limit: Int) async throws -> [Enrichment]
    /// How many tracks each source and version knows and does not know.
    func enrichmentCounts() async throws -> [EnrichmentCount]
}

/// How far a source has come.
public struct EnrichmentCount: Sendable, Hashable, Codable {
    /// The source.
    public var source: String
    /// Its version.
    public var version: String
    /// Tracks that it knows.
    public var found: Int
    /// Tracks that it does not know.
    public var missed: Int

    /// Counts a source's answers.
    public init(source: String, version: String, found: Int, missed: Int) {
        (self.source, self.version, self.found, self.missed) = (source, version, found, missed)
    }
}
