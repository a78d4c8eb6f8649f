/// One named audio feature of a track, with the meaning and range that Spotify's Web API gave it.
public enum AudioFeature: Int, CaseIterable, Sendable, Codable, CodingKeyRepresentable {
    /// How suitable for dancing, 0 to 1.
    case danceability
    /// Perceived intensity and activity, 0 to 1.
    case energy
    /// Pitch class of the key, 0 = C to 11 = B.
    case key
    /// Overall loudness in decibels, about -60 to 0.
    case loudness
    /// 1 = major, 0 = minor.
    case mode
    /// Presence of spoken words, 0 to 1.
    case speechiness
    /// Confidence that the track is acoustic, 0 to 1.
    case acousticness
    /// Likelihood of no vocals, 0 to 1.
    case instrumentalness
    /// Likelihood of an audience, 0 to 1.
    case liveness
    /// Musical positiveness, 0 to 1.
    case valence
    /// Beats per minute.
    case tempo
    /// Length in milliseconds.
    case duration
    /// Beats in a bar, 1 to 7.
    case timeSignature

    /// The name in requests, answers and tables, for example `duration_ms`.
    public var name: String {
        // Written out: the name of a case by reflection costs more than all else that explaining an answer does.
        switch self {
        case .danceability: "danceability"
        case .energy: "energy"
        case .key: "key"
        case .loudness: "loudness"
        case .mode: "mode"
        case .speechiness: "speechiness"
        case .acousticness: "acousticness"
        case .instrumentalness: "instrumentalness"
        case .liveness: "liveness"
        case .valence: "valence"
        case .tempo: "tempo"
        case .duration: "duration_ms"
        case .timeSignature: "time_signature"
        }
    }

    /// Finds a feature by its name in requests and tables.
    public init?(name: some StringProtocol) {
        guard let match = Self.byName[String(name)] else { return nil }
        self = match
    }

    private static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.name, $0) })

    /// The values that make sense; outside them a value is bad input.
    ///
    /// Loudness may rise a little above 0 dB and sink to digital silence. A key of -1 and a tempo or time signature of
    /// 0 mean "not detected" at their source and are read as missing, not as values.
    public var range: ClosedRange<Float> {
        switch self {
        case .key: 0...11
        case .loudness: -100...20
        case .tempo: 1...1_000
        case .duration: 1...86_400_000
        case .timeSignature: 1...15
        default: 0...1
        }
    }

    /// Whether `value` is what sources write for "not detected".
    public func isUndetected(_ value: Float) -> Bool {
        switch self {
        case .key: value == -1
        case .tempo, .timeSignature, .duration: value == 0
        default: false
        }
    }
}
