/// How much each part of a vector counts: the listeners' share of the whole, and the content parts' shares of the rest.
public struct BlockWeights: Sendable, Hashable, Codable {
    /// The share of the track factors in a vector that has them and content, 0 to 1.
    public var listeners: Double
    /// The content parts' weights, in proportion to each other; a part of weight 0 is left out of the space.
    public var artistFactors: Double
    /// See `artistFactors`.
    public var artistAudio: Double
    /// See `artistFactors`.
    public var era: Double
    /// See `artistFactors`.
    public var audio: Double
    /// See `artistFactors`.
    public var artistIdentity: Double
    /// See `artistFactors`.
    public var structure: Double
    /// See `artistFactors`.
    public var sound: Double
    /// See `artistFactors`.
    public var form: Double

    /// Takes weights of 0 or more, finite; `listeners` at most 1.
    public init(
        listeners: Double, artistFactors: Double, artistAudio: Double, era: Double, audio: Double,
        artistIdentity: Double, structure: Double, sound: Double = 0, form: Double = 0
    ) {
        self.listeners = listeners
        self.artistFactors = artistFactors
        self.artistAudio = artistAudio
        self.era = era
        self.audio = audio
        self.artistIdentity = artistIdentity
        self.structure = structure
        self.sound = sound
        self.form = form
        precondition(isValid, "weights are finite and 0 or more, the listeners' at most 1")
    }

    /// For a catalog with playlists: measured on validation playlists to be better than `reference`, and confirmed on
    /// others.
    public static let learned = BlockWeights(
        listeners: 0.40, artistFactors: 0.20, artistAudio: 0.16, era: 0.13, audio: 0.07, artistIdentity: 0.04,
        structure: 0.07, sound: 0.12, form: 0.02)

    /// The weights that `learned` was measured against.
    public static let reference = BlockWeights(
        listeners: 0.40, artistFactors: 0.26, artistAudio: 0.16, era: 0.08, audio: 0.065, artistIdentity: 0.035,
        structure: 0.065)

    /// For a catalog without playlists.
    public static let contentOnly = BlockWeights(
        listeners: 0, artistFactors: 0, artistAudio: 0.45, era: 0.2, audio: 0.25, artistIdentity: 0.1, structure: 0.25,
        sound: 0.5, form: 0.1)

    /// The weights for a catalog with this many playlists that teach something: `learned` from the first on.
    ///
    /// At few playlists nearly all tracks lack both kinds of factors, and what remains of `learned` is in the proportions
    /// of `contentOnly`; weights between the two were measured: worse at 10 and 30 playlists, equal at 100.
    public static func grown(playlists: Int) -> BlockWeights { playlists == 0 ? contentOnly : learned }

    /// A part's weight as given.
    subscript(part: BlockPart) -> Double {
        switch part {
        case .trackFactors: listeners
        case .artistFactors: artistFactors
        case .artistAudio: artistAudio
        case .era: era
        case .audio: audio
        case .artistIdentity: artistIdentity
        case .structure: structure
        case .sound: sound
        case .form: form
        }
    }

    /// Whether all are finite and 0 or more, and the listeners' at most 1.
    var isValid: Bool {
        BlockPart.allCases.allSatisfy { self[$0].isFinite && self[$0] >= 0 } && listeners <= 1
    }
}

extension BlockWeights {
    /// Reads what was encoded; spaces from before recordings were analysed here say nothing of `sound` and `form`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        listeners = try container.decode(Double.self, forKey: .listeners)
        artistFactors = try container.decode(Double.self, forKey: .artistFactors)
        artistAudio = try container.decode(Double.self, forKey: .artistAudio)
        era = try container.decode(Double.self, forKey: .era)
        audio = try container.decode(Double.self, forKey: .audio)
        artistIdentity = try container.decode(Double.self, forKey: .artistIdentity)
        structure = try container.decode(Double.self, forKey: .structure)
        sound = try container.decodeIfPresent(Double.self, forKey: .sound) ?? 0
        form = try container.decodeIfPresent(Double.self, forKey: .form) ?? 0
    }
}
