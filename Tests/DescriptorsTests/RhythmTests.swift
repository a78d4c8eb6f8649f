import Descriptors
import SoundDocument
import SoundSamples
import Testing

struct RhythmTests {
    @Test(arguments: [70.0, 96, 120, 150, 174])
    func clicksHaveTheirTempoUpToAnOctave(bpm: Double) throws {
        let tempo = try #require(try described(Signal.clicks(bpm: bpm, seconds: 20)).rhythm.tempo)
        let ratio = Double(tempo.bpm) / bpm
        #expect([0.5, 1, 2].contains { abs(ratio / $0 - 1) < 0.03 }, "\(tempo.bpm) for \(bpm)")
        #expect(tempo.confidence > 0.4)
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
