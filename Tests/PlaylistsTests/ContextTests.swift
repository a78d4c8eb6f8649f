import Catalog
import Foundation
import Testing

@testable import Playlists
@testable import Sampling

/// A pool of contexts with so many tracks each, every track by an artist of its own; later contexts score lower.
private func makePool(
    _ contexts: [(share: Double, tracks: Int, isExcluded: Bool)], parts: [Int]? = nil, partCount: Int = 1,
    perArtist: Int = 1
) -> Pool {
    var pool = Pool(listening: [], partCount: partCount)
    var next: Int64 = 1
    for (number, context) in contexts.enumerated() {
        let part = parts?[number] ?? 0
        pool.contexts.append(
            ContextReport(name: "c\(number)", tracks: 9, share: context.share, isExcluded: context.isExcluded))
        pool.contextParts.append(part)
        let ids = (next..<next + Int64(context.tracks)).map(TrackID.init)
        next += Int64(context.tracks)
        let facts = ids.map { id in
            TrackFacts(id: id, artists: [ArtistID(rawValue: (id.rawValue - 1) / Int64(perArtist))])
        }
        pool.add(
            ids.map { Offer(track: $0, score: 1 / Double(number + 1), origin: "c\(number)", context: number) },
            part: part, weight: 1, facts: Dictionary(uniqueKeysWithValues: facts.map { ($0.id, $0) }), taste: .none)
    }
    return pool
}

private func profile(
    count: Int = 30, shares: [Double?] = [nil], _ change: (inout SamplingRules) -> Void = { _ in }
) -> Recipe {
    var rules = SamplingRules(count: count)
    change(&rules)
    return Recipe(parts: shares.map { PoolPart(.profile, share: $0) }, rules: rules)
}

private func take(_ pool: Pool, _ recipe: Recipe, seed: UInt64 = 1) -> (sample: Sample, taken: [Int]) {
    let sampler = Sampler(rules: pool.balanced(recipe, at: 0), history: pool.history, now: 0, seed: seed)
    let sample = sampler.sample(pool.tracks)
    return (sample, pool.contexts(in: sample).map(\.taken))
}

@Suite("Contexts have their shares of a list") struct ContextTests {
    @Test(arguments: [0, 0.1, 1])
    func eachContextHasItsShareWhateverScoresBest(_ temperature: Double) {
        let pool = makePool([(0.5, 100, false), (0.3, 100, false), (0.2, 100, false)])
        let (sample, taken) = take(pool, profile { $0.temperature = temperature })
        #expect(taken == [15, 9, 6] && sample.relaxed.isEmpty && sample.missing == 0)
        // Without balance the best context would have it all, or nearly.
        #expect(
            Sampler(rules: SamplingRules(count: 30), now: 0, seed: 1).sample(pool.tracks).tracks
                .allSatisfy { $0.track.score == 1 })
    }

    @Test func aContextThatIsLeftOutHasNoShare() {
        let pool = makePool([(0.5, 100, false), (0.3, 0, true), (0.2, 100, false)])
        let (sample, taken) = take(pool, profile(count: 70))
        #expect(taken == [50, 0, 20] && sample.relaxed.isEmpty)
    }

    @Test func whatAPoorContextLacksIsAnybodys() {
        let pool = makePool([(0.5, 100, false), (0.5, 4, false)])
        let (sample, taken) = take(pool, profile())
        #expect(taken == [26, 4] && sample.relaxed.isEmpty && sample.missing == 0)
    }

    @Test func aCapOnArtistsIsReckonedWith() {
        // The second context has twelve tracks of three artists, of whom two each may stand in the list.
        let pool = makePool([(0.5, 100, false), (0.5, 12, false)], perArtist: 4)
        let (sample, taken) = take(pool, profile { $0.perArtist = 2 })
        #expect(taken == [24, 6] && sample.relaxed.isEmpty)
    }

    @Test func tracksThatRestAreReckonedWith() {
        var pool = makePool([(0.5, 100, false), (0.5, 20, false)])
        for id in 101...110 as ClosedRange<Int64> {
            let recording = TrackFacts(id: TrackID(rawValue: id)).recording
            pool.history.add(TrackHistory(served: -86_400), to: recording)
        }
        let rested = profile { $0.cooldowns.served = Cooldown(window: 7) }
        let (sample, taken) = take(pool, rested)
        #expect(taken == [20, 10] && sample.relaxed.isEmpty && sample.missing == 0)
    }

    @Test func aProfileWithAShareIsSharedOutWithinIt() {
        var pool = makePool([(0.75, 100, false), (0.25, 100, false)], partCount: 2)
        let library = (1_001...1_100).map { TrackFacts(id: TrackID(rawValue: $0)) }
        pool.add(
            library.map { Offer(track: $0.id, score: 2, origin: "library") }, part: 1, weight: 1,
            facts: Dictionary(uniqueKeysWithValues: library.map { ($0.id, $0) }), taste: .none)
        var rules = SamplingRules(count: 40)
        rules.ladder = [Relaxation(.shares)]
        let mixed = Recipe(parts: [PoolPart(.profile, share: 0.4), PoolPart(.library, share: 0.6)], rules: rules)
        let (sample, taken) = take(pool, mixed)
        #expect(taken == [12, 4] && sample.tracks.count { $0.track.parts.contains(1) } == 24)
        rules.ladder = []
        let strict = Recipe(parts: mixed.parts, rules: rules)
        #expect(pool.balanced(strict, at: 0) == strict.rules, "shares that may not give way are the recipe's own")
    }

    @Test func oneContextAloneNeedsNoShare() {
        let pool = makePool([(1, 100, false)])
        #expect(pool.balanced(profile(), at: 0).shares.isEmpty)
        let others = Recipe(parts: [PoolPart(.profile), PoolPart(.library)], rules: SamplingRules(count: 5))
        let two = Self.two
        #expect(two.balanced(others, at: 0).shares.isEmpty, "beside parts without shares there is nothing to share out")
    }

    private static var two: Pool { makePool([(0.5, 10, false), (0.5, 10, false)], partCount: 2) }

    @Test func sharesGiveWayFirstWhereTheyCannotBeKept() {
        // Every track of the second context is by one artist who is credited on half of the first one's, too.
        var pool = makePool([(0.5, 40, false), (0.5, 40, false)])
        for place in pool.tracks.indices where place >= 40 || place % 2 == 0 {
            pool.tracks[place].facts.artists = [ArtistID(rawValue: Int64(place)), ArtistID(rawValue: 999)]
        }
        let tight = profile(count: 20) { rules in
            rules.perArtist = 3
            rules.ladder = [Relaxation(.perArtist, to: 20)]
        }
        let (sample, _) = take(pool, tight)
        #expect(sample.relaxed.first?.wish == .shares && sample.relaxed.count == 1 && sample.missing == 0)
    }

    @Test func whatWasTakenIsCountedByContextAndOldReportsAreRead() throws {
        let old = #"{"name": "x", "tracks": 3, "share": 0.5, "excluded": false}"#
        let read = try JSONDecoder().decode(ContextReport.self, from: Data(old.utf8))
        #expect(read == ContextReport(name: "x", tracks: 3, share: 0.5, isExcluded: false))
        let written = try JSONEncoder().encode(
            ContextReport(name: "y", tracks: 1, share: 1, isExcluded: true, taken: 4))
        #expect(try JSONDecoder().decode(ContextReport.self, from: written).taken == 4)
    }
}
