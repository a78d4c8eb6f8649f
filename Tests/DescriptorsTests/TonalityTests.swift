import Descriptors
import Foundation
import SoundDocument
import SoundSamples
import Testing

struct TonalityTests {
    /// I-IV-V-I on a tonic, as chords of a second each.
    private func cadence(_ tonic: Int, _ third: Int) -> [Float] {
        [0, 5, 7, 0].flatMap { degree in
            let root = tonic + degree
            let step = degree == 7 ? 4 : third
            return Signal.chord([root, root + step, root + 7].map(Signal.pitch), seconds: 1.5)
        }
    }

    @Test(arguments: [0, 2, 5, 9, 11])
    func aMajorCadenceHasItsKey(pitchClass: Int) throws {
        let key = try #require(try described(cadence(60 + pitchClass, 4)).tonality.key)
        #expect(key.pitchClass == pitchClass)
        #expect(key.mode == 1)
        #expect((0...1).contains(key.confidence))
    }

    @Test(arguments: [0, 4, 9])
    func aMinorCadenceHasItsKey(pitchClass: Int) throws {
        let key = try #require(try described(cadence(60 + pitchClass, 3)).tonality.key)
        #expect(key.pitchClass == pitchClass)
        #expect(key.mode == 0)
    }

    @Test func theStrongestPitchClassIsTheTone() throws {
        let chroma = try described(Signal.sine(440, seconds: 4)).tonality.chroma
        #expect(chroma.mean.indices.max { chroma.mean[$0] < chroma.mean[$1] } == 9)
        #expect(chroma.mean.count == 12 && chroma.deviation.count == 12)
    }

    @Test(arguments: [-30.0, 0, 25])
    func tuningIsFoundInCents(cents: Double) throws {
        let frequencies = [57, 60, 64, 69].map { Signal.pitch($0) * pow(2, cents / 1_200) }
        let tuning = try described(Signal.chord(frequencies, seconds: 5)).tonality.tuning
        #expect(abs(Double(tuning) - cents) < 6)
    }

}
