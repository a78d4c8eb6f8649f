import Catalog
import Testing

@testable import Sampling

@Suite("What a pool is drawn by") struct SamplingKeyTests {
    private func key(
        _ track: Int64, score: Double = 0, weight: Double = 1, temperature: Double = 1, seed: UInt64 = 1
    ) -> SamplingKey {
        SamplingKey(
            track: TrackID(rawValue: track), score: score, weight: weight, temperature: temperature, seed: seed)
    }

    @Test func drawnNumbersFillTheIntervalEvenly() {
        var counts = Array(repeating: 0, count: 10)
        for seed in 1...4 as ClosedRange<UInt64> {
            for track in 1...5_000 as ClosedRange<Int64> {
                let number = SamplingKey.uniform(seed: seed, track: TrackID(rawValue: track))
                #expect(number > 0 && number < 1)
                counts[Int(number * 10)] += 1
            }
        }
        // Five standard deviations of a tenth of twenty thousand.
        #expect(counts.allSatisfy { abs($0 - 2_000) < 215 }, "\(counts)")
    }

    @Test func neighbouringSeedsAndTracksHaveNothingInCommon() {
        let numbers = { (seed: UInt64) in
            (1...2_000 as ClosedRange<Int64>).map { SamplingKey.uniform(seed: seed, track: TrackID(rawValue: $0)) }
        }
        let (one, two) = (numbers(1), numbers(2))
        func correlation(_ one: ArraySlice<Double>, _ two: ArraySlice<Double>) -> Double {
            let products = zip(one, two).map { ($0 - 0.5) * ($1 - 0.5) * 12 }
            return products.reduce(0, +) / Double(products.count)
        }
        #expect(abs(correlation(one[...], two[...])) < 0.1)
        #expect(abs(correlation(one.dropLast(), one.dropFirst())) < 0.1)
    }

    /// Whoever is not drawn first is drawn next in proportion to the weights that are left.
    @Test func theSecondIsDrawnFromWhatTheFirstLeft() {
        let weights = [1.0, 2, 3, 4]
        var seconds = Array(repeating: 0, count: 4)
        let rounds = 20_000
        for seed in 0..<UInt64(rounds) {
            let order = weights.indices.sorted {
                key(Int64($0), weight: weights[$0], seed: seed) > key(Int64($1), weight: weights[$1], seed: seed)
            }
            seconds[order[1]] += 1
        }
        for place in weights.indices {
            let expected = weights.indices.filter { $0 != place }.reduce(0.0) { sum, first in
                sum + weights[first] / 10 * weights[place] / (10 - weights[first])
            }
            #expect(abs(Double(seconds[place]) / Double(rounds) - expected) < 0.015, "\(place)")
        }
    }

    @Test func aTrackThatRestsIsNeverBeforeTheSameOneThatDoesNot() {
        for temperature in [0, 0.1, 5] {
            for score in [-2, -0.2, 0.3, 1] {
                for share in [0.01, 0.5, 0.99] {
                    let resting = key(1, score: score, weight: share, temperature: temperature)
                    #expect(resting < key(1, score: score, temperature: temperature), "\(temperature) \(score)")
                }
            }
        }
    }

    @Test func withoutTemperatureScoresDecideAndLotsAmongEquals() {
        #expect(key(1, score: 0.5, temperature: 0) < key(2, score: 0.6, temperature: 0))
        #expect(key(1, score: -0.5, temperature: 0) < key(2, score: -0.4, temperature: 0))
        let firsts = (0..<2_000).count { key(1, temperature: 0, seed: $0) > key(2, temperature: 0, seed: $0) }
        #expect(abs(firsts - 1_000) < 120, "\(firsts)")
    }

    /// Down to the least number above 0.
    @Test(arguments: [1e-12, 1e-300, 1e-300 * 1e-20, Double.leastNonzeroMagnitude])
    func nextToNoTemperatureTakesTheBest(_ temperature: Double) {
        for seed in 0..<500 as Range<UInt64> {
            let scores = [-0.5, -0.4, 0, 0.5, 0.6]
            let keys = scores.enumerated().map {
                key(Int64($0), score: $1, weight: $0 == 4 ? 0.01 : 1, temperature: temperature, seed: seed)
            }
            #expect(zip(keys, keys.dropFirst()).allSatisfy { $0 < $1 }, "seed \(seed)")
        }
        let firsts = (0..<2_000).count {
            key(1, score: 1, temperature: temperature, seed: $0) > key(2, score: 1, temperature: temperature, seed: $0)
        }
        #expect(abs(firsts - 1_000) < 120, "equal ones by lot: \(firsts)")
    }

