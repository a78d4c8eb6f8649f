import Descriptors
import Foundation
import SoundDocument
import SoundSamples
import Testing

struct RhythmTests {
    @Test(arguments: [70.0, 96, 120, 150, 174])
    func clicksHaveTheirTempoUpToAnOctave(bpm: Double) throws {
        let tempo = try #require(try described(Signal.clicks(bpm: bpm, seconds: 20)).rhythm.tempo)
        let ratio = Double(tempo.bpm) / bpm
        #expect([0.5, 1, 2].contains { abs(ratio / $0 - 1) < 0.03 }, "\(tempo.bpm) for \(bpm)")
        #expect(tempo.confidence > 0.6)
        #expect((30..<320).contains(tempo.bpm))
    }

    @Test(arguments: [5.0, 10, 30], [1, 2, 3, 4] as [UInt64])
    func noiseHasNoTempoWorthTheName(seconds: Double, seed: UInt64) throws {
        for amplitude: Float in [0.3, 0.0001] {
            let noise = Signal.noise(seconds: seconds, amplitude: amplitude, seed: seed)
            let confidence = try described(noise).rhythm.tempo?.confidence ?? 0
            #expect(confidence < 0.15, "\(confidence)")
        }
    }

    @Test(arguments: 1...4)
    func syllablesOfNoiseHaveNoTempoWorthTheName(seed: Int) throws {
        var signal = Signal.noise(seconds: 30, seed: UInt64(seed))
        var (start, state) = (0, UInt64(seed))
        while start < signal.count {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            // From 80 to 400 ms, as syllables and the rests between words are.
            let length = 1_764 + Int(state >> 33) % 7_056
            let loud = 0.2 + 0.8 * Float(state >> 40 & 0xff) / 255
            for place in start..<min(signal.count, start + length) {
                signal[place] *= loud * Float(sin(Double.pi * Double(place - start) / Double(length)))
            }
            start += length
        }
        let confidence = try described(signal).rhythm.tempo?.confidence ?? 0
        #expect(confidence < 0.15, "\(confidence)")
    }

    @Test func clicksAtRandomHaveNoTempoWorthTheName() throws {
        var signal = [Float](repeating: 0, count: 30 * 22_050)
        var (start, state) = (4_000, UInt64(9))
        while start + 500 < signal.count {
            for place in start..<start + 441 { signal[place] = place % 2 == 0 ? 0.7 : -0.7 }
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            start += 2_000 + Int(state >> 33) % 18_000
        }
        let confidence = try described(signal).rhythm.tempo?.confidence ?? 0
        #expect(confidence < 0.15, "\(confidence)")
    }

    @Test func aSteadyToneHasNoTempo() throws {
        #expect(try described(Signal.sine(440, seconds: 20)).rhythm.tempo?.confidence ?? 0 < 0.05)
    }

    @Test func alternativesAreOctavesAndThirdsInOrderOfStrength() throws {
        let tempo = try #require(try described(Signal.clicks(bpm: 120, seconds: 20)).rhythm.tempo)
        #expect(tempo.alternatives.map(\.strength) == tempo.alternatives.map(\.strength).sorted(by: >))
        for alternative in tempo.alternatives {
            let ratio = alternative.bpm / tempo.bpm
            #expect([0.5, 2, 1 / 3, 3].contains { abs(ratio - $0) < 0.01 })
            #expect((30...320).contains(alternative.bpm))
        }
    }

    @Test func everyClickIsAnOnset() throws {
        let rhythm = try described(Signal.clicks(bpm: 120, seconds: 30)).rhythm
        #expect(abs(rhythm.onsetRate - 2) < 0.3)
    }

    @Test func regularBeatsAreRegular() throws {
        let regularity = try #require(try described(Signal.clicks(bpm: 120, seconds: 40)).rhythm.beatRegularity)
        #expect(regularity > 0.85)
    }

    @Test func aSteadyToneHasNoOnsetWorthTheName() throws {
        #expect(try described(Signal.sine(440, seconds: 10)).rhythm.onsetRate < 1)
    }
}
