internal import Features
internal import VectorIndex

/// Candidates best first, equal ones by id so that answers are repeatable; ordered only as far as somebody asks.
///
/// A binary heap by the most that each score may turn out to be: of a thousand candidates an answer needs ten or twenty
/// in order, and no other's score matters. One that comes to the top with an estimate is scored by its vector and sinks
/// to where it belongs, so that what leaves the heap leaves in the exact order. Most candidates never enter it: they do
/// once somebody asks for more than the best few, or an exact score falls to what theirs may be.
struct Ranking {
    private struct Entry {
        var score: Float
        var similarity: Float
        let place: Int32
        var isEstimate: Bool

        init(_ candidate: Candidate, at place: Int) {
            (score, similarity) = (candidate.highestScore, candidate.similarity)
            (self.place, isEstimate) = (Int32(place), candidate.error > 0)
        }
    }

    private let catalog: ServingCatalog
    private let query: [Float]
    private let candidates: [Candidate]
    private var heap: [Entry] = []
    /// What has not entered the heap, in no order.
    private var others: [Entry] = []
    /// The most that a score of the others may turn out to be.
    private var highestOther = -Float.infinity
    /// How many are scored together next: vectors lie anywhere in memory, and many are fetched in the time of one.
    private var batch = 31

    /// Ranks candidates of `query`, a vector of the catalog's space.
    init(_ candidates: [Candidate], query: [Float], catalog: ServingCatalog) {
        (self.candidates, self.query, self.catalog) = (candidates, query, catalog)
        let limit = Self.limit(candidates)
        heap.reserveCapacity(candidates.count)
        others.reserveCapacity(candidates.count)
        for place in candidates.indices {
            let entry = Entry(candidates[place], at: place)
            if entry.score >= limit {
                heap.append(entry)
            } else {
                others.append(entry)
                highestOther = max(highestOther, entry.score)
            }
        }
        order(below: heap.count / 2)
    }

    /// A score that about a tenth of the candidates reach, by those of a few; none where there are not many.
    private static func limit(_ candidates: [Candidate]) -> Float {
        let samples = 32
        guard candidates.count >= 8 * samples else { return -.infinity }
        var scores = (0..<samples).map { candidates[$0 * candidates.count / samples].highestScore }
        scores.sort(by: >)
        return scores[samples / 10]
    }

    /// The best of what is left.
    /// - Throws: `VectorIndexError` where an index is damaged.
    mutating func next() throws(VectorIndexError) -> Candidate? {
        while true {
            if !others.isEmpty, heap.first.map({ $0.score <= highestOther }) ?? true {
                takeOthers()
            } else if let best = heap.first, best.isEstimate {
                try scoreTop()
            } else {
                break
            }
        }
        guard let best = heap.first, let last = heap.popLast() else { return nil }
        if !heap.isEmpty {
            heap[0] = last
            order(below: 1)
        }
        return candidate(best)
    }

    private mutating func takeOthers() {
        heap += others
        others = []
        order(below: heap.count / 2)
    }

    private func candidate(_ entry: Entry) -> Candidate {
        var candidate = candidates[Int(entry.place)]
        candidate.similarity = entry.similarity
        if !entry.isEstimate { candidate.error = 0 }
        return candidate
    }

    /// The best `count`.
    /// - Throws: `VectorIndexError` where an index is damaged.
    mutating func first(_ count: Int) throws(VectorIndexError) -> [Candidate] {
        var first: [Candidate] = []
        first.reserveCapacity(min(count, candidates.count))
        while first.count < count, let candidate = try next() { first.append(candidate) }
        return first
    }

    /// What is left, in no order.
    var rest: some Sequence<Candidate> { [heap, others].lazy.joined().map(candidate) }

    /// Scores the upper end of the heap, where the best are.
    private mutating func scoreTop() throws(VectorIndexError) {
        let end = min(batch, heap.count)
        for segment in catalog.segments.indices { try score(segment, below: end) }
        order(below: end)
        batch *= 2
    }

    private mutating func score(_ segment: Int, below end: Int) throws(VectorIndexError) {
        var places: [Int] = []
        var locations: [UInt64] = []
        for place in 0..<end where heap[place].isEstimate {
            let candidate = candidates[Int(heap[place].place)]
            guard candidate.track.segment == segment else { continue }
            places.append(place)
            locations.append(candidate.location)
        }
        guard !places.isEmpty else { return }
        let scores = try catalog.segments[segment].index.scores(of: locations.span, query: query.span)
        for (place, score) in zip(places, scores) {
            heap[place].similarity = score
            heap[place].isEstimate = false
            heap[place].score = candidate(heap[place]).score
        }
    }

    /// Makes a heap of everything, where only the places below `end` may be out of order with what is beneath them.
    private mutating func order(below end: Int) {
        let candidates = candidates
        var entries = heap.mutableSpan
        for parent in stride(from: end - 1, through: 0, by: -1) { Self.sink(parent, in: &entries, candidates.span) }
    }

    private static func sink(_ start: Int, in heap: inout MutableSpan<Entry>, _ candidates: Span<Candidate>) {
        let entry = heap[start]
        var hole = start
        while 2 * hole + 1 < heap.count {
            var child = 2 * hole + 1
            if child + 1 < heap.count, isBefore(heap[child + 1], heap[child], candidates) { child += 1 }
            guard isBefore(heap[child], entry, candidates) else { break }
            heap[hole] = heap[child]
            hole = child
        }
        heap[hole] = entry
    }

    private static func isBefore(_ one: Entry, _ other: Entry, _ candidates: Span<Candidate>) -> Bool {
        one.score != other.score
            ? one.score > other.score : candidates[Int(one.place)].id < candidates[Int(other.place)].id
    }
}
