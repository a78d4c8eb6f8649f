import Catalog
import Foundation
import Testing

@testable import Sampling

@Suite("Samples that nobody waits for any more") struct SampleCancellationTests {
    /// A pool in which every list is looked for the long way, and in vain.
    private static func sampler(count: Int) -> (Sampler, [PoolTrack]) {
        var rules = SamplingRules(count: count)
        (rules.minimumNew, rules.perArtist, rules.bands) = (
            0.9, 3, [.init(0, 10, share: 0.5), .init(90, 100, share: 0.5)]
        )
        (rules.artistSpacing, rules.order) = (5, .harmonic)
        rules.ladder = (4...60).map { Relaxation(.perArtist, to: Double($0)) }
        var pool: [PoolTrack] = []
        for number in 0..<6_000 {
            let facts = TrackFacts(
                id: TrackID(rawValue: Int64(number)), artists: [ArtistID(rawValue: Int64(number % 40))],
                popularity: number % 101, tempo: 60 + Double(number % 90), key: number % 12)
            pool.append(PoolTrack(facts, score: Double(number % 97) / 97))
        }
        var history = ListenerHistory()
        for track in pool where track.facts.popularity ?? 0 <= 10 {
            history.add(TrackHistory(played: 0), to: track.facts.recording)
        }
        return (Sampler(rules: rules, history: history, now: 1, seed: 1), pool)
    }

    /// What this thread has worked so far, whatever the machine did meanwhile.
    private static var secondsOfThread: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    @Test func aSampleIsCutShortSoonAfterItsTaskIsCancelled() async {
        let task = Task.detached {
            let (sampler, pool) = Self.sampler(count: 1_500)
            withUnsafeCurrentTask { $0?.cancel() }
            let began = Self.secondsOfThread
            let sample = sampler.sample(pool)
            return (sample, Self.secondsOfThread - began)
        }
        let (sample, seconds) = await task.value
        #expect(sample.tracks.isEmpty && sample.relaxed.isEmpty, "of dozens of rules that would give way")
        #expect(seconds < 1, "a hundredth of it, and of three seconds that it would take")
    }
}

@Suite("A year of nights in a pool that is too small") struct DryYearTests {
    /// Whatever comes back inside a window of the recipe comes by a relaxation that the run records, and outside of the
    /// window that is left of it.
    @Test func whatComesBackTooSoonIsDeclared() {
        var (relaxedNights, repeats, runs) = (0, 0, 0)
        for listener in 1...3 as ClosedRange<UInt64> {
            let pool = World.any(seed: listener, size: 330, artists: 120).pool
            var rules = SamplingRules(count: 25)
            rules.cooldowns = Cooldowns(
                played: Cooldown(window: 21, recovery: 14), served: Cooldown(window: 14, recovery: 7),
                skipped: Cooldown(window: 60))
            (rules.perArtist, rules.temperature) = (3, 0.5)
            rules.ladder = [Relaxation(.perArtist, to: 6)] + rules.usualLadder
            var random = Xoshiro256(seed: listener)
            var history = ListenerHistory()
            for night in 0..<365 {
                let now = World.now + Double(night) * 86_400
                let sample = Sampler(rules: rules, history: history, now: now, seed: UInt64(night)).sample(pool)
                var left = rules.cooldowns
                for step in sample.relaxed {
                    if step.wish == .servedCooldown { left.served = step.to.map { Cooldown(window: $0) } }
                    if step.wish == .playedCooldown { left.played = step.to.map { Cooldown(window: $0) } }
                }
                for item in sample.tracks {
                    let past = history[item.track.facts.recording]
                    func isWithin(_ moment: Double?, _ window: Double?) -> Bool {
                        moment.map { now - $0 < (window ?? 0) * 86_400 } ?? false
                    }
                    #expect(!isWithin(past.served, left.served?.window), "night \(night)")
                    #expect(!isWithin(past.played, left.played?.window), "night \(night)")
                    #expect(!isWithin(past.skipped, 60), "skipped tracks rest on, night \(night)")
                    if isWithin(past.served, 14) {
                        repeats += 1
                        #expect(item.relaxed.contains(.servedCooldown), "the track says what gave way for it")
                    }
                    let isSkipped = random.chance(0.1)
                    history.add(
                        TrackHistory(
                            played: !isSkipped && random.chance(0.5) ? now + 3_600 : nil, served: now,
                            skipped: isSkipped ? now + 3_600 : nil), to: item.track.facts.recording)
                }
                #expect(sample.missing == 0 || !sample.relaxed.isEmpty, "nothing is short before all was tried")
                if !sample.relaxed.isEmpty { relaxedNights += 1 }
                runs += 1
            }
        }
        #expect(runs > 1_000 && relaxedNights > 50 && repeats > 100, "\(relaxedNights) nights, \(repeats) repeats")
    }
}
