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
        Self.filled(by: track) & ~filled == 0
            && track.features.allSatisfy {
                $0.record.provider == provider && Self.features(of: $0.record) & ~features == 0
            }
    }

    private static func filled(by track: StagedTrack) -> Int {
        var bits = Bits()
        let record = track.record
        bits.append(record.name?.storable != nil)
        bits.append(track.album != nil)
        bits.append(track.released != nil)
        bits.append(record.duration != nil)
        bits.append(record.popularity != nil)
        bits.append(record.explicit != nil)
        bits.append(record.trackNumber != nil)
        bits.append(record.discNumber != nil)
        bits.append(record.genres.storable != nil)
        bits.append(!track.artists.isEmpty)
        return bits.value
    }

    private static func features(of record: FeaturesRecord) -> Int {
        var bits = Bits()
        for feature in AudioFeature.allCases { bits.append(record.features[feature] != nil) }
        return bits.value
    }

    /// Without an array, which would have to be allocated for each track.
    private struct Bits {
        private(set) var value = 0
        private var next = 1

        mutating func append(_ isSet: Bool) {
            if isSet { value |= next }
            next <<= 1
        }
    }
}

extension StoredTrack {
    /// What is stored of a track that has one row and at most one record of audio features.
    init(_ track: StagedTrack, id: Int64) {
        let said = track.features.first?.record
        self.init(
            id: id, filled: Self.filled(by: track), provider: said?.provider ?? "",
            features: said.map(Self.features) ?? 0)
    }
}
