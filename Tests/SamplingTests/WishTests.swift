import Catalog
import Foundation
import JSONText
import Testing

@testable import Sampling

/// Rules that ask something of every wish.
private func everything() -> SamplingRules {
    var rules = SamplingRules(count: 20)
    (rules.perArtist, rules.perAlbum, rules.artistSpacing) = (2, 1, 3)
    (rules.minimumNew, rules.maximumKept) = (0.5, 0.25)
    (rules.shares, rules.bands) = ([0.5, 0.5], [.init(0, 29, share: 0.5)])
    rules.cooldowns = Cooldowns(
        played: Cooldown(window: 7, recovery: 3), served: Cooldown(window: 14), skipped: Cooldown(window: 60))
    return rules
}

@Suite("One relaxation after the other") struct WishTests {
    @Test(arguments: Wish.allCases) func aWishThatIsGivenUpAsksNothingMore(_ wish: Wish) throws {
        var rules = everything()
        #expect(rules.bound(of: wish) != nil, "every wish is asked")
        let others = Wish.allCases.filter { $0 != wish }.map { rules.bound(of: $0) }
        let relaxed = rules.relax(Relaxation(wish))
        let made = try #require(relaxed)
        #expect(rules.bound(of: wish) == nil && made.wish == wish && made.to == nil)
        #expect(
            Wish.allCases.filter { $0 != wish }.map { rules.bound(of: $0) } == others, "and nothing else is touched")
        let again = rules.relax(Relaxation(wish))
        #expect(again == nil, "what is not asked cannot be loosened")
        #expect(made.text.hasSuffix("→ none") && made.text.hasPrefix(wish.rawValue))
    }

    @Test(arguments: [
        (Wish.perArtist, 3.0, 1.0), (.perAlbum, 2, 0.5), (.maximumKept, 0.5, 0.1), (.minimumNew, 0.25, 0.75),
        (.artistSpacing, 1, 4), (.servedCooldown, 7, 15), (.playedCooldown, 1, 8), (.skippedCooldown, 30, 61),
    ]) func aWishIsLoosenedOneWayOnly(_ wish: Wish, _ looser: Double, _ tighter: Double) throws {
        var rules = everything()
        let before = try #require(rules.bound(of: wish))
        for bound in [tighter, before] {
            let nothing = rules.relax(Relaxation(wish, to: bound))
            #expect(nothing == nil)
        }
        #expect(rules == everything(), "what loosens nothing changes nothing")
        let relaxed = rules.relax(Relaxation(wish, to: looser))
        let made = try #require(relaxed)
        #expect(made == AppliedRelaxation(wish: wish, from: before, to: looser) && rules.bound(of: wish) == looser)
    }

    @Test func sharesAreGivenUpAsAWhole() {
        for wish in [Wish.shares, .popularity, .likedRest] {
            var rules = everything()
            let made = rules.relax(Relaxation(wish, to: 0.5))
            #expect(made == AppliedRelaxation(wish: wish, from: nil, to: nil) && rules.bound(of: wish) == nil)
            #expect(made?.text == "\(wish.rawValue) → none")
        }
    }

    @Test func likedTracksComeBackLastAndThoseFirstThatRestedLongest() throws {
        var rules = SamplingRules(count: 5)
        rules.cooldowns = Cooldowns(served: Cooldown(window: 10), skipped: Cooldown(window: 60))
        rules.ladder = [Relaxation(.likedRest)]
        func ago(_ days: Double) -> Double { -days * 86_400 }
        let past = [
            TrackHistory(served: ago(1), liked: ago(50)), TrackHistory(served: ago(5), liked: ago(50)),
            TrackHistory(served: ago(11)), TrackHistory(served: ago(9)),
            TrackHistory(served: ago(8), skipped: ago(3), liked: ago(50)),
            TrackHistory(served: ago(8), liked: ago(50), disliked: ago(2)),
        ]
        var history = ListenerHistory()
        for (place, past) in past.enumerated() { history.add(past, to: UInt64(place)) }
        let pool = past.indices.map { place in
            PoolTrack(TrackFacts(id: TrackID(rawValue: Int64(place)), recording: UInt64(place)), score: 1)
        }
        let sampler = Sampler(rules: rules, history: history, now: 0, seed: 1)
        let sample = sampler.sample(pool)
        #expect(Set(sample.tracks.map(\.track.facts.id.rawValue)) == [0, 1, 2] && sample.missing == 2)
        #expect(sample.relaxed == [AppliedRelaxation(wish: .likedRest, from: nil, to: nil)])
        for track in sample.tracks {
            #expect(track.relaxed == (track.track.facts.id.rawValue == 2 ? [] : [.servedCooldown]))
        }
        rules.count = 2
        let two = Sampler(rules: rules, history: history, now: 0, seed: 1).sample(pool)
        #expect(Set(two.tracks.map(\.track.facts.id.rawValue)) == [1, 2] && two.missing == 0)
        rules.ladder = []
        let strict = Sampler(rules: rules, history: history, now: 0, seed: 1).sample(pool)
        #expect(strict.tracks.map(\.track.facts.id.rawValue) == [2])
    }

    @Test func onlyWhatLivesFromATasteLetsLikedTracksBack() {
        let daily = Recipe.daily().rules.ladder.map(\.wish)
        #expect(daily.suffix(2) == [.likedRest, .maximumKept])
        var library = Recipe(parts: [PoolPart(.library)], rules: everything())
        library.declareUsualLadder()
        #expect(!library.rules.ladder.contains { $0.wish == .likedRest })
        var restless = Recipe(parts: [PoolPart(.profile)], rules: SamplingRules(count: 3))
        restless.declareUsualLadder()
        #expect(!restless.rules.ladder.contains { $0.wish == .likedRest }, "nothing rests")
    }

    @Test func whatWasRelaxedIsReadBackFromARunsReport() throws {
        let report = RunReport(
            relaxed: [.init(wish: .perArtist, from: 2, to: 3), .init(wish: .shares, from: nil, to: nil)],
            pool: PoolCounts(candidates: 9, afterDuplicates: 8, afterCooldown: 7, new: 6),
            sources: [OriginReport(name: "library", candidates: 9, taken: 3, problem: "tired")],
            contexts: [ContextReport(name: "a", tracks: 8, share: 0.5, isExcluded: false, taken: 2)])
        let read = try JSONDecoder().decode(RunReport.self, from: try JSONEncoder().encode(report))
        #expect(read == report)
        let empty = try JSONDecoder().decode(RunReport.self, from: try JSONEncoder().encode(RunReport()))
        #expect(empty == RunReport())
    }

    @Test func whatHoldsATrackBackIsNamed() {
        let cooldowns = everything().cooldowns
        let now = 100 * 86_400.0
        func held(_ history: TrackHistory) -> [Wish] { cooldowns.holding(history, at: now) }
        func ago(_ days: Double) -> Double { now - days * 86_400 }
        #expect(held(TrackHistory()) == [])
        #expect(held(TrackHistory(played: ago(6))) == [.playedCooldown] && held(TrackHistory(played: ago(8))) == [])
        #expect(held(TrackHistory(served: ago(13), skipped: ago(59))) == [.servedCooldown, .skippedCooldown])
        #expect(held(TrackHistory(played: ago(-1), served: ago(-1))) == [.playedCooldown, .servedCooldown])
        #expect(Cooldowns().holding(TrackHistory(played: now), at: now) == [] && Cooldowns().isEmpty)
    }

    @Test func aRecoveringTrackIsNeitherHeldNorWhole() {
        let cooldowns = everything().cooldowns
        for day in stride(from: 7.1, to: 10, by: 0.3) {
            let history = TrackHistory(played: -day * 86_400)
            let share = cooldowns.share(of: history, at: 0)
            #expect(share > 0 && share < 1 && cooldowns.holding(history, at: 0) == [])
        }
    }
}

