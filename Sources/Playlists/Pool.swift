internal import Catalog
internal import Sampling

/// A track that a source offers.
struct Offer: Sendable {
    var track: TrackID
    /// How well it fits as far as the source can tell, 0 to 1.
    var score: Double
    /// Who offers it, in words.
    var origin: String
    /// The context of taste that it is for, by its place in the pool's; nil where it is for none.
    var context: Int?
}

/// What sources brought together for a sample.
struct Pool: Sendable {
    /// What a second and each further source adds to a track's score.
    static let secondSource = 0.05
    /// What a liked track is worth where nothing else is left.
    static let fallbackScore = 0.2
    static let fallbackName = "liked tracks, as all else is known or resting"

    var tracks: [PoolTrack] = []
    var history = ListenerHistory()
    var listening: [ListenedTrack] = []
    var sources: [OriginReport] = []
    var contexts: [ContextReport] = []
    /// The part of the recipe that asked for each context.
    var contextParts: [Int] = []
    /// How many parts the recipe has: contexts count as further parts behind them.
    let partCount: Int
    /// Whether liked tracks may step in.
    var fallsBack = false
    private var places: [TrackID: Int] = [:]
    private var excluded: Set<UInt64> = []
    /// What keeps the tracks of contexts out that the profile leaves out.
    var barriers: [ContextBarrier] = []

    init(listening: [ListenedTrack], partCount: Int = 1) {
        (self.listening, self.partCount) = (listening, partCount)
        for track in listening { history.add(track.history, to: track.recording) }
    }

    /// Leaves recordings out, whoever offers them or did.
    mutating func exclude(_ facts: [TrackFacts]) {
        excluded.formUnion(facts.map(\.recording))
        tracks.removeAll { excluded.contains($0.facts.recording) }
        places = Dictionary(uniqueKeysWithValues: tracks.enumerated().map { ($1.facts.id, $0) })
    }

    /// Takes offers of a part; the best offer of a track makes its score, others add a little.
    mutating func add(_ offers: [Offer], part: Int, weight: Double, facts: [TrackID: TrackFacts], taste: Taste) {
        for offer in offers {
            guard let facts = facts[offer.track], !excluded.contains(facts.recording) else { continue }
            let parts = [part] + (offer.context.map { [partCount + $0] } ?? [])
            if let place = places[offer.track] {
                join(offer, parts, weight, at: place)
            } else {
                places[offer.track] = tracks.count
                let terms = [ScorePart(offer.origin, offer.score)] + taste.terms(for: facts)
                tracks.append(
                    PoolTrack(facts, weight: weight, parts: parts, origins: [offer.origin], terms: terms).summed)
            }
        }
    }

    private mutating func join(_ offer: Offer, _ parts: [Int], _ weight: Double, at place: Int) {
        var track = tracks[place]
        track.weight = max(track.weight, weight)
        track.parts = Set(track.parts + parts).sorted()
        // Whatever becomes of the score, it is of all parts that offer it.
        defer { tracks[place].parts = track.parts }
        guard !track.origins.contains(offer.origin) else { return }
        track.origins.append(offer.origin)
        if let best = track.terms.first, offer.score > best.value {
            track.terms[0] = ScorePart(offer.origin, offer.score)
        }
        let extra = Double(track.origins.count - 1) * Self.secondSource
        track.terms.removeAll { $0.name == "several sources" }
        track.terms.append(ScorePart("several sources", extra))
        tracks[place] = track.summed
    }

    /// Adds the listener's liked tracks, where the recipe lives from the listener's taste; false where that adds none.
    mutating func fallBack(_ shop: any PlaylistWorkshop, limit: Int) async throws -> Bool {
        guard fallsBack else { return false }
        let liked = try await shop.library(limit: limit)
        let offered = liked.filter { track in places[track] == nil && !barriers.contains { $0.keepsOut(track) } }
        let facts = try await shop.facts(of: offered)
        let before = tracks.count
        add(
            facts.map { Offer(track: $0.id, score: Self.fallbackScore, origin: Self.fallbackName) }, part: 0, weight: 1,
            facts: Dictionary(facts.map { ($0.id, $0) }) { first, _ in first }, taste: Taste.none)
        sources.append(OriginReport(name: Self.fallbackName, candidates: tracks.count - before))
        return tracks.count > before
    }

    /// The reports, with what became of each source's candidates.
    func reports(of sample: Sample) -> [OriginReport] {
        sources.map { source in
            var report = source
            report.taken = sample.tracks.count { $0.track.origins.contains(source.name) }
            return report
        }
    }

    /// Why nothing came of a pool.
    func emptiness(after sample: Sample) -> String {
        let problems = sources.compactMap { source in source.problem.map { "\(source.name): \($0)" } }
        let isLeftOut = !contexts.isEmpty && contexts.allSatisfy(\.isExcluded)
        let nothing =
            isLeftOut
            ? "exclude_contexts leaves out every context of the listener's taste" : "no source brought a track"
        let found = tracks.isEmpty ? nothing : "\(tracks.count) tracks were found and none may be taken"
        return ([found] + problems).joined(separator: "; ")
    }
}

extension PoolTrack {
    /// With the score that its terms make; what would be less than nothing is as good as nothing, and said.
    fileprivate var summed: PoolTrack {
        var track = self
        track.terms.removeAll { $0.name == "floor" }
        let sum = track.terms.reduce(0) { $0 + $1.value }
        if sum < 0 { track.terms.append(ScorePart("floor", -sum)) }
        track.score = max(0, sum)
        return track
    }
}
