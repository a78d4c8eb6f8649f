internal import Catalog

/// What the catalog has of a track, as far as it matters to a table, which only fills what is missing.
struct StoredTrack: Sendable {
    let id: Int64
    /// One bit for each column, in the order of `columns`, that has a value, and one where artists are credited.
    let filled: Int
    let provider: String
    /// One bit for each audio feature by `provider` that has a value.
    let features: Int

    private static let columns = [
        "name IS NOT NULL", "album_id IS NOT NULL", "released IS NOT NULL", "duration_ms IS NOT NULL",
        "popularity IS NOT NULL", "explicit IS NOT NULL", "track_number IS NOT NULL", "disc_number IS NOT NULL",
        "genres <> '{}'",
    ]

    /// The bits of `filled` as an expression over a row of `tracks`, without the one of the credit.
    static let filledMask = mask(columns)
    /// The bit of `filled` that says that artists are credited.
    static let creditedMask = 1 << columns.count
    /// The bits of `features` as an expression over a row of `audio_features`.
    static let featuresMask = mask(FeatureColumns.names.map { "\($0) IS NOT NULL" })

    /// An expression with one bit for each condition that holds.
    static func mask(_ conditions: [String]) -> String {
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
        return Self.bits(given) & ~filled == 0 && track.features.allSatisfy { hasAll(of: $0.record) }
    }

    private func hasAll(of record: FeaturesRecord) -> Bool {
        record.provider == provider
            && Self.bits(AudioFeature.allCases.map { record.features[$0] != nil }) & ~features == 0
    }

    private static func bits(_ flags: [Bool]) -> Int {
        flags.enumerated().reduce(0) { $1.element ? $0 | 1 << $1.offset : $0 }
    }
}
