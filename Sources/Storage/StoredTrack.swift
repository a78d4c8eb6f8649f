internal import Catalog
internal import Postgres

/// What the catalog has of a track, as far as it matters to a table, which only fills what is missing.
struct StoredTrack: Sendable {
    let id: Int64
    private let provider: String
    /// One bit for each column, in the order of `columns`, that has a value.
    private let filled: Int
    /// One bit for each audio feature by `provider` that has a value.
    private let features: Int

    private static let columns = [
        "t.name IS NOT NULL", "t.album_id IS NOT NULL", "t.released IS NOT NULL", "t.duration_ms IS NOT NULL",
        "t.popularity IS NOT NULL", "t.explicit IS NOT NULL", "t.track_number IS NOT NULL", "t.disc_number IS NOT NULL",
        "t.genres <> '{}'", "EXISTS (SELECT FROM track_artists c WHERE c.track_id = t.id)",
    ]

    /// Reads a row of `query`.
    init(_ row: borrowing PostgresRow, provider: String) throws {
        (id, filled, features) = (try row[1], try row[2], try row[3])
        self.provider = provider
    }

    /// The known ones of tracks by external id: place from 1, id, and two masks.
    static func query(_ values: [String], _ namespace: String, provider: String) -> SQL {
        """
        SELECT p.place, t.id, \(unsafeRaw: mask(columns)),
            CASE WHEN f.track_id IS NULL THEN 0 ELSE \(unsafeRaw: mask(FeatureColumns.names.map { "f.\($0) IS NOT NULL" })) END
        FROM unnest(\(values)) WITH ORDINALITY AS p (value, place)
        JOIN external_ids x ON x.kind = 'track' AND x.namespace = \(namespace) AND x.value = p.value
        JOIN tracks t ON t.id = x.entity_id
        LEFT JOIN audio_features f ON f.track_id = t.id AND f.provider = \(provider)
        """
    }

    private static func mask(_ conditions: [String]) -> String {
        conditions.enumerated().map { "((\($1))::integer << \($0))" }.joined(separator: " | ")
    }

    /// Whether the catalog has a value wherever a table gives one.
    func hasAll(of track: StagedTrack) -> Bool {
        let record = track.record
        let given = [
            record.name?.storable != nil, track.album != nil, track.released != nil, record.duration != nil,
            record.popularity != nil, record.explicit != nil, record.trackNumber != nil, record.discNumber != nil,
            record.genres.storable != nil, !track.artists.isEmpty,
        ]
        return Self.bits(given) & ~filled == 0 && track.features.allSatisfy(hasAll)
    }

    private func hasAll(of record: FeaturesRecord) -> Bool {
        record.provider == provider
            && Self.bits(AudioFeature.allCases.map { record.features[$0] != nil }) & ~features == 0
    }

    private static func bits(_ flags: [Bool]) -> Int {
        flags.enumerated().reduce(0) { $1.element ? $0 | 1 << $1.offset : $0 }
    }
}
