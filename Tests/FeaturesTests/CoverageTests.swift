import Catalog
import Features
import Testing

@Suite struct CoverageTests {
    @Test func bitsAreWhereStoredMasksHaveThem() {
        var coverage = Coverage()
        coverage.insert(.artist)
        coverage.insert(.era)
        coverage.insert(.danceability)
        coverage.insert(.timeSignature)
        #expect(coverage.rawValue == 1 << 1 | 1 << 6 | 1 << 16 | 1 << 28)
    }

    @Test func blockBitsFollowTheOrderOfCases() {
        for (index, block) in Block.allCases.enumerated() {
            var coverage = Coverage()
            coverage.insert(block)
            #expect(coverage.rawValue == 1 << UInt64(index))
            #expect(coverage.blocks == [block])
        }
    }

    @Test func intersectionKeepsWhatBothHave() {
        var (one, other) = (Coverage(), Coverage())
        one.insert(.audio)
        one.insert(.tempo)
        other.insert(.audio)
        other.insert(.key)
        let shared = one.intersection(other)
        #expect(shared.blocks == [.audio])
        #expect(shared.features.isEmpty)
    }
}