@Suite("Runs and what listeners did") struct RunValueTests {
    private func run(_ tracks: [(id: Int64, isNew: Bool, isKept: Bool)]) -> PlaylistRun {
        let items = tracks.map { track in
            RunTrack(
                SampledTrack(
                    track: PoolTrack(TrackFacts(id: TrackID(rawValue: track.id))), isNew: track.isNew,
                    isKept: track.isKept, recovery: 1, relaxed: []))
        }
        let moment = Date(timeIntervalSince1970: 0)
        return PlaylistRun(
            playlist: nil, listener: "a", cause: .create, batch: "b", seed: 1, recipe: .null, tracks: items,
            startedAt: moment, finishedAt: moment)
    }

    @Test func aRunCountsItsTracks() {
        let run = run([(1, true, false), (2, false, true), (3, false, false)])
        #expect(run.total == 3 && run.newCount == 1 && run.reusedCount == 2 && run.keptCount == 1)
        #expect(self.run([]).total == 0 && self.run([]).reusedCount == 0)
    }

    @Test func snapshotsTellListsApartByTracksAndOrder() {
        var random = Xoshiro256(seed: 71)
        var names: Set<String> = []
        var lists: Set<[Int64]> = []
        for _ in 0..<2_000 {
            let list = (0..<random.integer(below: 6)).map { _ in Int64(random.integer(below: 9)) }
            lists.insert(list)
            names.insert(PlaylistRun.snapshot(of: list.map(TrackID.init)))
            #expect(run(list.map { ($0, true, false) }).snapshot == PlaylistRun.snapshot(of: list.map(TrackID.init)))
        }
        #expect(names.count == lists.count)
    }

