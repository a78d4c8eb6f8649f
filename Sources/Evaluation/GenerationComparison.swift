internal import Catalog
internal import Features
internal import Recommendation

/// Two generations asked the same.
struct GenerationComparison {
    /// nDCG@100 of the two.
    struct Pair: Sendable, Hashable {
        var candidate: Double
        var current: Double
    }

    /// Some tracks of a playlist, and the recordings to be found.
    struct Question: Sendable {
        var seeds: [TrackID]
        var targets: Set<UInt64>
    }

    let candidate: ServingCatalog
    let current: ServingCatalog

    /// What to ask about a playlist; nil where what serves knows too few of its tracks.
    ///
    /// A track of which the candidate has lost the vector still counts: not being able to answer is worse than any answer.
    func query(_ playlist: PlaylistContents) -> Question? {
        var recordings: Set<UInt64> = []
        let shared = playlist.tracks.filter { track in
            guard let (_, old) = handles(track), current.snapshot(old).location(old.row) != nil else { return false }
            return recordings.insert(current.snapshot(old).recording(old.row)).inserted
        }
        guard shared.count >= Query.minimumItems else { return nil }
        let seeds = shared.sorted { Self.rank($0) < Self.rank($1) }.prefix(QualityGate.seeds)
        let targets = Set(shared.filter { !seeds.contains($0) }.compactMap(recording))
        return Question(seeds: Array(seeds), targets: targets)
    }

    /// The quality of both.
    func compare(_ query: Question, _ aspect: QualityGate.Aspect) throws -> Pair {
        Pair(
            candidate: try quality(of: candidate, query, aspect), current: try quality(of: current, query, aspect))
    }

    /// A track's places in both, where both have it.
    private func handles(_ track: TrackID) -> (TrackHandle, TrackHandle)? {
        guard let new = candidate.track(track), let old = current.track(track) else { return nil }
        return (new, old)
    }

    private func recording(of track: TrackID) -> UInt64? {
        current.track(track).map { current.snapshot($0).recording($0.row) }
    }

    /// Tracks that only one of the two has count for neither, and leave no gap.
    private func quality(of serving: ServingCatalog, _ query: Question, _ aspect: QualityGate.Aspect) throws -> Double {
        var request = RecommendationRequest(
            seeds: query.seeds.map {
                EntityReference(kind: .track, id: ExternalID(namespace: "segue", value: "\($0.rawValue)"))
            })
        request.k = 2 * Query.depth
        request.explain = .none
        if aspect == .content {
            request.strategy = .cosine
            request.weights = [.listeners: 0, .artist: 0]
        }
        guard let answer = try Recommender(serving).recommendation(request) else { return 0 }
        let tracks = answer.items.map { serving.id($0.track) }
        let hits = tracks.filter { handles($0) != nil }.prefix(Query.depth).map { track in
            recording(of: track).map(query.targets.contains) ?? false
        }
        return RankingMeasures.ndcg(hits, targets: query.targets.count)
    }

    private static func rank(_ track: TrackID) -> UInt64 {
        SplitMix64.mixed(UInt64(bitPattern: track.rawValue) &+ 0x5eed)
    }
}
