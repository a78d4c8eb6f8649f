import Foundation
import SoundMeters
import SoundSamples
import Synchronization
import Testing

struct MeterTests {
    /// Case 1 of EBU Tech 3341: a stereo sine of 1 kHz at -23 dBFS measures -23 LUFS.
    @Test func theStandardsSineHasTheStandardsLoudness() throws {
        let sine = Signal.sine(1_000, seconds: 20, rate: 48_000, amplitude: 0.070_79)
        let meter = try LoudnessMeter(channels: 2, sampleRate: 48_000)
        sine.flatMap { [$0, $0] }.withUnsafeBufferPointer { meter.add($0) }
        let (integrated, range) = (meter.integrated, meter.range)
        #expect(abs(try #require(integrated) + 23) < 0.1)
        #expect(abs(try #require(range)) < 0.2)
    }

    @Test func silenceHasNoLoudness() throws {
        let meter = try LoudnessMeter(channels: 1, sampleRate: 44_100)
        [Float](repeating: 0, count: 44_100).withUnsafeBufferPointer { meter.add($0) }
        let integrated = meter.integrated
        #expect(integrated == nil)
    }

    /// A sine of a quarter of the rate, sampled at ±0.707 of its amplitude: case 15 of EBU Tech 3341.
    @Test func aPeakBetweenSamplesIsFound() {
        let signal = (0..<48_000).map { index in
            // Fades in and out: what begins at once rings.
            let fade = min(1, Double(min(index, 47_999 - index)) / 4_800)
            return Float(0.5 * fade * cos(Double.pi * (Double(index) / 2 + 0.25)))
        }
        var meter = TruePeakMeter(channels: 1, sampleRate: 48_000)
        signal.withUnsafeBufferPointer { meter.add($0) }
        #expect(abs((signal.max() ?? 0) - 0.354) < 0.001)
        #expect((0.49...0.51).contains(meter.peak))
    }

    @Test(arguments: [44_100, 96_000, 192_000])
    func whatIsSkippedCouldNotHaveBeenThePeak(rate: Int) {
        let signal = Signal.noise(seconds: 0.2, rate: rate, amplitude: 0.9)
        var whole = TruePeakMeter(channels: 1, sampleRate: rate)
        signal.withUnsafeBufferPointer { whole.add($0) }
        var greatest: Float = 0
        // A meter that has heard nothing yet skips nothing; the ramps keep its beginning and end from ringing.
        for start in stride(from: 0, to: signal.count - 256, by: 64) {
            var meter = TruePeakMeter(channels: 1, sampleRate: rate)
            let piece = (0..<256).map { signal[start + $0] * min(1, Float(min($0, 255 - $0)) / 64) }
            piece.withUnsafeBufferPointer { meter.add($0) }
            greatest = max(greatest, meter.peak)
        }
        #expect(abs(whole.peak - greatest) < 0.02 * greatest)
    }

    @Test func channelsAreMeasuredApartAndPiecesDoNotMatter() {
        let (left, right) = (
            Signal.noise(seconds: 0.2, amplitude: 0.2), Signal.sine(5_000, seconds: 0.2, amplitude: 0.8)
        )
        let frames = zip(left, right).flatMap { [$0, $1] }
        var (whole, pieces) = (
            TruePeakMeter(channels: 2, sampleRate: 22_050), TruePeakMeter(channels: 2, sampleRate: 22_050)
        )
        frames.withUnsafeBufferPointer { whole.add($0) }
        for start in stride(from: 0, to: frames.count, by: 14) {
            frames[start..<min(start + 14, frames.count)].withUnsafeBufferPointer { pieces.add($0) }
        }
        #expect(whole.peak == pieces.peak)
        #expect(abs(whole.peak - 0.8) < 0.05)
    }

    @Test func transformsArePlannedOnManyThreadsAtOnce() {
        let wrong = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: 16) { thread in
            for round in 0..<4_000 {
                let length = 64 + 2 * ((round * 7 + thread * 13) % 400)
                var transform = RealTransform(length: length)
                let found = transform.autocorrelation(of: [1, 1, 1, 1][...], lags: 4)
                let isRight = zip(found, [4, 3, 2, 1] as [Float]).allSatisfy { abs($0 - $1) < 1e-3 }
                if !isRight { wrong.add(1, ordering: .relaxed) }
            }
        }
        #expect(wrong.load(ordering: .relaxed) == 0)
    }

    @Test func powerOfASineStandsInItsBin() {
        var transform = RealTransform(length: 64)
        var power = [Float](repeating: 0, count: transform.bins)
        let signal = Signal.sine(8, seconds: 2, rate: 64, amplitude: 1)
        transform.power(of: signal, from: 64, window: Array(repeating: 1, count: 64), into: &power)
        #expect(abs(power[8] - 1_024) < 0.1)
        #expect(power.enumerated().allSatisfy { $0.offset == 8 || $0.element < 0.01 })
    }

    @Test func autocorrelationIsTheSumOfProducts() {
        var transform = RealTransform(length: 64)
        let signal = Signal.noise(seconds: 1, rate: 40)
        let products = transform.autocorrelation(of: signal[...], lags: 16)
        for lag in 0..<16 {
            let sum = (0..<40 - lag).reduce(Float(0)) { $0 + signal[$1] * signal[$1 + lag] }
            #expect(abs(products[lag] - sum) < 1e-4)
        }
    }

    @Test func aRecordingHasTheFingerprintOfItsCopy() throws {
        let signal = Signal.clicks(bpm: 110, seconds: 15) + Signal.chord([220, 330], seconds: 15)
        let first = try #require(try fingerprint(signal))
        let louder = try #require(try fingerprint(signal.map { $0 * 0.7 }))
        let other = try #require(try fingerprint(Signal.noise(seconds: 30)))
        #expect(first.count == louder.count && first.count > 100)
        #expect(differing(first, louder) < 0.05)
        #expect(differing(first, other) > 0.2)
    }

    @Test func aMomentHasNoFingerprint() throws {
        #expect(try fingerprint(Signal.sine(440, seconds: 0.1)) == nil)
    }

    @Test func beatsOfAnEnvelopeAreFollowed() throws {
        // A peak every 20 frames of 43 a second: 129 beats a minute.
        let envelope = (0..<1_700).map { $0 % 20 == 3 ? Float(5) : 0.1 }
        let reading = try RhythmReading(of: envelope, hop: 512, sampleRate: 22_050)
        #expect(abs(reading.onsets.count - 85) <= 3)
        let gaps = zip(reading.beats, reading.beats.dropFirst()).map { $1 - $0 }.sorted()
        #expect(gaps.count > 30)
        // Twenty frames, or twice as many: beats are known up to an octave.
        let middle = gaps[gaps.count / 2]
        #expect(min(abs(middle - 20), abs(middle - 40)) < 1)
    }

    private func fingerprint(_ signal: [Float]) throws -> [UInt32]? {
        var fingerprinter = try Fingerprinter(sampleRate: 22_050)
        fingerprinter.add(signal[...])
        return fingerprinter.finish()
    }

    private func differing(_ first: [UInt32], _ second: [UInt32]) -> Double {
        let bits = zip(first, second).reduce(0) { $0 + ($1.0 ^ $1.1).nonzeroBitCount }
        return Double(bits) / Double(32 * min(first.count, second.count))
    }
}
