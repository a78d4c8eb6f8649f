/// A candidate with its score and what the score is made of.
struct Candidate: Sendable {
    var track: TrackHandle
    /// The track's internal id, by which equal scores are ordered.
    var id: Int64
    /// Where its segment's index keeps its vector.
    var location: UInt64
    /// Identifies the recording: equal for duplicates.
    var recording: UInt64
    /// Inner product of query and vector.
    var similarity: Float
    /// By how much the similarity may be wrong, at most: 0 once it has been computed from the vector itself.
    var error: Float = 0
    /// What being as well known as the seeds adds.
    var popularity: Float = 0
    /// What being by an artist of the seeds adds.
    var sameArtist: Float = 0
    /// What closeness to the closest seed adds.
    var closestSeed: Float = 0
    /// Which of the seeds that is, by its place among them, and its cosine with the candidate.
    var closest: (place: Int32, cosine: Float)?
    /// Closeness to the wished values, 0 to 1; nil where none are wished.
    var closeness: Float?

    /// Share of closeness in the score where values are wished.
    static let targetShare: Float = 0.3

    /// The share of the score that similarity and re-rank make.
    var ownShare: Float { closeness == nil ? 1 : 1 - Self.targetShare }

    /// What candidates are ordered by.
    var score: Float {
        let own = similarity + popularity + sameArtist + closestSeed
        guard let closeness else { return own }
        return ownShare * own + Self.targetShare * closeness
    }

    /// The most that the score may turn out to be.
    var highestScore: Float { score + ownShare * error }
}
