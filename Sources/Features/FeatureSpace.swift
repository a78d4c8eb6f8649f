/// A versioned recipe, fitted on a catalog, that turns tracks into vectors.
///
/// A vector is a concatenation of parts. Each part that a track has is scaled to unit length times the square root of
/// its weight; parts that it lacks are zero and missing from the coverage mask; the whole is scaled to unit length.
/// Hence the cosine of two vectors is a weighted sum of block cosines, to the last term.
public struct FeatureSpace: Sendable, Hashable, Codable {
    /// The recipe that this build makes and reads.
    public static let currentRecipe = "listeners-1"

    /// Name and version of the recipe.
    public let recipe: String
    /// The parts in order of offset, without gaps; a block may come in several parts.
    public let blocks: [BlockLayout]
    /// Number of tracks that it was fitted on.
    public let fittedTracks: Int
    /// Number of playlists that taught it: those with at least two tracks that count.
    public let fittedPlaylists: Int
    /// The weights that the layout's shares are made from.
    public let weights: BlockWeights
    /// How much of the weight of content that a track lacks is shared out over what it has, 0 to 1.
    ///
    /// At 1 vectors are their blocks alone, and tracks of a source that never tells the year resemble each other for
    /// that; at 0 the weight goes to one more coordinate, which queries have at 0, and such tracks score lower. Between,
    /// it is an exponent (`PartScales`).
    public let renormalisation: Double
    /// What the `audio` and `artist_audio` blocks are made by.
    public let audio: AudioTransform
    /// What the `structure` block is projected by; nil where too few tracks were analysed, and then the space has no
    /// such block.
    public let structure: StructureTransform?
    /// What the `sound` block is made by; nil where too few recordings were analysed.
    public let sound: SoundTransform?
    /// What the forms of recordings are made comparable by, in the `structure` block; nil likewise.
    public let form: SoundTransform?
    /// What the factors were learned with; nil where no playlist taught any.
    public let listening: ListeningModel?

    /// Elements of every vector.
    public var dimension: Int { contentDimension + (renormalisation < 1 ? 1 : 0) }

    /// Index of the coordinate that keeps a vector's unit length where content is missing, and that queries have at 0;
    /// nil where the space has none.
    public var padding: Int? { renormalisation < 1 ? contentDimension : nil }

    private var contentDimension: Int { blocks.last.map { $0.range.upperBound } ?? 0 }

    /// Lays out the parts that the fitted parameters support.
    init(
        fittedTracks: Int, fittedPlaylists: Int, weights: BlockWeights, renormalisation: Double, audio: AudioTransform,
        structure: StructureTransform?, sound: SoundTransform? = nil, form: SoundTransform? = nil,
        listening: ListeningModel?
    ) {
        recipe = Self.currentRecipe
        self.fittedTracks = fittedTracks
        self.fittedPlaylists = fittedPlaylists
        self.weights = weights
        self.renormalisation = renormalisation
        self.audio = audio
        self.structure = structure
        self.sound = sound
        self.form = form
        self.listening = listening
        blocks = BlockLayout.consecutive(
            [
                (.trackFactors, listening?.trackFactors ?? 0), (.artistFactors, listening?.artistFactors ?? 0),
                (.audio, AudioScaling.dimension), (.artistAudio, AudioScaling.dimension), (.era, Era.dimension),
                (.artistIdentity, ArtistIdentity.dimension),
                (.structure, structure == nil ? 0 : StructureTransform.dimension),
                (.sound, sound?.dimension ?? 0), (.form, form?.dimension ?? 0),
            ], weights: weights)
    }

    /// Reads what was encoded.
    /// - Throws: `DecodingError` for a recipe that this build does not know or a layout that is not the recipe's.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let recipe = try container.decode(String.self, forKey: .recipe)
        guard recipe == Self.currentRecipe else { throw Self.refusal("a space of recipe \(recipe)", container) }
        let weights = try container.decode(BlockWeights.self, forKey: .weights)
        let listening = try container.decodeIfPresent(ListeningModel.self, forKey: .listening)
        let renormalisation = try container.decode(Double.self, forKey: .renormalisation)
        guard weights.isValid, listening?.isValid ?? true, (0...1).contains(renormalisation) else {
            throw Self.refusal("a damaged space", container)
        }
        self.init(
            fittedTracks: try container.decode(Int.self, forKey: .fittedTracks),
            fittedPlaylists: try container.decode(Int.self, forKey: .fittedPlaylists), weights: weights,
            renormalisation: renormalisation,
            audio: try container.decode(AudioTransform.self, forKey: .audio),
            structure: try container.decodeIfPresent(StructureTransform.self, forKey: .structure),
            sound: try container.decodeIfPresent(SoundTransform.self, forKey: .sound),
            form: try container.decodeIfPresent(SoundTransform.self, forKey: .form), listening: listening)
        guard try container.decode([DecodedLayout].self, forKey: .blocks) == blocks.map(DecodedLayout.init) else {
            throw Self.refusal("a space of another layout", container)
        }
    }

    private static func refusal(
        _ what: String, _ container: KeyedDecodingContainer<some CodingKey>
    ) -> DecodingError {
        .dataCorrupted(
            DecodingError.Context(
                codingPath: container.codingPath,
                debugDescription: "\(what), which this version does not make; build the index again"))
    }

    /// A layout before it is known to be well formed.
    private struct DecodedLayout: Decodable, Equatable {
        let part: String
        let offset: Int
        let dimension: Int
        let weight: Double

        init(_ layout: BlockLayout) {
            part = layout.part.rawValue
            offset = layout.offset
            dimension = layout.dimension
            weight = layout.weight
        }
    }
}
