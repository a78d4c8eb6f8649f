/// A versioned recipe, fitted on a catalog, that turns tracks into vectors.
///
/// A vector is a concatenation of blocks. Each block that a track has is scaled to unit length times the square root of
/// the block's weight; blocks that it lacks are zero and missing from the coverage mask; the whole is scaled to unit
/// length. Hence the cosine of two vectors is a weighted sum of block cosines, to the last term.
public struct FeatureSpace: Sendable, Hashable, Codable {
    /// The recipe that this build makes and reads: content blocks only, nothing learned from playlists.
    public static let currentRecipe = "content-1"

    /// Name and version of the recipe.
    public let recipe: String
    /// The blocks in order of offset, without gaps; a block may come in several parts.
    public let blocks: [BlockLayout]
    /// Number of tracks that it was fitted on.
    public let fittedTracks: Int
    /// What the `audio` and `artist_audio` blocks are scaled by.
    public let audio: AudioScaling
    /// What the `structure` block is projected by; nil where too few tracks were analysed, and then the space has no
    /// such block.
    public let structure: StructureTransform?

    /// Elements of every vector.
    public var dimension: Int { blocks.last.map { $0.range.upperBound } ?? 0 }

    /// Lays out the blocks that the fitted parameters support.
    ///
    /// Weights are the recipe's for a catalog without playlists (`audio` .25, `artist_audio` .45, `era` .2, artist
    /// identity .1), and `structure` counts as much as `audio`.
    init(fittedTracks: Int, audio: AudioScaling, structure: StructureTransform?) {
        recipe = Self.currentRecipe
        self.fittedTracks = fittedTracks
        self.audio = audio
        self.structure = structure
        var blocks: [(block: Block, dimension: Int, weight: Double)] = [
            (.audio, AudioScaling.dimension, 0.25),
            (.artistAudio, AudioScaling.dimension, 0.45),
            (.era, Era.dimension, 0.2),
            (.artist, ArtistIdentity.dimension, 0.1),
        ]
        if structure != nil { blocks.append((.structure, StructureTransform.dimension, 0.25)) }
        self.blocks = BlockLayout.consecutive(blocks)
    }

    /// Reads what was encoded.
    /// - Throws: `DecodingError` for a recipe that this build does not know or a layout that is not the recipe's.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let recipe = try container.decode(String.self, forKey: .recipe)
        let decoded = try container.decode([DecodedLayout].self, forKey: .blocks)
        self.init(
            fittedTracks: try container.decode(Int.self, forKey: .fittedTracks),
            audio: try container.decode(AudioScaling.self, forKey: .audio),
            structure: try container.decodeIfPresent(StructureTransform.self, forKey: .structure))
        guard recipe == Self.currentRecipe, decoded == blocks.map(DecodedLayout.init) else {
            throw DecodingError.dataCorruptedError(
                forKey: .recipe, in: container,
                debugDescription: "a space of recipe \(recipe), which this version does not make; build the index again"
            )
        }
    }

    /// A layout before it is known to be well formed.
    private struct DecodedLayout: Decodable, Equatable {
        let block: String
        let offset: Int
        let dimension: Int
        let weight: Double

        init(_ layout: BlockLayout) {
            block = layout.block.rawValue
            offset = layout.offset
            dimension = layout.dimension
            weight = layout.weight
        }
    }
}