    @Test func aTrackOfARunIsReadBack() throws {
        let facts = TrackFacts(id: TrackID(rawValue: 7), artists: [ArtistID(rawValue: 1)])
        let pool = PoolTrack(
            facts, score: 0.7, origins: ["library", "rules"],
            terms: [ScorePart("library", 0.8), ScorePart("floor", -0.1)])
        let item = RunTrack(
            SampledTrack(track: pool, isNew: true, isKept: false, recovery: 0.5, relaxed: [.servedCooldown]))
        #expect(try JSONDecoder().decode(RunTrack.self, from: try JSONEncoder().encode(item)) == item)
        #expect(abs(item.terms.reduce(0) { $0 + $1.value } - item.score) < 1e-9)
    }

    @Test func historiesAreJoinedByWhatHappenedLast() {
        var random = Xoshiro256(seed: 73)
        func moment() -> Double? { random.chance(0.5) ? random.uniform() : nil }
        for _ in 0..<200 {
            let one = TrackHistory(
                played: moment(), served: moment(), skipped: moment(), liked: moment(), disliked: moment())
            let two = TrackHistory(
                played: moment(), served: moment(), skipped: moment(), liked: moment(), disliked: moment())
            var (joined, other) = (one, two)
            joined.formUnion(two)
            other.formUnion(one)
            #expect(joined == other, "in whatever order")
            #expect(joined.played == [one.played, two.played].compactMap(\.self).max())
            #expect(joined.isKnown == (one.isKnown || two.isKnown))
            #expect(!(joined.isLiked && joined.isDisliked))
            var again = joined
            again.formUnion(two)
            #expect(again == joined)
        }
        #expect(TrackHistory(liked: 1, disliked: 1).isLiked, "of two words at once the kinder one counts")
    }

    @Test(arguments: [
        "", "-a", ".a", "_a", "A", "anna b", "anná", "a/b", "a\n", String(repeating: "a", count: 65),
    ]) func whatIsNoNameOfAListenerIsRefused(_ name: String) { #expect(!Listener.isName(name)) }

    @Test(arguments: ["a", "0", "anna", "anna.b-2_c", String(repeating: "a", count: 64)])
    func namesOfListenersAreTaken(_ name: String) { #expect(Listener.isName(name)) }
}

@Suite("Mixing distances") struct MixDistanceTests {
    private func facts(_ key: Int?, _ isMajor: Bool?, _ tempo: Double?) -> TrackFacts {
        TrackFacts(id: TrackID(rawValue: 1), tempo: tempo, key: key, isMajor: isMajor)
    }

    @Test func theyAreTheSameBothWaysAndNothingToItself() {
        for one in 0..<12 {
            for other in 0..<12 {
                for modes in [(true, true), (true, false), (false, true), (false, false)] {
                    let (first, second) = (facts(one, modes.0, 100), facts(other, modes.1, 130))
                    let steps = MixDistance.keySteps(first, second)
                    #expect(steps == MixDistance.keySteps(second, first) && (0...6.5).contains(steps))
                    #expect((steps == 0) == (one == other && modes.0 == modes.1))
                }
            }
        }
    }

    @Test func temposCountByTheirRatio() {
        for tempo in stride(from: 60.0, through: 200, by: 7) {
            #expect(MixDistance.tempoSteps(tempo, tempo) == 0)
            #expect(abs(MixDistance.tempoSteps(tempo, tempo * 1.06) - 1) < 1e-9)
            #expect(abs(MixDistance.tempoSteps(tempo, tempo * 2) - 0.5) < 1e-9)
            #expect(MixDistance.tempoSteps(tempo, tempo / 2) == MixDistance.tempoSteps(tempo / 2, tempo))
            #expect(MixDistance.tempoSteps(tempo, tempo * 1.4) <= MixDistance.farthestTempo)
        }
        #expect(MixDistance.tempoSteps(nil, 100) == MixDistance.unknownTempo)
        #expect(MixDistance.tempoSteps(0, 100) == MixDistance.unknownTempo)
    }

    @Test func whatIsNotKnownIsNeitherNearNorFar() {
        let unknown = facts(nil, nil, nil)
        #expect(MixDistance.between(unknown, facts(3, true, 100)) == MixDistance.unknownKey + MixDistance.unknownTempo)
        // A key of which the mode is not known counts as a major one.
        #expect(MixDistance.keySteps(facts(0, nil, 1), facts(9, false, 1)) == 0.5)
    }
}
