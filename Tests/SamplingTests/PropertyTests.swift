import Catalog
import Testing

@testable import Sampling

@Suite("What every sample keeps") struct PropertyTests {
    @Test func withASufficientPoolEveryRuleHolds() {
        for seed in 1...200 as ClosedRange<UInt64> {
            let world = World.any(seed: seed, size: 1_500, artists: 600)
            let sample = world.sampler(seed: seed).sample(world.pool)
            #expect(sample.missing == 0 && sample.relaxed.isEmpty, "seed \(seed): \(sample.relaxed.map(\.text))")
            #expect(world.violations(of: sample, under: world.rules) == [], "seed \(seed)")
        }
    }

    @Test func withADryPoolExactlyTheDeclaredRelaxationsAreMade() {
        var relaxed = 0
        var short = 0
        for seed in 1...400 as ClosedRange<UInt64> {
            let world = World.any(seed: seed, size: 10 + Int(seed % 60), artists: 3 + Int(seed % 20))
            let sample = world.sampler(seed: seed).sample(world.pool)
            // What is recorded is a beginning of the ladder, without the rungs that loosen nothing.
            var rules = world.rules
            var made: [AppliedRelaxation] = []
            var rungs = 0
            for step in world.rules.ladder where made.count < sample.relaxed.count {
                rungs += 1
                if let change = rules.relax(step) { made.append(change) }
            }
            #expect(made == sample.relaxed, "seed \(seed)")
            #expect(world.violations(of: sample, under: rules) == [], "seed \(seed)")
            if !sample.relaxed.isEmpty {
                // The last one was needed: without it there is no such sample.
                var declared = world.rules
                declared.ladder = Array(world.rules.ladder.prefix(rungs - 1))
                #expect(world.sampler(seed: seed, rules: declared).sample(world.pool).missing > 0, "seed \(seed)")
                relaxed += 1
            }
            if sample.missing > 0 {
                // Whoever comes short has tried everything.
                var all = world.rules
                #expect(sample.relaxed == world.rules.ladder.compactMap { all.relax($0) }, "seed \(seed)")
                short += 1
            }
        }
        // The property says nothing where nothing was relaxed.
        #expect(relaxed > 100 && short > 20)
    }

    @Test func withoutALadderNothingIsRelaxed() {
        for seed in 1...100 as ClosedRange<UInt64> {
            var world = World.any(seed: seed, size: 30, artists: 8)
            world.rules.ladder = []
            let sample = world.sampler(seed: seed).sample(world.pool)
            #expect(sample.relaxed.isEmpty)
            #expect(world.violations(of: sample, under: world.rules) == [], "seed \(seed)")
        }
    }

    @Test func theOrderOfThePoolDoesNotMatter() {
        for seed in 1...30 as ClosedRange<UInt64> {
            let world = World.any(seed: seed, size: 300, artists: 50)
            var random = Xoshiro256(seed: seed)
            let shuffled = world.pool.shuffled(using: &random)
            let sample = world.sampler(seed: 7).sample(world.pool)
            #expect(sample == world.sampler(seed: 7).sample(shuffled))
            #expect(sample == world.sampler(seed: 7).sample(world.pool))
        }
    }

    @Test func anotherSeedMakesAnotherSample() {
        var world = World.any(seed: 3, size: 500, artists: 200)
        world.rules.temperature = 1
        world.rules.count = 20
        let samples = (1...20).map { Set(world.sampler(seed: $0).sample(world.pool).tracks.map(\.track.facts.id)) }
        #expect(Set(samples).count == 20)
    }

    @Test func anEmptyPoolMakesAnEmptySample() {
        let sample = Sampler(rules: SamplingRules(count: 5), now: 0, seed: 1).sample([])
        #expect(sample.tracks.isEmpty && sample.missing == 5)
    }
}

@Suite("A year of nights") struct YearTests {
    /// A listener hears some of what the night gives, skips some, and hears other things besides.
    @Test func noTrackComesBackInsideAWindow() {
        var runs = 0
        for listener in 1...3 as ClosedRange<UInt64> {
            var random = Xoshiro256(seed: listener)
            let pool = World.any(seed: listener, size: 1_600, artists: 400).pool
            var rules = SamplingRules(count: 25)
            rules.cooldowns = Cooldowns(
                played: Cooldown(window: 21, recovery: 14), served: Cooldown(window: 14, recovery: 7),
                skipped: Cooldown(window: 90, recovery: 30))
            (rules.perArtist, rules.temperature, rules.artistSpacing) = (2, 0.5, 3)
            rules.ladder = rules.usualLadder
            var history = ListenerHistory()
            var kept: Set<UInt64> = []
            for night in 0..<365 {
                let now = World.now + Double(night) * 86_400
                let sampler = Sampler(rules: rules, history: history, kept: kept, now: now, seed: UInt64(night))
                let sample = sampler.sample(pool)
                #expect(sample.missing == 0 && sample.relaxed.isEmpty, "night \(night)")
                for item in sample.tracks {
                    let past = history[item.track.facts.recording]
                    let rested = [(past.served, 14.0), (past.played, 21), (past.skipped, 90)]
                    #expect(rested.allSatisfy { moment, days in moment.map { now - $0 >= days * 86_400 } ?? true })
                    let isSkipped = random.chance(0.15)
                    let heard = now + 3_600 + 36_000 * random.uniform()
                    history.add(
                        TrackHistory(
                            played: !isSkipped && random.chance(0.6) ? heard : nil, served: now,
                            skipped: isSkipped ? heard : nil), to: item.track.facts.recording)
                }
                kept = Set(sample.tracks.map(\.track.facts.recording))
                for _ in 0..<10 {
                    let other = pool[random.integer(below: pool.count)].facts.recording
                    history.add(TrackHistory(played: now + 40_000), to: other)
                }
                runs += 1
            }
        }
        #expect(runs > 1_000)
    }
}
