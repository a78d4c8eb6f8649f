import Catalog
import Foundation
import Testing

@testable import Evaluation

@Suite("Measures of a list") struct MeasureTests {
    private let catalog: EvaluationCatalog
    private let measures: RankingMeasures

    init() {
        let tracks = (1...200).map { track(Int64($0), energy: Float($0 % 10) / 10) }
        catalog = EvaluationCatalog(tracks: tracks, playlists: [])
        measures = RankingMeasures(items: catalog.items, sound: SoundTable(catalog))
    }

    private func score(_ metric: Metric, _ list: [Int32], _ targets: [Int32]) -> Double {
        measures.scores(of: list, targets: targets)[Metric.allCases.firstIndex(of: metric) ?? 0]
    }

    @Test func aPerfectListScoresOne() {
        let targets = (0..<10).map(Int32.init)
        for metric in [Metric.rPrecision, .ndcg, .recall, .hit, .artistRPrecision] {
            #expect(abs(score(metric, targets, targets) - 1) < 1e-12)
        }
        #expect(score(.clicks, targets, targets) == 0)
    }

    @Test func anEmptyListScoresNothing() {
        #expect(score(.ndcg, [], [1, 2]) == 0)
        #expect(score(.recall, [], [1, 2]) == 0)
        #expect(score(.clicks, [], [1, 2]) == 10)
        #expect(score(.distance, [], [1, 2]).isNaN)
    }

    @Test func gainsFollowTheRank() {
        // Hits at ranks 2 and 4 of 3 targets.
        let list: [Int32] = [50, 1, 51, 2, 52]
        let ideal = 1 + 1 / log2(3.0) + 0.5
        #expect(abs(score(.ndcg, list, [1, 2, 3]) - (1 / log2(3.0) + 1 / log2(5.0)) / ideal) < 1e-12)
        #expect(abs(score(.rPrecision, list, [1, 2, 3]) - 1 / 3.0) < 1e-12)
        #expect(abs(score(.recall, list, [1, 2, 3]) - 2 / 3.0) < 1e-12)
    }

    @Test func aHundredTargetsAreTheMost() {
        let targets = (0..<150).map(Int32.init)
        #expect(score(.recall, Array(targets.prefix(100)), targets) == 1)
        #expect(abs(score(.ndcg, Array(targets.prefix(100)), targets) - 1) < 1e-12)
    }

    @Test(arguments: [(0, 0.0), (9, 0), (10, 1), (25, 2), (99, 9), (120, 10)])
    func clicksCountTens(_ rank: Int, _ clicks: Double) {
        let list = (0..<150).map { $0 == rank ? Int32(199) : Int32($0) }
        #expect(score(.clicks, list, [199]) == clicks)
        #expect(score(.hit, list, [199]) == (rank < 10 ? 1 : 0))
    }

    @Test func equalSoundHasNoDistance() throws {
        let same = catalog.eligible.filter { catalog.representative(of: $0).features[.energy] == 0.5 }
        #expect(abs(score(.distance, Array(same.prefix(5)), [0])) < 1e-6)
        let other = try #require(catalog.eligible.first { catalog.representative(of: $0).features[.energy] == 0 })
        // One feature alone: its sign is all that differs.
        #expect(abs(score(.distance, [other, same[0]], [0]) - 2) < 1e-6)
    }

    @Test func artistsCountOnce() {
        let list = catalog.eligible.filter { catalog.items.artists[Int($0)] == catalog.items.artists[0] }
        #expect(score(.artists, list, [0]) == 1)
        #expect(score(.artistRPrecision, list, list) == 1)
    }

    @Test func theGiniCoefficientIsThatOfTheTextbook() {
        #expect(Exposure.gini([1, 1, 1, 1]) == 0)
        #expect(abs(Exposure.gini([0, 0, 0, 10]) - 0.75) < 1e-12)
        #expect(abs(Exposure.gini([1, 2, 3, 4]) - 0.25) < 1e-12)
        #expect(Exposure.gini([]) == 0)
    }

