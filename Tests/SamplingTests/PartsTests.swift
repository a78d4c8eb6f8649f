import Catalog
import Foundation
import Testing

@testable import Sampling

private func facts(
    _ id: Int64, artists: [Int64] = [], energy: Double? = nil, tempo: Double? = nil, key: Int? = nil,
    isMajor: Bool? = nil
) -> TrackFacts {
    TrackFacts(
        id: TrackID(rawValue: id), artists: artists.map(ArtistID.init), energy: energy, tempo: tempo, key: key,
        isMajor: isMajor)
}

@Suite struct CooldownTests {
    @Test func nothingIsTakenWithinTheWindowAndEverythingAfterTheRecovery() {
        let cooldown = Cooldown(window: 7, recovery: 4)
        #expect(cooldown.share(at: 0) == 0 && cooldown.share(at: 6.999) == 0 && cooldown.share(at: -3) == 0)
        #expect(cooldown.share(at: 9) == 0.5)
        #expect(cooldown.share(at: 11) == 1 && cooldown.share(at: 1_000) == 1)
        #expect(Cooldown(window: 7).share(at: 7) == 1)
    }

    @Test func recoveryRisesWithoutAJump() {
        let cooldown = Cooldown(window: 7, recovery: 4)
        let shares = stride(from: 6.0, through: 12, by: 0.01).map { cooldown.share(at: $0) }
        #expect(zip(shares, shares.dropFirst()).allSatisfy { $1 >= $0 && $1 - $0 < 0.005 })
    }

    @Test func theThreeCooldownsMultiply() {
        let cooldowns = Cooldowns(played: Cooldown(window: 1, recovery: 2), skipped: Cooldown(window: 1, recovery: 2))
        let day = 86_400.0
        #expect(cooldowns.share(of: TrackHistory(), at: 10 * day) == 1)
        #expect(cooldowns.share(of: TrackHistory(played: 8 * day, skipped: 8 * day), at: 10 * day) == 0.25)
        let held = cooldowns.holding(TrackHistory(played: 10 * day, served: 10 * day), at: 10 * day)
        #expect(held == [.playedCooldown])
    }

    @Test func theLastWordOnATrackCounts() {
        #expect(TrackHistory(liked: 2, disliked: 1).isLiked && !TrackHistory(liked: 2, disliked: 1).isDisliked)
        #expect(TrackHistory(liked: 1, disliked: 2).isDisliked)
        var both = TrackHistory(played: 1, liked: 1)
        both.formUnion(TrackHistory(played: 3, disliked: 2))
        #expect(both == TrackHistory(played: 3, liked: 1, disliked: 2))
    }
}

@Suite struct WeightTests {
    /// The first of a weighted sample without replacement is drawn in proportion to the weights.
    @Test func tracksAreDrawnInProportionToTheirWeights() {
        let pool = (1...4).map { PoolTrack(facts($0), score: 0, weight: Double($0)) }
        var rules = SamplingRules(count: 1)
        rules.temperature = 1
        var counts: [Int64: Int] = [:]
        for seed in 0..<10_000 as Range<UInt64> {
            let sample = Sampler(rules: rules, now: 0, seed: seed).sample(pool)
            counts[sample.tracks[0].track.facts.id.rawValue, default: 0] += 1
        }
        for weight in 1...4 {
            let share = Double(counts[Int64(weight), default: 0]) / 10_000
            // Four standard deviations of a share of ten thousand.
            #expect(abs(share - Double(weight) / 10) < 0.02, "\(weight): \(share)")
        }
    }

    @Test func temperatureDecidesHowMuchTheScoreCounts() {
        let pool = (1...100).map { PoolTrack(facts($0), score: Double($0) / 100) }
        func mean(_ temperature: Double) -> Double {
            var rules = SamplingRules(count: 10)
            rules.temperature = temperature
            let scores = (0..<50).flatMap { seed in
                Sampler(rules: rules, now: 0, seed: UInt64(seed)).sample(pool).tracks.map(\.track.score)
            }
            return scores.reduce(0, +) / Double(scores.count)
        }
        #expect(abs(mean(0) - 0.955) < 1e-9)
        #expect(mean(0.05) > 0.8 && mean(0.05) < 0.955)
        #expect(abs(mean(1_000) - 0.505) < 0.05)
    }

