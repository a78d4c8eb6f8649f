import Foundation
import SoundSamples
import Testing

@testable import Descriptors

struct MiddleValuesTests {
    private func rows(_ count: Int) -> [SIMD16<Float>] {
        let noise = Signal.noise(seconds: 1)
        return (0..<count).map { row in SIMD16(noise[row * 16..<row * 16 + 16]) }
    }

    @Test(arguments: [(31, 1), (7, 1), (28, 4), (30, 2), (3, 1)])
    func theyAreThoseOfSorting(count: Int, middle: Int) {
        let rows = rows(count)
        var values = MiddleValues()
        values.keep(middle, of: count) { rows[$0] }
        for lane in 0..<16 {
            let sorted = rows.map { $0[lane] }.sorted()
            let expected = sorted[(count - middle) / 2..<(count + middle) / 2]
            #expect((0..<middle).map { values[$0][lane] }.sorted() == Array(expected))
        }
    }

    @Test func equalValuesAreNoTrouble() {
        var values = MiddleValues()
        values.keep(1, of: 31) { SIMD16(repeating: Float($0 / 16)) }
        #expect(values[0] == SIMD16(repeating: 0))
    }
}

struct HarmonicShareTests {
    /// The definition, bin by bin and slowly.
    private func ratio(of frames: [[Float]]) -> Double {
        var (harmonic, percussive) = (0.0, 0.0)
        for seen in stride(from: 32, through: frames.count, by: 4) {
            let middle = frames[seen - 16]
            for bin in 0..<1_024 {
                let along = median(frames[seen - 31..<seen].map { $0[bin] })
                let across = median((bin - 15...bin + 15).map { middle[Self.mirrored($0)] })
                let (h, p) = (along * along, across * across)
                let magnitude = Double(middle[bin])
                let (kept, rest) = (h / (h + p) * magnitude, p / (h + p) * magnitude)
                harmonic += kept * kept
                percussive += rest * rest
            }
        }
        return 10 * log10(harmonic / percussive)
    }

    private func median(_ values: [Float]) -> Double { Double(values.sorted()[values.count / 2]) }

    private static func mirrored(_ bin: Int) -> Int { bin < 0 ? -bin - 1 : bin >= 1_024 ? 2_047 - bin : bin }

    @Test func itIsTheRatioThatItsFormulaGives() {
        let noise = Signal.noise(seconds: 3)
        var frames: [[Float]] = []
        for frame in 0..<44 {
            frames.append(
                (0..<1_025).map { bin in
                    let loud: Float = (bin % 40 == 0 ? 8 : 1) * (frame % 16 == 0 ? 4 : 1)
                    return abs(noise[frame * 1_025 + bin]) * loud
                })
        }
        var share = HarmonicShare()
        for frame in frames { share.add(frame) }
        #expect(abs(Double(share.ratio) - ratio(of: frames)) < 0.01)
    }

    @Test func fewFramesAndSilenceHaveNoRatio() {
        var share = HarmonicShare()
        #expect(share.ratio == 0)
        for _ in 0..<40 { share.add([Float](repeating: 0, count: 1_025)) }
        #expect(share.ratio == 0)
    }
}
