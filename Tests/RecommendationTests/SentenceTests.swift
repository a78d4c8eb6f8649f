import Testing

@testable import Recommendation

@Suite struct SentenceTests {
    @Test func phrasesAreJoinedAndBeginWithACapital() {
        var sentence = Sentence()
        sentence.say("same era (")
        sentence.append("1991")
        sentence.append(")")
        sentence.say("close to ")
        sentence.quote { $0 += "Älg".utf8 }
        #expect(sentence.phrases == 2)
        #expect(String(decoding: sentence.finish(), as: UTF8.self) == "Same era (1991); close to \u{201C}Älg\u{201D}")
    }

    @Test func theArtistIsNamedOnce() {
        var sentence = Sentence()
        sentence.saySameArtist()
        sentence.say("same year (1999)")
        sentence.saySameArtist()
        #expect(sentence.phrases == 2)
        #expect(String(decoding: sentence.finish(), as: UTF8.self) == "Same artist; same year (1999)")
    }

    @Test func nothingSaidIsNoText() { #expect(Sentence().finish().isEmpty) }
}
