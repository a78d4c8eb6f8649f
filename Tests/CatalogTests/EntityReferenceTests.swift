import Catalog
import Testing

@Suite struct EntityReferenceTests {
    static let id = "0000QuApNltQzqS5ROXcQ7"

    @Test(arguments: [
        "https://open.spotify.com/track/\(id)", "https://open.spotify.com/track/\(id)?si=abc123",
        "https://open.spotify.com/intl-de/track/\(id)", "https://open.spotify.com/intl-pt-BR/track/\(id)#top",
        "spotify:track:\(id)", id,
    ])
    func everyFormOfATrackNamesTheSameTrack(_ text: String) throws {
        let reference = try EntityReference(parsing: text)
        #expect(reference == EntityReference(kind: .track, id: .spotify(Self.id)))
    }

    @Test(arguments: EntityReference.Kind.allCases.filter { $0 != .tag })
    func linksAndURIsNameEveryKind(_ kind: EntityReference.Kind) throws {
        let link = try EntityReference(parsing: "https://open.spotify.com/\(kind.rawValue)/\(Self.id)")
        let uri = try EntityReference(parsing: "spotify:\(kind.rawValue):\(Self.id)")
        #expect(link == uri)
        #expect(link.kind == kind)
    }

    @Test(arguments: [
        "", " ", "abc", "\(id)x", String(id.dropLast()), "spotify:track:\(id)x", "spotify:track:",
        "spotify:episode:\(id)",
        "spotify:\(id)", "http://open.spotify.com/track/\(id)", "https://open.spotify.com.evil.example/track/\(id)",
        "https://evil.example/open.spotify.com/track/\(id)", "https://open.spotify.com@evil.example/track/\(id)",
        "https://user:pw@open.spotify.com/track/\(id)", "https://open.spotify.com:8443/track/\(id)",
        "https://OPEN.SPOTIFY.COM/track/\(id)", "https://open.spotify.com/track/\(id)/extra",
        "https://open.spotify.com/track//\(id)", "https://open.spotify.com/intl-/track/\(id)",
        "https://open.spotify.com/user/\(id)", "https://open.spotify.com/track/../track/\(id)", "ftp://x", ":x",
        "UPPER:x", "isrc:USRC1760783", "isrc:1SRC17607839", "mbid:",
        "https://open.spotify.com/track/%30\(id.dropFirst())",
        "spotify:track:\(id)\n", "a\u{0}b:c", "tag:", "tag:  ", "tag:a\u{0}", "spotify:tag:\(id)",
        "https://open.spotify.com/tag/\(id)", "tag:" + String(repeating: "ä", count: 101),
    ])
    func anythingElseIsRefused(_ text: String) {
        #expect(throws: ReferenceError.self) { try EntityReference(parsing: text) }
    }

    @Test(arguments: ["/music/line\nbreak.ogg", "/a\t\u{7f}://b:c", "/track:x", "/ "])
    func aPathMayHoldEveryCharacter(_ path: String) throws {
        let reference = try EntityReference(parsing: "file:" + path)
        #expect(reference.id == ExternalID(namespace: "file", value: path) && reference.kind == .track)
        #expect(throws: ReferenceError.self) { try EntityReference(parsing: "file:" + path + "\u{0}") }
    }

    @Test func aTextOfAnyLengthIsRefusedInOneLook() {
        #expect(throws: ReferenceError.self) { try EntityReference(parsing: String(repeating: "a", count: 5_000_000)) }
    }

    @Test func theRefusalOfALongIDSaysHowLongItIs() throws {
        let error = #expect(throws: ReferenceError.self) { try EntityReference(parsing: Self.id + "x") }
        #expect(try #require(error).description.contains("23"))
    }

    @Test(arguments: [
        ("\(id)\0", "U+0000 in place 23"), ("spotify:track:\(id)\n", "U+000A in place 37"), ("a\u{85}", "U+0085"),
    ])
    func aControlCharacterIsNamedWithItsPlace(_ text: String, _ words: String) throws {
        let error = #expect(throws: ReferenceError.self) { try EntityReference(parsing: text) }
        #expect(try #require(error).description.contains("control character \(words)"))
    }

    @Test(arguments: ["spotify:track:", "https://open.spotify.com/album/", ""])
    func anIDOfTheRightLengthIsNotToldThatItsLengthIsWrong(_ prefix: String) throws {
        for id in [Self.id.dropLast() + "_", Self.id.dropLast() + "\u{200D}"] {
            let error = #expect(throws: ReferenceError.self) { try EntityReference(parsing: prefix + id) }
            let description = try #require(error).description
            #expect(!description.contains("this one has 22") && !description.contains("22 characters long"))
            #expect(description.contains("other"), "\(description)")
        }
    }

    @Test func whereOnlySomeFormsAreOfUseOnlyTheseAreProposed() throws {
        for text in ["", "nonsense", "https://example.org/x"] {
            let error = #expect(throws: ReferenceError.self) { try EntityReference(parsing: text, proposing: "a link") }
            let description = try #require(error).description
            #expect(description.hasSuffix("give a link"), "\(description)")
        }
    }

    @Test(arguments: [("isrc:", "isrc:USRC17607839"), ("mbid:", "mbid:"), ("tag:", "tag:")])
    func anIDWithoutItsValueIsToldWhatIsMissing(_ text: String, _ words: String) throws {
        let error = #expect(throws: ReferenceError.self) { try EntityReference(parsing: text) }
        let description = try #require(error).description
        #expect(description.contains("nothing stands after \(text)") && description.contains(words))
    }

    @Test(arguments: [("isrc:us-rc1-76-07839", "USRC17607839"), ("isrc:USRC17607839", "USRC17607839")])
    func recordingCodesAreMadeCanonical(_ text: String, _ code: String) throws {
        #expect(try EntityReference(parsing: text).id == .isrc(code))
    }

    @Test(arguments: [
        "spotify:playlist:\(id)", "mbid:0dad432b-16cc-4bf0-8961-fd31d124b01b", "demo:playlist:12",
        "file:/music/a b:c.ogg",
        "segue:12", "segue:artist:12", "tag:Dream Pop", "tag:a:b",
    ])
    func aReferenceReadsItsOwnDescription(_ text: String) throws {
        let reference = try EntityReference(parsing: text)
        #expect(try EntityReference(parsing: reference.description) == reference)
    }

    @Test(arguments: [
        ("tag:Shoegaze", "shoegaze"), ("tag: Drum and Bass ", "drum and bass"), ("tag:r&b:neo", "r&b:neo"),
        ("tag:" + String(repeating: "Ä", count: 100), String(repeating: "ä", count: 100)),
    ])
    func tagsNameGenresInLowerCase(_ text: String, _ name: String) throws {
        let reference = try EntityReference(parsing: text)
        #expect(reference == .tag(name))
        #expect(reference.kind == .tag)
        #expect(reference.id.value == name)
        #expect(reference.description == "tag:\(name)")
    }

    @Test func aTagOfAnotherNamespaceIsATrack() throws {
        let reference = try EntityReference(parsing: "file:tag:x")
        #expect(reference == EntityReference(kind: .track, id: ExternalID(namespace: "file", value: "tag:x")))
    }
}
