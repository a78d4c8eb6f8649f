import Catalog
import Foundation
import Testing

@testable import Sampling

@Suite("The order of a sample") struct OrderTests {
    private static func sample(_ order: SampleOrder, seed: UInt64, spacing: Int = 0) -> [PoolTrack] {
        let world = World.any(seed: seed, size: 300, artists: 120)
        var rules = SamplingRules(count: 24)
        (rules.order, rules.artistSpacing, rules.temperature) = (order, spacing, 0.2)
        return world.sampler(seed: seed, rules: rules).sample(world.pool).tracks.map(\.track)
    }

    @Test func theOrderDecidesNothingButTheOrder() {
        for seed in 1...25 as ClosedRange<UInt64> {
            let lists = SampleOrder.allCases.map { Self.sample($0, seed: seed) }
            for list in lists {
                #expect(list.count == 24 && Set(list.map(\.facts.id)) == Set(lists[0].map(\.facts.id)), "seed \(seed)")
            }
        }
    }

    @Test func theBestComeFirstByScore() {
        for seed in 1...25 as ClosedRange<UInt64> {
            let scores = Self.sample(.score, seed: seed).map(\.score)
            #expect(zip(scores, scores.dropFirst()).allSatisfy { $0 >= $1 })
        }
    }

    @Test func chanceKnowsNothingOfScores() {
        let places = 24
        var sums = Array(repeating: 0.0, count: places)
        for seed in 1...200 as ClosedRange<UInt64> {
            for (place, track) in Self.sample(.random, seed: seed).enumerated() { sums[place] += track.score }
        }
        let means = sums.map { $0 / 200 }
        let mean = means.reduce(0, +) / Double(places)
        #expect(means.allSatisfy { abs($0 - mean) < 0.1 }, "\(means)")
        #expect(Self.sample(.random, seed: 3) == Self.sample(.random, seed: 3))
    }

    @Test func aMixIsSmootherThanTheBestFirst() {
        for seed in 1...25 as ClosedRange<UInt64> {
            let tracks = Self.sample(.harmonic, seed: seed, spacing: 2).map(\.facts)
            let best = Self.sample(.score, seed: seed, spacing: 2).map(\.facts)
            func length(_ tracks: [TrackFacts]) -> Double {
                zip(tracks, tracks.dropFirst()).reduce(0) { $0 + MixDistance.between($1.0, $1.1) }
            }
            #expect(length(tracks) <= length(best) + 1e-9, "seed \(seed)")
            #expect(Spacing(tracks, distance: 2).holds(Array(tracks.indices)), "seed \(seed)")
        }
    }

    @Test func turningAStretchNeverLeavesWhatIsAllowed() {
        var random = Xoshiro256(seed: 7)
        for _ in 0..<50 {
            let points = (0..<9).map { _ in random.uniform() }
            // The first place has to stay the first.
            let way = TwoOpt.improved(
                Array(0..<9), cost: { abs(points[$0] - points[$1]) }, isAllowed: { way, _ in way.first == 0 })
            #expect(way.first == 0 && way.sorted() == Array(0..<9))
            func length(_ way: [Int]) -> Double { TwoOpt.length(way) { abs(points[$0] - points[$1]) } }
            #expect(length(way) <= length(Array(0..<9)) + 1e-9)
        }
    }

    @Test func aWayThatNoTurnShortensIsLookedAtOnce() {
        for count in [10, 100, 300] {
            var asked = 0
            let way = TwoOpt.improved(
                Array(0..<count),
                cost: { one, other in
                    asked += 1
                    return abs(Double(one - other))
                }, isAllowed: { _, _ in true })
            // Four steps at most for each pair of places.
            #expect(way == Array(0..<count) && asked <= 2 * count * count, "\(asked) of \(count)")
        }
    }

    /// What is asked of a turned stretch alone is what the whole way would have said.
    @Test func aTurnIsJudgedByWhatItMoves() {
        var random = Xoshiro256(seed: 11)
        var (held, broken) = (0, 0)
        for round in 0..<60 {
            let (distance, count) = (round % 6, 5 + random.integer(below: 40))
            let tracks = (0..<count).map { number in
                let artists = (0...random.integer(below: 2)).map { _ in random.integer(below: 3 * count) }
                return TrackFacts(
                    id: TrackID(rawValue: Int64(number)), artists: artists.map { ArtistID(rawValue: Int64($0)) })
            }
            let spacing = Spacing(tracks, distance: distance)
            guard let way = spacing.arranged(Array(tracks.indices)) else { continue }
            for start in way.indices {
                for end in way.indices.dropFirst(start) {
                    var turned = way
                    turned[start...end].reverse()
                    let holds = spacing.holds(turned)
                    #expect(spacing.holds(turned, turned: start...end) == holds, "\(start)...\(end) of \(count)")
                    if holds { held += 1 } else { broken += 1 }
                }
            }
        }
        #expect(held > 1_000 && broken > 1_000, "\(held) held, \(broken) did not")
    }

    @Test(arguments: [0, 1, 2, 3]) func waysThroughFewPlacesAreWays(_ count: Int) {
        let chain = TwoOpt.chain(count) { abs(Double($0 - $1)) }
        #expect(chain == Array(0..<count))
        #expect(TwoOpt.improved(chain, cost: { abs(Double($0 - $1)) }, isAllowed: { _, _ in true }) == chain)
        #expect(Arrangement.arc(Array(repeating: TrackFacts(id: TrackID(rawValue: 1)), count: count)).count == count)
    }

