public import Catalog
public import Features

/// A ranked answer with its reasons.
public struct RecommendationAnswer: Sendable {
    /// A track by its place in the serving catalog.
    public struct Seed: Sendable, Hashable {
        /// The track.
        public var track: TrackHandle
        /// The blocks that its vector has.
        public var coverage: [Block]
    }

    /// One recommended track.
    public struct Item: Sendable {
        /// The track.
        public var track: TrackHandle
        /// How well it fits; the contributions of its explanation sum to this.
        public var score: Float
        /// Why it is here; nil where none was asked for.
        public var explanation: Explanation?
    }

    /// The generation that answered.
    public var generation: GenerationInfo
    /// The tracks that were compared with.
    public var seeds: [Seed]
    /// How the candidates became the items.
    public var pool: Pool
    /// The tracks, best first.
    public var items: [Item]
    /// The catalog that the handles belong to.
    public var catalog: ServingCatalog
}

/// How many tracks were left after each step: why an answer is as long as it is.
public struct Pool: Sendable, Hashable {
    /// Vectors compared with the query.
    public var searched = 0
    /// Nearest tracks taken from them.
    public var candidates = 0
    /// Of these, the ones that the filter, `min` and `max` allow and nothing excludes.
    public var afterRules = 0
    /// Of these, the ones that no cooldown holds back.
    public var afterCooldown = 0
    /// Of these, one for each recording, and none that is a seed's.
    public var afterDuplicates = 0
    /// Of these, the ones within the cap per artist.
    public var afterArtistCap = 0
    /// Tracks in the answer.
    public var returned = 0
    /// Wishes that were loosened to find enough; none are unless the request allows it.
    public var relaxed: [String] = []

    /// Nothing yet.
    public init() {}
}

/// Which published generation answered.
public struct GenerationInfo: Sendable, Hashable {
    /// Its name.
    public var id: String
    /// When it was built, in ISO 8601.
    public var builtAt: String
    /// Tracks in it, with those that came since.
    public var tracks: Int

    /// Describes a generation.
    public init(id: String, builtAt: String, tracks: Int) {
        self.id = id
        self.builtAt = builtAt
        self.tracks = tracks
    }
}

/// Why a track was recommended, in numbers and in words made from them.
public struct Explanation: Sendable, Hashable {
    /// A part of the score: a block of the vector or a term beside them.
    public struct Part: Sendable, Hashable {
        /// What a part of the score rests on.
        public enum Source: Sendable, Hashable {
            /// A block of the vector.
            case block(Block)
            /// A term beside the vector.
            case term(ScoreTerm)

            /// The name in answers.
            public var name: String {
                switch self {
                case .block(let block): block.rawValue
                case .term(let term): term.rawValue
                }
            }
        }

        /// What the part rests on.
        public var source: Source
        /// The source's name.
        public var name: String { source.name }
        /// How much of the score it makes; all parts sum to the score.
        public var contribution: Float
    }

    /// A named feature inside the `audio` block.
    public struct FeatureMatch: Sendable, Hashable {
        /// The feature.
        public var feature: AudioFeature
        /// The feature's name.
        public var name: String { feature.name }
        /// Its value for the seed with the greatest share that has it.
        public var seed: Float
        /// Its value for the recommended track.
        public var track: Float
        /// How much of the `audio` block's contribution it makes.
        public var contribution: Float
    }

    /// A seed's part in the similarity.
    public struct SeedShare: Sendable, Hashable {
        /// Which seed.
        public var seed: TrackHandle
        /// Its share of the similarity; all seeds' shares sum to 1.
        public var share: Float
    }

    /// One sentence, as UTF-8: an answer goes out as bytes.
    var sentence: [UInt8]
    /// One sentence.
    public var text: String { String(decoding: sentence, as: UTF8.self) }
    /// Parts of the score, greatest first.
    public var parts: [Part]
    /// Features inside the `audio` block, greatest first.
    public var features: [FeatureMatch]
    /// The seeds, greatest share first.
    public var seeds: [SeedShare]
}