    @Test func aRecoveringTrackIsRarer() {
        let pool = (1...2).map { PoolTrack(facts($0)) }
        var rules = SamplingRules(count: 1)
        (rules.temperature, rules.cooldowns) = (1, Cooldowns(played: Cooldown(window: 0.5, recovery: 1)))
        var history = ListenerHistory()
        history.add(TrackHistory(played: -86_400 * 0.75), to: pool[0].facts.recording)
        let first = (0..<4_000).count { seed in
            let sampler = Sampler(rules: rules, history: history, now: 0, seed: UInt64(seed))
            return sampler.sample(pool).tracks[0].track == pool[0]
        }
        let share = Cooldown(window: 0.5, recovery: 1).share(at: 0.75)
        #expect(abs(Double(first) / 4_000 - share / (1 + share)) < 0.03)
    }
}

@Suite struct QuotaTests {
    @Test func sharesBecomeWholeNumbers() {
        #expect(Quota.counts([0.5, 0.3, 0.2], of: 10) == [5, 3, 2])
        #expect(Quota.counts([0.5, 0.5], of: 3) == [2, 1])
        #expect(Quota.counts(Array(repeating: 1 / 3, count: 3), of: 10) == [4, 3, 3])
        #expect(Quota.counts([0.3], of: 10) == [3])
        #expect(Quota.counts([0, 1], of: 7) == [0, 7])
        #expect(Quota.counts([], of: 5) == [])
    }

    @Test func boundsAreWholeNumbers() {
        #expect(Quota.least(0.3, of: 10) == 3 && Quota.least(0.31, of: 10) == 4 && Quota.least(0, of: 10) == 0)
        #expect(Quota.most(0.3, of: 10) == 3 && Quota.most(0.39, of: 10) == 3 && Quota.most(1, of: 10) == 10)
    }
}

@Suite struct SpacingTests {
    @Test func aSequenceThatHoldsStaysAsItIs() {
        let spacing = Spacing((1...4).map { facts($0, artists: [$0]) }, distance: 3)
        #expect(spacing.arranged([2, 0, 3, 1]) == [2, 0, 3, 1])
    }

    @Test func tracksOfAnArtistAreMovedApart() throws {
        let tracks = [1, 1, 1, 2, 3, 4, 5].enumerated().map { facts(Int64($0), artists: [Int64($1)]) }
        let spacing = Spacing(tracks, distance: 2)
        let arranged = try #require(spacing.arranged(Array(0..<7)))
        #expect(spacing.holds(arranged) && arranged.sorted() == Array(0..<7))
    }

    @Test func whatCannotBeKeptApartIsSaid() {
        let tracks = [1, 1, 1, 2].enumerated().map { facts(Int64($0), artists: [Int64($1)]) }
        #expect(Spacing(tracks, distance: 1).arranged([0, 1, 2, 3]) == nil)
    }

    @Test func guestsCountAsMuchAsTheFirstName() {
        let tracks = [facts(1, artists: [1, 2]), facts(2, artists: [3, 2]), facts(3, artists: [4])]
        #expect(Spacing(tracks, distance: 1).arranged([0, 1, 2]).map { $0[1] } == 2)
    }
}

@Suite struct MixTests {
    @Test func keysLieOnTheCircleOfFifths() {
        func steps(_ one: Int, _ isMajor: Bool, _ other: Int, _ isOtherMajor: Bool) -> Double {
            let (first, second) = (facts(1, key: one, isMajor: isMajor), facts(2, key: other, isMajor: isOtherMajor))
            #expect(MixDistance.keySteps(first, second) == MixDistance.keySteps(second, first))
            return MixDistance.keySteps(first, second)
        }
        #expect(steps(0, true, 0, true) == 0)
        #expect(steps(0, true, 7, true) == 1 && steps(0, true, 5, true) == 1)
        // A minor beside C major, and E minor beside A minor.
        #expect(steps(0, true, 9, false) == 0.5 && steps(9, false, 4, false) == 1)
        #expect(steps(0, true, 6, true) == 6 && steps(0, true, 1, true) == 5)
    }

    @Test func halfAndDoubleTimeGoTogether() {
        #expect(MixDistance.tempoSteps(120, 120) == 0)
        #expect(abs(MixDistance.tempoSteps(100, 106) - 1) < 1e-9)
        #expect(abs(MixDistance.tempoSteps(70, 140) - 0.5) < 1e-9)
        #expect(MixDistance.tempoSteps(140, 70) == MixDistance.tempoSteps(70, 140))
        #expect(MixDistance.tempoSteps(70, 100) == MixDistance.farthestTempo)
        #expect(MixDistance.tempoSteps(nil, 100) == MixDistance.unknownTempo)
        #expect(MixDistance.tempoSteps(0, 100) == MixDistance.unknownTempo)
    }