    @Test func hotterIsMoreEven() {
        let better = [0.05, 0.2, 1, 10].map { temperature in
            (0..<3_000).count {
                key(1, score: 0.3, temperature: temperature, seed: $0)
                    > key(2, score: 0.2, temperature: temperature, seed: $0)
            }
        }
        #expect(zip(better, better.dropFirst()).allSatisfy { $0 > $1 }, "\(better)")
        #expect(better[0] > 2_500 && better[3] < 1_650)
    }
}

@Suite("What every sample says of itself") struct SampleReportTests {
    private static func world(_ seed: UInt64) -> World {
        seed % 2 == 0
            ? World.any(seed: seed, size: 400, artists: 150) : World.any(seed: seed, size: 40, artists: 12)
    }

    @Test func whatIsSaidOfATrackIsTrue() {
        for seed in 1...120 as ClosedRange<UInt64> {
            let world = Self.world(seed)
            let sample = world.sampler(seed: seed).sample(world.pool)
            let offered = Dictionary(uniqueKeysWithValues: world.pool.map { ($0.facts.id, $0) })
            let given = Set(sample.relaxed.map(\.wish))
            for item in sample.tracks {
                let past = world.history[item.track.facts.recording]
                #expect(offered[item.track.facts.id]?.facts == item.track.facts, "it comes from the pool")
                #expect(item.isNew == !past.isKnown)
                #expect(item.isKept == world.kept.contains(item.track.facts.recording))
                #expect(item.recovery > 0 && item.recovery <= 1)
                #expect(Set(item.relaxed).isSubset(of: given), "nothing gave way for it that is not recorded")
                #expect(item.relaxed == world.rules.cooldowns.holding(past, at: World.now))
            }
        }
    }

    @Test func countsOnlyFallFromStepToStep() {
        for seed in 1...120 as ClosedRange<UInt64> {
            let world = Self.world(seed)
            let sample = world.sampler(seed: seed).sample(world.pool)
            let pool = sample.pool
            #expect(pool.candidates == world.pool.count && pool.candidates >= pool.afterDuplicates)
            #expect(pool.afterDuplicates >= pool.afterCooldown && pool.afterCooldown >= pool.new)
            #expect(pool.afterCooldown >= sample.tracks.count && pool.new >= sample.tracks.count { $0.isNew })
        }
    }

    @Test func longerRestsLeaveNoMoreTracks() {
        for seed in 1...20 as ClosedRange<UInt64> {
            let world = World.any(seed: seed, size: 300, artists: 80)
            let left = [0.5, 3, 10, 40, 99].map { window in
                var rules = SamplingRules(count: 5)
                rules.cooldowns = Cooldowns(played: Cooldown(window: window), served: Cooldown(window: window))
                return world.sampler(rules: rules).sample(world.pool).pool.afterCooldown
            }
            #expect(zip(left, left.dropFirst()).allSatisfy { $0 >= $1 } && left[0] > left[4], "\(left)")
        }
    }

    /// Only what has passed since counts, not the calendar.
    @Test func aWorldThatLiesAYearLaterMakesTheSameSample() {
        for seed in 1...40 as ClosedRange<UInt64> {
            let world = Self.world(seed)
            let year = 365 * 86_400.0
            var later = ListenerHistory()
            for recording in Set(world.pool.map(\.facts.recording)) {
                let past = world.history[recording]
                later.add(
                    TrackHistory(
                        played: past.played.map { $0 + year }, served: past.served.map { $0 + year },
                        skipped: past.skipped.map { $0 + year }, liked: past.liked.map { $0 + year },
                        disliked: past.disliked.map { $0 + year }), to: recording)
            }
            let moved = Sampler(
                rules: world.rules, history: later, kept: world.kept, now: World.now + year, seed: seed)
            let (one, other) = (world.sampler(seed: seed).sample(world.pool), moved.sample(world.pool))
            #expect(one.tracks.map(\.track) == other.tracks.map(\.track) && one.relaxed == other.relaxed)
        }
    }

    /// Under caps alone, whoever was not taken could as well not have been there.
    @Test func tracksThatWereNotTakenChangeNothing() {
        for seed in 1...40 as ClosedRange<UInt64> {
            let world = World.any(seed: seed, size: 300, artists: 60)
            var rules = SamplingRules(count: 20)
            (rules.perArtist, rules.perAlbum, rules.temperature) = (2, 1, 0.3)
            rules.order = world.rules.order
            var random = Xoshiro256(seed: seed)
            let whole = world.sampler(seed: seed, rules: rules).sample(world.pool)
            let taken = Set(whole.tracks.map(\.track.facts.recording))
            let others = Set(world.pool.map(\.facts.recording)).subtracting(taken).sorted()
            let gone = Set(others.filter { _ in random.chance(0.5) })
            let fewer = world.pool.filter { !gone.contains($0.facts.recording) }
            let again = world.sampler(seed: seed, rules: rules).sample(fewer)
            #expect(again.tracks.map(\.track) == whole.tracks.map(\.track), "seed \(seed)")
        }
    }
}
