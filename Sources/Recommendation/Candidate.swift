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
}

/// Candidates best first, equal ones by id so that answers are repeatable; ordered only as far as somebody asks.
///
/// A binary heap: of a thousand candidates an answer needs ten or twenty in order.
struct Ranking: Sequence, IteratorProtocol {
    private struct Entry {
        let score: Float
        let place: Int32
    }

    private let candidates: [Candidate]
    private var heap: [Entry]

    init(_ candidates: [Candidate]) {
        self.candidates = candidates
        heap = candidates.indices.map { Entry(score: candidates[$0].score, place: Int32($0)) }
        for parent in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(parent) }
    }

    /// The best of what is left.
    mutating func next() -> Candidate? {
        guard let best = heap.first, let last = heap.popLast() else { return nil }
        if !heap.isEmpty {
            heap[0] = last
            sink(0)
        }
        return candidates[Int(best.place)]
    }

    /// What is left, in no order.
    var rest: some Sequence<Candidate> { heap.lazy.map { [candidates] in candidates[Int($0.place)] } }

    private mutating func sink(_ start: Int) {
        let entry = heap[start]
        var hole = start
        while 2 * hole + 1 < heap.count {
            var child = 2 * hole + 1
            if child + 1 < heap.count, isBefore(heap[child + 1], heap[child]) { child += 1 }
            guard isBefore(heap[child], entry) else { break }
            heap[hole] = heap[child]
            hole = child
        }
        heap[hole] = entry
    }

    private func isBefore(_ one: Entry, _ other: Entry) -> Bool {
        one.score != other.score
            ? one.score > other.score : candidates[Int(one.place)].id < candidates[Int(other.place)].id
    }
}