    @Test func exposureCountsDistinctItems() {
        #expect(Exposure(of: [[1, 2, 3], [3, 4]], items: catalog.items).distinctItems == 4)
    }

    @Test func aConstantFeatureSaysNothing() {
        let flat = EvaluationCatalog(tracks: (1...5).map { track(Int64($0), energy: 0.3) }, playlists: [])
        #expect(SoundTable(flat).rows.allSatisfy { $0 == 0 })
    }
}

@Suite("Bootstrap intervals") struct BootstrapTests {
    @Test func theIntervalHoldsTheMeanAndNarrowsWithMore() throws {
        var generator = Xoshiro256(seed: 5)
        let values = (0..<400).map { _ in 3 + generator.normal() }
        let all = try #require(Bootstrap(labels: values.map { _ in "" }).estimate(values))
        #expect(all.low < all.mean && all.mean < all.high)
        // The standard error is 1/20, so the interval is about 0.2 wide.
        #expect(abs(all.high - all.low - 0.196) < 0.05)
        let few = try #require(Bootstrap(labels: (0..<40).map { _ in "" }).estimate(Array(values.prefix(40))))
        #expect(few.high - few.low > 2 * (all.high - all.low))
    }

    @Test func itIsTheSameEveryTime() {
        let values = (0..<50).map(Double.init)
        let bootstrap = Bootstrap(labels: values.map { _ in "" })
        #expect(bootstrap.estimate(values) == bootstrap.estimate(values))
    }

    @Test func dataSetsCountEqually() {
        let labels = ["a", "a", "a", "b"]
        #expect(Bootstrap(labels: labels).estimate([0, 0, 0, 1])?.mean == 0.5)
        #expect(Bootstrap(labels: labels.map { _ in "" }).estimate([0, 0, 0, 1])?.mean == 0.25)
    }

    @Test func pairsCancelWhatTheyShare() throws {
        var generator = Xoshiro256(seed: 6)
        let hard = (0..<100).map { _ in 10 * generator.normal() }
        let difference = try #require(Bootstrap(labels: hard.map { _ in "" }).difference(hard.map { $0 + 1 }, hard))
        #expect(abs(difference.low - 1) < 1e-9 && abs(difference.high - 1) < 1e-9)
    }

    @Test func nothingHasNoMean() {
        #expect(Bootstrap(labels: []).estimate([]) == nil)
        #expect(Bootstrap(labels: ["", ""]).estimate([.nan, .nan]) == nil)
        #expect(Bootstrap(labels: ["", ""]).estimate([.nan, 2])?.mean == 2)
    }
}

@Suite("Overlap of rankings") struct RankOverlapTests {
    @Test func equalRankingsOverlapWhollyAndStrangersNotAtAll() {
        #expect(abs(RankOverlap.biased(Array(0..<50), Array(0..<50)) - 1) < 1e-12)
        #expect(RankOverlap.biased(Array(0..<50), Array(50..<100)) == 0)
        #expect(RankOverlap.biased([Int](), []) == 1)
        #expect(RankOverlap.biased([1], []) == 0)
    }

    @Test func theTopCountsMost() {
        let original = Array(0..<20)
        var top = original
        top[0] = 99
        var bottom = original
        bottom[19] = 99
        #expect(RankOverlap.biased(original, top) < RankOverlap.biased(original, bottom))
    }

    @Test func itIsTheExtrapolatedFormula() {
        // Agreements 0, 1 at depths 1, 2 with p = 0.9: (1 - p)/p (0 p + 1 p^2) + 1 p^2.
        #expect(abs(RankOverlap.biased([1, 2], [2, 1]) - (0.1 / 0.9 * 0.81 + 0.81)) < 1e-12)
    }

    @Test func overlapIsAShare() {
        #expect(RankOverlap.overlap([1, 2, 3, 4], [4, 3, 9, 8], depth: 4) == 0.5)
        #expect(RankOverlap.overlap([1, 2], [1, 2], depth: 20) == 1)
        #expect(RankOverlap.overlap([1, 2], [Int](), depth: 20) == 0)
    }
}
