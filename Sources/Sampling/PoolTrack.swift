public import Catalog

/// What a sample's rules ask of a track.
public struct TrackFacts: Sendable, Hashable {
    /// Internal id.
    public var id: TrackID
    /// Identifies the recording: equal for its releases, of which a sample never has two.
    public var recording: UInt64
    /// All credited artists, in order.
    public var artists: [ArtistID]
    /// The album, where known.
    public var album: Int64?
    /// 0 to 100, where known.
    public var popularity: Int?
    /// 0 to 1, where known.
    public var energy: Double?
    /// Beats per minute, where known.
    public var tempo: Double?
    /// Pitch class, 0 for C to 11 for B, where known.
    public var key: Int?
    /// Whether the key is a major one, where known.
    public var isMajor: Bool?

    /// Describes a track; a track of which nothing else is known is its own recording.
    public init(
        id: TrackID, recording: UInt64? = nil, artists: [ArtistID] = [], album: Int64? = nil, popularity: Int? = nil,
        energy: Double? = nil, tempo: Double? = nil, key: Int? = nil, isMajor: Bool? = nil
    ) {
        (self.id, self.recording) = (id, recording ?? RecordingKey.hash("#\(id.rawValue)"))
        (self.artists, self.album, self.popularity) = (artists, album, popularity)
        (self.energy, self.tempo, self.key, self.isMajor) = (energy, tempo, key, isMajor)
    }
}

/// A part of a track's score with a name, so that a person can be told what counted.
public struct ScorePart: Sendable, Hashable, Codable {
    /// What counted: a source or a boost, or a penalty where the value is below 0.
    public var name: String
    /// How much; all parts of a track sum to its score.
    public var value: Double

    /// Names a part.
    public init(_ name: String, _ value: Double) { (self.name, self.value) = (name, value) }
}

/// A track that a sample may take.
public struct PoolTrack: Sendable, Hashable {
    /// What the rules ask of it.
    public var facts: TrackFacts
    /// How well it fits, about 0 to 1; what temperature is measured against.
    public var score: Double
    /// How much likelier than usual it is to be taken, above 0; 1 for as usual.
    public var weight: Double
    /// The parts of the pool that offer it, by their places; ascending.
    public var parts: [Int]
    /// Who offers it, in words: `library`, `neighbours of …`.
    public var origins: [String]
    /// What the score is made of.
    public var terms: [ScorePart]

    /// Offers a track.
    public init(
        _ facts: TrackFacts, score: Double = 1, weight: Double = 1, parts: [Int] = [0], origins: [String] = [],
        terms: [ScorePart] = []
    ) {
        (self.facts, self.score, self.weight) = (facts, score, weight)
        (self.parts, self.origins, self.terms) = (parts, origins, terms)
    }
}
