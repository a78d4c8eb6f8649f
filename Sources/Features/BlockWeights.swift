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

    /// Takes weights of 0 or more, finite; `listeners` at most 1.
    public init(
        listeners: Double, artistFactors: Double, artistAudio: Double, era: Double, audio: Double,
        artistIdentity: Double, structure: Double
    ) {
        self.listeners = listeners
        self.artistFactors = artistFactors
        self.artistAudio = artistAudio
        self.era = era
        self.audio = audio
        self.artistIdentity = artistIdentity
        self.structure = structure
        precondition(isValid, "weights are finite and 0 or more, the listeners' at most 1")
    }

    /// The recipe for a catalog with playlists.
    public static let learned = BlockWeights(
        listeners: 0.40, artistFactors: 0.26, artistAudio: 0.16, era: 0.08, audio: 0.065, artistIdentity: 0.035,
        structure: 0.065)

    /// The recipe for a catalog without playlists.
    public static let contentOnly = BlockWeights(
        listeners: 0, artistFactors: 0, artistAudio: 0.45, era: 0.2, audio: 0.25, artistIdentity: 0.1, structure: 0.25)

    /// Usable playlists from which on the full recipe holds.
    public static let playlistsForFullRecipe = 30

    /// The weights for a catalog with this many usable playlists: `contentOnly` at none, `learned` from
    /// `playlistsForFullRecipe` on, and in proportion between, after the content weights of both are scaled to sum to 1.
    ///
    /// At thirty playlists the full recipe is already better than content alone (8.8 to 7.1 in the measured learning
    /// curve), and it stays so.
    public static func grown(playlists: Int) -> BlockWeights {
        let share = min(1, Double(playlists) / Double(playlistsForFullRecipe))
        if share == 0 { return contentOnly }
        return share == 1 ? learned : contentOnly.mixed(with: learned, share: share)
    }

    private func mixed(with other: BlockWeights, share: Double) -> BlockWeights {
        func mixed(_ part: KeyPath<BlockWeights, Double>) -> Double {
            (1 - share) * self[keyPath: part] / contentSum + share * other[keyPath: part] / other.contentSum
        }
        return BlockWeights(
            listeners: (1 - share) * listeners + share * other.listeners, artistFactors: mixed(\.artistFactors),
            artistAudio: mixed(\.artistAudio), era: mixed(\.era), audio: mixed(\.audio),
            artistIdentity: mixed(\.artistIdentity), structure: mixed(\.structure))
    }

    /// The sum of the content weights but for `structure`, which few catalogs have.
    private var contentSum: Double { artistFactors + artistAudio + era + audio + artistIdentity }

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
        }
    }

    /// Whether all are finite and 0 or more, and the listeners' at most 1.
    var isValid: Bool {
        BlockPart.allCases.allSatisfy { self[$0].isFinite && self[$0] >= 0 } && listeners <= 1
    }
}

/// What becomes of the weight of content that a track lacks.
public enum MissingBlocks: String, Sendable, Codable, CaseIterable {
    /// The blocks that the track has share it, so that every vector is its blocks alone.
    case renormalised
    /// It goes to one extra coordinate that queries have at 0; a track without listeners is still pure content.
    case paddedContent = "padded_content"
    /// It goes to one extra coordinate that queries have at 0, the listeners' weight included.
    case padded
}
