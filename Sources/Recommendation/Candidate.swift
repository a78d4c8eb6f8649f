/// A candidate with its score and what the score is made of.
struct Candidate: Sendable {
    var track: TrackHandle
    /// The track's internal id, by which equal scores are ordered.
    var id: Int64
    /// Where its segment's index keeps its vector.
    var location: UInt64
    /// Inner product of query and vector.
    var similarity: Float
    /// What being as well known as the seeds adds.
    var popularity: Float = 0
    /// What being by an artist of the seeds adds.
    var sameArtist: Float = 0
    /// What closeness to the closest seed adds.
    var closestSeed: Float = 0
    /// Which of the seeds that is, by its place among them, and its cosine with the candidate.
    var closest: (place: Int, cosine: Float)?
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

    /// The best `count` at most, best first; equal ones by id, so that answers are repeatable.
    ///
    /// Scores are computed once and sorted with places alone: sorting the candidates themselves took a third of a
    /// request's time.
    static func best(_ count: Int, of candidates: [Candidate]) -> [Candidate] {
        var ranks = candidates.indices.map { place in
            Rank(score: candidates[place].score, id: candidates[place].id, place: place)
        }
        ranks.sort { $0.score != $1.score ? $0.score > $1.score : $0.id < $1.id }
        return ranks.prefix(count).map { candidates[$0.place] }
    }

    private struct Rank {
        let score: Float
        let id: Int64
        let place: Int
    }
}
