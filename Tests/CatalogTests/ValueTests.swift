import Catalog
import Testing

@Suite struct ReleaseDateTests {
    @Test(arguments: ["1999", "1999-07", "1999-07-31", "2000-02-29"])
    func whatIsKnownReadsBack(_ text: String) throws {
        #expect(try #require(ReleaseDate(text)).description == text)
    }

    @Test(arguments: [
        "", "99", "0000", "1999-13", "1999-00-01", "1900-02-29", "1999-04-31", "1999-1-1", "1999-07-31T00:00", "19x9",
        "-999", "1999-", "1999-07-31-01", "1999-+7", "1999-07-+1", "1999/07", "+999",
    ])
    func otherTextsAreNoDates(_ text: String) {
        #expect(ReleaseDate(text) == nil)
    }
}

@Suite struct ExternalIDTests {
    @Test func namesAreToldApartByTheirBytesAsTheCatalogDoes() {
        let (composed, decomposed) = ("/m/\u{e9}.ogg", "/m/e\u{301}.ogg")
        let ids = [composed, decomposed, composed].map { ExternalID(namespace: "file", value: $0) }
        #expect(composed == decomposed, "as strings they are one")
        #expect(ids[0] != ids[1] && ids[0] == ids[2] && Set(ids).count == 2)
    }
}

@Suite struct AudioFeaturesTests {
    @Test func namesReadBack() {
        for feature in AudioFeature.allCases { #expect(AudioFeature(name: feature.name) == feature) }
        #expect(AudioFeature(name: "Energy") == nil)
        #expect(AudioFeature(name: "duration_ms") == .duration)
    }

    @Test func whatIsNotSetIsMissing() {
        var features = AudioFeatures()
        #expect(features.isEmpty)
        features[.energy] = 0.5
        features[.tempo] = .nan
        #expect(features[.energy] == 0.5)
        #expect(features[.tempo] == nil)
        features[.energy] = nil
        #expect(features.isEmpty)
    }

    @Test func equalFeaturesAreEqualAlthoughMissingOnesAreNotNumbers() {
        var one = AudioFeatures()
        one[.key] = 3
        var other = AudioFeatures()
        #expect(one != other)
        other[.key] = 3
        #expect(one == other)
        #expect(one.hashValue == other.hashValue)
    }

    @Test func undetectedValuesAreKnownAsSuch() {
        #expect(AudioFeature.key.isUndetected(-1))
        #expect(AudioFeature.tempo.isUndetected(0))
        #expect(!AudioFeature.energy.isUndetected(0))
    }
}

@Suite struct TextFoldingTests {
    @Test(arguments: [("Beyoncé", "beyonce"), ("BEYONCE", "beyonce"), ("Ünü", "unu"), ("Кино", "кино")])
    func caseAndAccentsDoNotCount(_ text: String, _ folded: String) {
        #expect(TextFolding.folded(text) == folded)
    }
}