    @Test func theArcHasOnePeakAndEndsInTheMiddle() {
        for count in 2...60 {
            let heights = (0..<count).map { Arrangement.height(at: $0, of: count) }
            #expect(heights.allSatisfy { (0...1).contains($0) } && heights[0] == 0)
            #expect(abs((heights.last ?? 0) - 0.5) < 1e-9)
            let turns = zip(heights, heights.dropFirst()).map { $1 > $0 }
            #expect(turns.drop { $0 }.allSatisfy { !$0 }, "up, then down: \(heights)")
        }
        #expect(Arrangement.height(at: 0, of: 1) == 0)
    }

    @Test func aTrackOfUnknownEnergyStandsInTheMiddleOfTheArc() {
        let energies: [Double?] = [0, 0.1, 0.2, nil, 0.8, 0.9, 1]
        let tracks = energies.enumerated().map { TrackFacts(id: TrackID(rawValue: Int64($0)), energy: $1) }
        let order = Arrangement.arc(tracks)
        let heights = Dictionary(
            uniqueKeysWithValues: order.enumerated().map { ($1, Arrangement.height(at: $0, of: 7)) })
        let lower = (0..<3).compactMap { heights[$0] }.max() ?? 1
        let upper = (4..<7).compactMap { heights[$0] }.min() ?? 0
        #expect(order.sorted() == Array(0..<7))
        #expect(lower <= heights[3] ?? -1 && heights[3] ?? 2 <= upper)
    }
}

@Suite("Contexts of taste, whatever the listening") struct TasteContextPropertyTests {
    /// Unit vectors about so many directions, with a weight each.
    private static func listening(_ seed: UInt64) -> (vectors: [[Float]], weights: [Double]) {
        var random = Xoshiro256(seed: seed)
        let directions = (0..<(1 + random.integer(below: 6))).map { _ in (0..<8).map { _ in random.uniform() - 0.5 } }
        let vectors = (0..<(1 + random.integer(below: 80))).map { _ -> [Float] in
            let direction = directions[random.integer(below: directions.count)]
            let vector = direction.map { Float($0 + 0.2 * (random.uniform() - 0.5)) }
            let length = TasteContexts.cosine(vector, vector).squareRoot()
            return vector.map { $0 / length }
        }
        return (vectors, vectors.map { _ in 0.1 + random.uniform() })
    }

    @Test func theyAreFewTheHeaviestFirstAndTheirSharesAWhole() {
        for seed in 1...100 as ClosedRange<UInt64> {
            let (vectors, weights) = Self.listening(seed)
            for limit in [1, 3, 5] {
                let contexts = TasteContexts(vectors, weights: weights, limit: limit)
                #expect(contexts.centers.count <= min(limit, max(1, vectors.count / 8)))
                #expect(contexts.centers.count == contexts.shares.count && contexts.assignments.count == vectors.count)
                #expect(abs(contexts.shares.reduce(0, +) - 1) < 1e-9)
                #expect(zip(contexts.shares, contexts.shares.dropFirst()).allSatisfy { $0 >= $1 })
                let lengths = contexts.centers.map { TasteContexts.cosine($0, $0) }
                #expect(lengths.allSatisfy { abs($0 - 1) < 1e-4 }, "\(lengths)")
            }
        }
    }

    @Test func everyTrackIsOfTheContextThatIsNearest() {
        var (of, all) = (0, 0)
        for seed in 1...100 as ClosedRange<UInt64> {
            let (vectors, weights) = Self.listening(seed)
            let contexts = TasteContexts(vectors, weights: weights)
            for (vector, group) in zip(vectors, contexts.assignments) {
                if contexts.context(of: vector) == group { of += 1 }
                all += 1
            }
        }
        // The last round's means may leave one at the border.
        #expect(Double(of) >= 0.999 * Double(all), "\(of) of \(all)")
    }

    @Test func howMuchIsHeardInAllDoesNotMatter() {
        for seed in 1...50 as ClosedRange<UInt64> {
            let (vectors, weights) = Self.listening(seed)
            let one = TasteContexts(vectors, weights: weights)
            let more = TasteContexts(vectors, weights: weights.map { $0 * 4 })
            #expect(one.assignments == more.assignments, "seed \(seed)")
            #expect(zip(one.shares, more.shares).allSatisfy { abs($0 - $1) < 1e-9 })
        }
    }
}

@Suite("Small parts of runs") struct RunPartTests {
    @Test func aLeastShareAndTheMostOfTheOthersMakeAWhole() {
        for total in 0...200 {
            for share in stride(from: 0.0, through: 1, by: 0.05) {
                #expect(
                    Quota.least(share, of: total) + Quota.most(1 - share, of: total) == total, "\(share) of \(total)")
            }
        }
    }

    @Test func reportsOfEarlierVersionsAreRead() throws {
        let old = #"{"name": "A, B", "tracks": 9, "share": 0.5, "excluded": true}"#
        let read = try JSONDecoder().decode(ContextReport.self, from: Data(old.utf8))
        #expect(read == ContextReport(name: "A, B", tracks: 9, share: 0.5, isExcluded: true, taken: 0))
    }

    @Test func aBandHoldsItsEndsAndNothingUnknown() {
        let band = PopularityBand(10, 20, share: 0.5)
        #expect((0...100).filter(band.contains) == Array(10...20) && !band.contains(nil))
    }

    @Test func theStandardListenerIsOneAndAnybodyIsNone() {
        #expect(Listener.isName(Listener.standard) && !Listener.isName(Listener.anybody))
    }
}
