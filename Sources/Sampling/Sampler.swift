/// Takes samples out of pools.
///
/// A pure function of what it is given: the same pool (in whatever order), history, moment and seed make the same
/// sample.
public struct Sampler: Sendable {
    /// What a sample has to be like.
    public let rules: SamplingRules
    /// What the listener did.
    public let history: ListenerHistory
    /// Recordings of the version before.
    public let kept: Set<UInt64>
    /// Seconds since 1970.
    public let now: Double
    /// Decides all that is drawn.
    public let seed: UInt64

    /// Prepares to sample for a listener at a moment.
    public init(
        rules: SamplingRules, history: ListenerHistory = ListenerHistory(), kept: Set<UInt64> = [], now: Double,
        seed: UInt64
    ) {
        precondition(rules.count > 0, "a sample has a track at least")
        (self.rules, self.history, self.kept, self.now, self.seed) = (rules, history, kept, now, seed)
    }

    /// A sample of a pool: under the rules as given where it suffices, else under as few relaxations as the ladder's
    /// order allows, else shorter than asked, but never against a rule that was not relaxed.
    ///
    /// A task that is cancelled is given whatever there is by then: check for that before anything is made of it.
    public func sample(_ pool: [PoolTrack]) -> Sample {
        let usable = distinct(pool.filter { !history[$0.facts.recording].isDisliked })
        var rules = self.rules
        var applied: [AppliedRelaxation] = []
        var attempt = Attempt(sampler: self, rules: rules, usable: usable)
        var tracks = attempt.tracks(rules.count)
        for step in rules.ladder where tracks == nil && !Task.isCancelled {
            guard let made = rules.relax(step) else { continue }
            applied.append(made)
            attempt = Attempt(sampler: self, rules: rules, usable: usable)
            tracks = attempt.tracks(rules.count)
        }
        let found = tracks ?? attempt.longest(below: rules.count)
        return Sample(
            tracks: found.map { describe($0) }, relaxed: applied,
            pool: PoolCounts(
                candidates: pool.count, afterDuplicates: usable.count, afterCooldown: attempt.available,
                new: attempt.new),
            missing: rules.count - found.count)
    }

    /// The best release of each recording; it is in all parts of the pool that any of them is in.
    private func distinct(_ pool: [PoolTrack]) -> [PoolTrack] {
        var best: [UInt64: PoolTrack] = [:]
        for track in pool {
            guard var known = best[track.facts.recording] else {
                best[track.facts.recording] = track
                continue
            }
            let isBetter = (track.score, known.facts.id) > (known.score, track.facts.id)
            let parts = Set(known.parts + track.parts).sorted()
            if isBetter { known = track }
            known.parts = parts
            best[track.facts.recording] = known
        }
        return best.values.sorted { $0.facts.id < $1.facts.id }
    }

    private func describe(_ track: PoolTrack) -> SampledTrack {
        let past = history[track.facts.recording]
        let isHeld = rules.cooldowns.share(of: past, at: now) == 0
        return SampledTrack(
            track: track, isNew: !past.isKnown, isKept: kept.contains(track.facts.recording),
            recovery: isHeld ? 1 : rules.cooldowns.share(of: past, at: now),
            relaxed: isHeld ? rules.cooldowns.holding(past, at: now) : [])
    }
}

/// One try to take a sample, under rules that may have been relaxed.
private struct Attempt {
    let selector: Selector
    let lengths: ListLengths
    let arrangement: Arrangement
    let ranked: [PoolTrack]
    /// Tracks that no cooldown holds back.
    var available: Int { ranked.count }
    /// Of these, the ones that the listener has not met.
    let new: Int

    init(sampler: Sampler, rules: SamplingRules, usable: [PoolTrack]) {
        let rested = usable.compactMap { track -> (track: PoolTrack, rest: Double, key: SamplingKey)? in
            let past = sampler.history[track.facts.recording]
            let share = rules.cooldowns.share(of: past, at: sampler.now)
            guard let rest = share > 0 ? 1 : Self.rest(of: past, rules, sampler.now) else { return nil }
            let key = SamplingKey(
                track: track.facts.id, score: track.score, weight: (share > 0 ? share : 1) * track.weight,
                temperature: rules.temperature, seed: sampler.seed)
            return (track, rest, key)
        }
        // What comes back before its time comes after all else.
        ranked = rested.sorted { $0.rest != $1.rest ? $0.rest > $1.rest : $0.key > $1.key }.map(\.track)
        let isNew = ranked.map { !sampler.history[$0.facts.recording].isKnown }
        new = isNew.count { $0 }
        selector = Selector(rules: rules, tracks: ranked, isNew: isNew, kept: sampler.kept)
        lengths = ListLengths(rules, ranked, isNew: isNew, kept: sampler.kept)
        arrangement = Arrangement(rules: rules, seed: sampler.seed)
    }

    /// How much of its rest a liked track has behind it, below 1; nil for one that may not come back before its time.
    private static func rest(of past: TrackHistory, _ rules: SamplingRules, _ now: Double) -> Double? {
        guard rules.likedReturn, past.isLiked else { return nil }
        return rules.cooldowns.rested(past, at: now).map { min($0, 0.999_999) }
    }

    /// So many tracks in their order; nil where the rules leave fewer.
    func tracks(_ count: Int) -> [PoolTrack]? {
        guard lengths.allows(count) else { return nil }
        let sorts = arrangement.rules.artistSpacing > 0 ? SpacingCaps.Sort.allCases : [.exact]
        return sorts.lazy.compactMap { tracks(count, $0) }.first
    }

    private func tracks(_ count: Int, _ caps: SpacingCaps.Sort) -> [PoolTrack]? {
        guard let chosen = selector.select(count, caps) else { return nil }
        let best = chosen.map { ranked[$0] }
        let byScore = best.indices.sorted {
            best[$0].score != best[$1].score ? best[$0].score > best[$1].score : $0 < $1
        }
        let sorted = byScore.map { best[$0] }
        return arrangement.order(sorted).map { $0.map { sorted[$0] } }
    }

    /// How many tracks may be looked at before lengths are no longer tried one by one.
    private static let patience = 4_000_000
    /// Lengths that are tried one by one in any case.
    private static let leastTries = 8

    /// As many tracks as the rules leave: each length that no wish speaks against is tried, the greatest first. Where
    /// that takes too long, what is left is halved instead, which may miss a length or two.
    func longest(below count: Int) -> [PoolTrack] {
        let candidates = (0..<min(count, ranked.count + 1)).reversed().filter(lengths.allows)
        let affordable = max(Self.leastTries, Self.patience / max(1, ranked.count * max(1, candidates.first ?? 1)))
        for length in candidates.prefix(affordable) {
            guard !Task.isCancelled else { return [] }
            if let tracks = tracks(length) { return tracks }
        }
        return halving(Array(candidates.dropFirst(affordable).reversed()))
    }

    private func halving(_ lengths: [Int]) -> [PoolTrack] {
        var (low, high) = (0, lengths.count)
        var best: [PoolTrack] = []
        while low < high, !Task.isCancelled {
            let middle = (low + high) / 2
            if let tracks = tracks(lengths[middle]) { (low, best) = (middle + 1, tracks) } else { high = middle }
        }
        return best
    }
}
