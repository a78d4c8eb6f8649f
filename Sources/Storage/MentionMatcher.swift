internal import Catalog

/// Finds recordings by name: what mentions ask for, and the best of the catalog's tracks for each.
struct MentionMatcher: Sendable {
    /// A mention that no id led to a track.
    struct Wanted: Sendable {
        let value: String
        let mention: MentionRecord
    }

    /// A track that may be meant.
    struct Candidate: Sendable {
        let id: Int64
        let artist: String
        let title: String?
        let duration: Int?
    }

    private struct Match {
        let id: Int64
        /// Which of the mention's keys fits: the first is the likeliest.
        let rank: Int
        /// Difference of the durations in milliseconds; as far as the tolerance where one is not known.
        let distance: Int
    }

    private let wanted: [Wanted]
    private let tolerance: Int
    /// Places in `wanted` by key.
    private let places: [String: [(place: Int, rank: Int)]]
    private var best: [Match?]

    init(_ wanted: [Wanted], tolerance: Int) {
        self.wanted = wanted
        self.tolerance = tolerance
        best = Array(repeating: nil, count: wanted.count)
        var places: [String: [(place: Int, rank: Int)]] = [:]
        for (place, item) in wanted.enumerated() {
            for (rank, key) in item.mention.keys.enumerated() { places[key, default: []].append((place, rank)) }
        }
        self.places = places
    }

    /// Normalized names of the artists whose tracks are worth looking at.
    var artists: [String] {
        Array(Set(places.keys.compactMap { $0.split(separator: "|", maxSplits: 1).first.map(String.init) }))
    }

    /// Looks at a track; of several that fit, the closest in length counts, then the one that came first.
    mutating func consider(_ candidate: Candidate) {
        guard let key = RecordingKey.make(artist: candidate.artist, title: candidate.title) else { return }
        for (place, rank) in places[key] ?? [] {
            guard let distance = distance(wanted[place].mention.duration, candidate.duration) else { continue }
            let match = Match(id: candidate.id, rank: rank, distance: distance)
            if best[place].map({ isBetter(match, than: $0) }) ?? true { best[place] = match }
        }
    }

    /// The mentions that found a track.
    var matches: [(value: String, id: Int64)] {
        zip(wanted, best).compactMap { wanted, match in match.map { (wanted.value, $0.id) } }
    }

    /// The mentions that did not.
    var unmatched: [MentionRecord] {
        zip(wanted, best).compactMap { wanted, match in match == nil ? wanted.mention : nil }
    }

    private func distance(_ asked: Int?, _ offered: Int?) -> Int? {
        guard let asked, let offered else { return tolerance }
        let distance = abs(asked - offered)
        return distance <= tolerance ? distance : nil
    }

    private func isBetter(_ match: Match, than other: Match) -> Bool {
        (match.rank, match.distance, match.id) < (other.rank, other.distance, other.id)
    }
}
