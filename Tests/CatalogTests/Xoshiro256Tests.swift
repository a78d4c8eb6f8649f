import Testing

@testable import Catalog

@Suite struct Xoshiro256Tests {
    /// The authors' reference implementations in C, run with the same seed and state.
    @Test func sequencesAreTheReferenceOnes() {
        var filler = SplitMix64(seed: 1_234_567)
        #expect(
            (0..<4).map { _ in filler.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
                4_593_380_528_125_082_431,
            ])
        var random = Xoshiro256(state: (1, 2, 3, 4))
        #expect(
            (0..<6).map { _ in random.next() } == [
                11_520, 0, 1_509_978_240, 1_215_971_899_390_074_240, 1_216_172_134_540_287_360, 607_988_272_756_665_600,
            ])
    }

    @Test func theSeedAloneDecides() {
        var one = Xoshiro256(seed: 7)
        var same = Xoshiro256(seed: 7)
        var other = Xoshiro256(seed: 8)
        #expect(one == same)
        let first = (0..<100).map { _ in one.next() }
        #expect(first == (0..<100).map { _ in same.next() })
        #expect(first != (0..<100).map { _ in other.next() })
    }

    @Test func uniformNumbersFillTheUnitInterval() {
        var random = Xoshiro256(seed: 1)
        let numbers = (0..<20_000).map { _ in random.uniform() }
        #expect(numbers.allSatisfy { (0..<1).contains($0) })
        #expect(abs(numbers.reduce(0, +) / 20_000 - 0.5) < 0.01)
    }

    @Test func wholeNumbersBelowABoundAreEquallyLikely() {
        var random = Xoshiro256(seed: 2)
        var counts = [Int](repeating: 0, count: 7)
        for _ in 0..<70_000 { counts[random.integer(below: 7)] += 1 }
        #expect(counts.allSatisfy { abs($0 - 10_000) < 500 })
        #expect(random.integer(below: 1) == 0)
    }

    @Test func normalNumbersHaveMeanZeroAndDeviationOne() {
        var random = Xoshiro256(seed: 3)
        let numbers = (0..<50_000).map { _ in random.normal() }
        #expect(numbers.allSatisfy { $0.isFinite })
        #expect(abs(numbers.reduce(0, +) / 50_000) < 0.02)
        #expect(abs(numbers.reduce(0) { $0 + $1 * $1 } / 50_000 - 1) < 0.03)
    }

    @Test func chancesHaveTheirProbability() {
        var random = Xoshiro256(seed: 4)
        let hits = (0..<20_000).filter { _ in random.chance(0.3) }.count
        #expect(abs(Double(hits) / 20_000 - 0.3) < 0.015)
    }
}