    @Test func turningStretchesAroundFindsTheShortestWayOnALine() {
        let points = [0.0, 5, 1, 4, 2, 3]
        let way = TwoOpt.improved(
            [0, 1, 2, 3, 4, 5], cost: { abs(points[$0] - points[$1]) }, isAllowed: { _, _ in true })
        #expect(TwoOpt.length(way, cost: { abs(points[$0] - points[$1]) }) == 5)
        #expect(way.sorted() == Array(0..<6))
    }

    @Test func aMixIsSmootherThanChance() {
        var random = Xoshiro256(seed: 5)
        let pool = (1...60).map { number in
            PoolTrack(
                facts(
                    number, artists: [number % 20], tempo: 80 + 80 * random.uniform(), key: random.integer(below: 12),
                    isMajor: random.chance(0.6)))
        }
        func length(_ order: SampleOrder) -> Double {
            var rules = SamplingRules(count: 40)
            (rules.order, rules.artistSpacing) = (order, 3)
            let tracks = Sampler(rules: rules, now: 0, seed: 2).sample(pool).tracks.map(\.track.facts)
            #expect(Spacing(tracks, distance: 3).holds(Array(tracks.indices)))
            return zip(tracks, tracks.dropFirst()).reduce(0) { $0 + MixDistance.between($1.0, $1.1) }
        }
        #expect(length(.harmonic) < 0.4 * length(.random))
    }

    @Test func theArcRisesToItsPeakAndFallsAgain() {
        let tracks = (0..<31).map { facts($0, energy: Double($0 * 7 % 31) / 31) }
        let energies = Arrangement.arc(tracks).map { tracks[$0].energy ?? 0 }
        let peak = energies.firstIndex(of: energies.max() ?? 0) ?? 0
        #expect(peak == 20)
        #expect(zip(energies[..<peak], energies[1...peak]).allSatisfy { $0 < $1 })
        #expect(zip(energies[peak...], energies[(peak + 1)...]).allSatisfy { $0 > $1 })
        #expect(energies.first == 0)
    }
}

@Suite struct RelaxationTests {
    @Test func aStepThatLoosensNothingIsNotMade() {
        var rules = SamplingRules(count: 10)
        rules.perArtist = 2
        #expect(rules.relax(Relaxation(.perArtist, to: 1)) == nil && rules.perArtist == 2)
        #expect(rules.relax(Relaxation(.perAlbum, to: 5)) == nil && rules.perAlbum == nil)
        #expect(rules.relax(Relaxation(.popularity)) == nil)
        #expect(rules.relax(Relaxation(.perArtist, to: 3))?.text == "per_artist 2 → 3")
        #expect(rules.relax(Relaxation(.perArtist))?.text == "per_artist 3 → none")
    }

    @Test func aShorterRestKeepsItsRecovery() {
        var rules = SamplingRules(count: 10)
        rules.cooldowns.served = Cooldown(window: 14, recovery: 7)
        #expect(rules.relax(Relaxation(.servedCooldown, to: 7)) == .init(wish: .servedCooldown, from: 14, to: 7))
        #expect(rules.cooldowns.served == Cooldown(window: 7, recovery: 7))
        #expect(rules.relax(Relaxation(.servedCooldown)) != nil && rules.cooldowns.served == nil)
    }

    @Test func aTrackThatOnlyARelaxationLetInSaysSo() {
        let pool = [PoolTrack(facts(1)), PoolTrack(facts(2))]
        var history = ListenerHistory()
        history.add(TrackHistory(served: -86_400 * 5), to: pool[0].facts.recording)
        var rules = SamplingRules(count: 2)
        rules.cooldowns.served = Cooldown(window: 7)
        rules.ladder = [Relaxation(.servedCooldown, to: 4)]
        let sample = Sampler(rules: rules, history: history, now: 0, seed: 1).sample(pool)
        #expect(sample.relaxed.map(\.text) == ["cooldown.served 7 → 4"])
        #expect(sample.tracks.first { $0.track == pool[0] }?.relaxed == [.servedCooldown])
        #expect(sample.tracks.first { $0.track == pool[1] }?.relaxed == [])
    }
}
