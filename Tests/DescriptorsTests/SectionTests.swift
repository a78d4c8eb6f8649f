import Descriptors
import SoundDocument
import SoundSamples
import Testing

struct SectionTests {
    @Test func aChangeOfSoundBeginsASection() throws {
        let signal = Signal.chord([220, 277, 330], seconds: 30) + Signal.noise(seconds: 30, amplitude: 0.1)
        let sections = try described(signal).sections
        #expect(sections.contains { abs($0.start - 30) <= 2 })
        #expect(sections.reduce(0) { $0 + $1.duration } == 60)
        #expect(sections.first?.start == 0)
    }

    @Test func aReturnOfTheFirstPartIsLikeIt() throws {
        let theme = Signal.chord([220, 277, 330], seconds: 25)
        let sections = try described(theme + Signal.noise(seconds: 25, amplitude: 0.1) + theme).sections
        let first = try #require(sections.first?.likeness)
        #expect(first > 0.8)
    }

    @Test func aShortSoundIsOneSection() throws {
        let sections = try described(Signal.sine(440, seconds: 2)).sections
        #expect(sections.count == 1)
        #expect(sections[0].likeness == nil)
        #expect(abs(sections[0].level + 9) < 1)
    }
}
