internal import Catalog
internal import Sampling

// Contexts of taste have their shares of a list: somebody whose listening is two thirds ambient and a third ska is given
// about so much of each, not whatever scores best.
extension Pool {
    /// The rules of a recipe with a share for each context of the profile, as far as the pool has tracks for it.
    ///
    /// A profile that is all of the pool is shared out as a whole, one that has a share of the list within its share.
    /// Where shares may not give way, the recipe's own ones stay as they are.
    func balanced(_ recipe: Recipe, at now: Double) -> SamplingRules {
        var rules = recipe.rules
        guard contexts.count(where: { !$0.isExcluded }) > 1 else { return rules }
        let isShared = !rules.shares.isEmpty
        let givesWay = rules.ladder.contains { $0.wish == .shares }
        guard isShared ? givesWay : recipe.parts.allSatisfy({ $0.source == .profile }) else { return rules }
        let whole = isShared ? rules.shares : recipe.parts.map { _ in 1 / Double(recipe.parts.count) }
        let sums = contexts.indices.reduce(into: [Int: Double]()) { sums, context in
            if !contexts[context].isExcluded { sums[contextParts[context], default: 0] += contexts[context].share }
        }
        let shares = contexts.indices.map { context -> Double in
            let part = contextParts[context]
            guard !contexts[context].isExcluded, let sum = sums[part], sum > 0 else { return 0 }
            let room = Double(available(partCount + context, rules, now)) / Double(rules.count)
            return min(whole[part] * contexts[context].share / sum, room)
        }
        rules.shares = whole.indices.map { sums[$0] == nil && isShared ? whole[$0] : 0 } + shares
        if !givesWay { rules.ladder.insert(Relaxation(.shares), at: 0) }
        return rules
    }

    /// How many tracks of a part the rules leave: rested, not disliked, and of no artist more than the cap.
    private func available(_ part: Int, _ rules: SamplingRules, _ now: Double) -> Int {
        var recordings: Set<UInt64> = []
        var counts: [ArtistID?: Int] = [:]
        for track in tracks where track.parts.contains(part) {
            let past = history[track.facts.recording]
            guard !past.isDisliked, rules.cooldowns.share(of: past, at: now) > 0,
                recordings.insert(track.facts.recording).inserted
            else { continue }
            counts[track.facts.artists.first, default: 0] += 1
        }
        return counts.reduce(0) { $0 + min($1.value, $1.key == nil ? .max : rules.perArtist ?? .max) }
    }

    /// The contexts, with how many tracks of a sample each offered.
    func contexts(in sample: Sample) -> [ContextReport] {
        contexts.indices.map { context in
            var report = contexts[context]
            report.taken = sample.tracks.count { $0.track.parts.contains(partCount + context) }
            return report
        }
    }
}
