import Descriptors
import Foundation
import SoundDocument
import SoundSamples
import Testing

struct TimbreTests {
    @Test func aSineHasItsCentroidWhereItIs() throws {
        let timbre = try described(Signal.sine(1_000, seconds: 4)).timbre
        #expect(abs(timbre.centroid.mean - 1_000) < 25)
        #expect(abs(timbre.rolloff.mean - 1_000) < 25)
        #expect(timbre.flatness.mean < 0.01)
    }

    @Test func noiseIsFlatAndWide() throws {
        let timbre = try described(Signal.noise(seconds: 4)).timbre
        #expect(timbre.flatness.mean > 0.4)
        // Half of the band up to 11,025 Hz, and the deviation of a uniform distribution over it.
        #expect(abs(timbre.centroid.mean - 5_512) < 150)
        #expect(abs(timbre.spread.mean - 3_183) < 150)
        #expect(abs(timbre.rolloff.mean - 0.85 * 11_025) < 200)
    }

    @Test(arguments: [200.0, 1_000, 3_000])
    func aSineCrossesZeroTwiceInAPeriod(frequency: Double) throws {
        let timbre = try described(Signal.sine(frequency, seconds: 3)).timbre
        #expect(abs(Double(timbre.zeroCrossings.mean) - 2 * frequency / 22_050) < 0.01 * 2 * frequency / 22_050 + 0.001)
    }

    @Test func levelIsThatOfTheSine() throws {
        let loudness = try described(Signal.sine(500, seconds: 4, amplitude: 0.5)).loudness
        #expect(abs(loudness.rms.mean - 0.5 / Float(2).squareRoot()) < 0.01)
        #expect(abs(loudness.crest - 3.01) < 0.05)
    }

    @Test func loudnessMovesOnlyTheFirstCoefficient() throws {
        let signal = Signal.noise(seconds: 3)
        let (loud, soft) = (try described(signal).timbre, try described(signal.map { $0 / 4 }).timbre)
        // 12.04 dB in each of 128 bands, of which the first coefficient is the sum over the root of their number.
        #expect(abs(loud.mfcc.mean[0] - soft.mfcc.mean[0] - 12.04 * Float(128).squareRoot()) < 0.5)
        for order in 1..<20 { #expect(abs(loud.mfcc.mean[order] - soft.mfcc.mean[order]) < 0.05) }
    }

    @Test func whatStaysTheSameHasNoSlope() throws {
        let (noise, chord) = (Signal.noise(seconds: 1), Signal.chord([220, 330], seconds: 1))
        let steady = try described(Signal.noise(seconds: 6)).timbre
        let changing = try described(noise + chord + noise + chord + noise + chord).timbre
        #expect(steady.mfccDelta[1] < changing.mfccDelta[1] / 4)
    }

    @Test func sustainedAndStruckSoundsAreToldApart() throws {
        let sustained = try described(Signal.chord([220, 277, 330], seconds: 5)).timbre.harmonicRatio
        let struck = try described(Signal.clicks(bpm: 120, seconds: 5)).timbre.harmonicRatio
        #expect(sustained > 10)
        #expect(struck < -3)
    }

    @Test func aSineHasMoreContrastThanNoise() throws {
        let sine = try described(Signal.sine(1_000, seconds: 3)).timbre.contrast.mean[3]
        let noise = try described(Signal.noise(seconds: 3)).timbre.contrast.mean[3]
        #expect(sine > noise + 10)
    }

    @Test func piecesDoNotMatter() throws {
        let signal = Signal.noise(seconds: 2)
        var whole = SpectralAnalysis()
        whole.add(signal)
        let measured = SpectralAnalysis.Measured(integrated: nil, range: nil, truePeak: nil)
        let (atOnce, inPieces) = (try whole.finish(with: measured), try described(signal))
        #expect(atOnce == inPieces)
    }

    @Test func longSoundsAreCutWithoutASeam() throws {
        // Long enough for what no frame needs any more to be forgotten on the way.
        let statistics = try described(Signal.sine(440, seconds: 40)).timbre
        #expect(statistics.centroid.deviation < 60)
    }
}
