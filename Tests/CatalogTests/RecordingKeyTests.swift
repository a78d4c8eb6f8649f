import Catalog
import Testing

@Suite struct RecordingKeyTests {
    @Test(arguments: [
        ("Hey Jude - Remastered 2015", "Hey Jude"), ("Hey Jude (2015 Version)", "Hey Jude"), ("Song [Deluxe]", "Song"),
        ("Song (feat. Somebody)", "Song"), ("Song (from “A Film”)", "Song"), ("Café & Bar", "Cafe and Bar"),
        ("Song - Radio Edit", "song"), ("A.B.C", "abc"),
    ])
    func editionsOfARecordingShareAKey(_ title: String, _ plain: String) {
        #expect(RecordingKey.make(artist: "X", title: title) == RecordingKey.make(artist: "X", title: plain))
    }

    @Test(arguments: [
        ("Song - Loud Luxury Remix", "Song"), ("Song (Live)", "Song"), ("Song (Part 2)", "Song (Part 1)"),
        ("Song (Remix Edit)", "Song"),
    ])
    func otherRecordingsHaveOtherKeys(_ title: String, _ other: String) {
        #expect(RecordingKey.make(artist: "X", title: title) != RecordingKey.make(artist: "X", title: other))
    }

    @Test(arguments: ["Ed Sheeran;Khalid", "Ed Sheeran feat. Khalid", "ED SHEERAN ft. Khalid", "Ed  Sheeran"])
    func theFirstArtistDecides(_ artist: String) {
        #expect(RecordingKey.make(artist: artist, title: "T") == RecordingKey.make(artist: "Ed Sheeran", title: "T"))
    }

    @Test(arguments: [
        ("Somebody Featuring Other", "Somebody"), ("Some FEAT. Other", "Some"), ("Florence Foo Fighters", nil),
        ("Feat. First", nil), ("Band ft Other", nil), ("Motörhead ft. Ünlü", "Motörhead"),
    ])
    func onlyMarksCutAnArtist(_ name: String, _ first: String?) {
        #expect(RecordingKey.firstArtist(name) == first ?? name)
    }

    @Test func titlesInOtherScriptsKeepTheirLetters() {
        #expect(RecordingKey.normalized("Кино") == "кино")
        #expect(
            RecordingKey.make(artist: "Кино", title: "Пачка сигарет")
                != RecordingKey.make(artist: "Кино", title: "Звезда"))
    }

    @Test func withoutArtistOrTitleThereIsNoKey() {
        #expect(RecordingKey.make(artist: nil, title: "T") == nil)
        #expect(RecordingKey.make(artist: "A", title: nil) == nil)
        #expect(RecordingKey.make(artist: " ", title: "T") == nil)
    }

    @Test func aTitleOfMarksOnlyHasNoKey() {
        #expect(RecordingKey.make(artist: "A", title: "(Remastered)") == nil)
        #expect(RecordingKey.make(artist: "A", title: "(unclosed") != nil)
    }

    @Test func hashesOfDifferentKeysDiffer() {
        #expect(RecordingKey.hash("a|b") != RecordingKey.hash("a|c"))
        // FNV-1a of the empty string and of "a", from its definition.
        #expect(RecordingKey.hash("") == 0xcbf2_9ce4_8422_2325)
        #expect(RecordingKey.hash("a") == 0xaf63_dc4c_8601_ec8c)
    }
}
