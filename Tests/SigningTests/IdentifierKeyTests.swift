import Foundation
import Signing
import Testing

/// Counts up, so that what a test sees is the same each time.
private struct Counting: RandomNumberGenerator {
    var value: UInt64 = 0x0123_4567_89ab_cdef

    mutating func next() -> UInt64 {
        defer { value &+= 1 }
        return value
    }
}

@Suite("Identifiers that prove where they come from") struct IdentifierKeyTests {
    private let key = IdentifierKey()

    private func identifiers(_ count: Int, for subject: String = "") throws -> [String] {
        var system = SystemRandomNumberGenerator()
        return try (0..<count).map { _ in try key.identifier(for: subject, using: &system) }
    }

    @Test func theyAreUUIDsOfVersionEightAndDiffer() throws {
        let names = try identifiers(1_000)
        #expect(Set(names).count == 1_000)
        for name in names {
            let letters = Array(name)
            #expect(UUID(uuidString: name) != nil && name == name.lowercased() && letters.count == 36)
            #expect(letters[14] == "8" && "89ab".contains(letters[19]), "\(name)")
        }
    }

    @Test func oneThatWasMadeIsKnownWhoeverHoldsTheKey() throws {
        let other = try #require(IdentifierKey(textWithSecret: key.textWithSecret))
        for subject in ["", "default", "anna", "Łukasz 🎧"] {
            for name in try identifiers(50, for: subject) { #expect(try other.made(name, for: subject)) }
        }
    }

    @Test func oneOfAnotherSubjectOrAnotherKeyIsNot() throws {
        let stranger = IdentifierKey()
        for name in try identifiers(200, for: "anna") {
            #expect(try !key.made(name, for: "ann") && !key.made(name, for: "annab") && !key.made(name, for: ""))
            #expect(try !stranger.made(name, for: "anna"))
        }
    }

    @Test func noBitOfItMayChange() throws {
        let name = try #require(try identifiers(1, for: "anna").first)
        let digits = Array("0123456789abcdef")
        for place in name.indices where name[place] != "-" {
            for digit in digits where digit != name[place] {
                var forged = name
                forged.replaceSubrange(place...place, with: String(digit))
                #expect(try !key.made(forged, for: "anna"), "\(forged)")
            }
        }
    }

    @Test func guessesAreNotHit() throws {
        for _ in 0..<20_000 {
            #expect(try !key.made(UUID().uuidString.lowercased(), for: ""))
        }
    }

    @Test(arguments: [
        "", "nonsense", "00000000-0000-4000-8000-000000000000", "00000000-0000-8000-8000-000000000000",
        "000000000000000000000000000000000000", "00000000-0000-8000-8000-00000000000",
        "é0000000-0000-8000-8000-00000000000",
        "00000000-0000-8000-8000-0000000000000", "00000000-0000-8000-8000-00000000000g",
    ])
    func whatIsNoIdentifierWasNotMade(_ text: String) throws {
        #expect(try !key.made(text, for: ""))
    }

    @Test func oneHasOneSpelling() throws {
        for name in try identifiers(20) where name != name.uppercased() {
            #expect(try !key.made(name.uppercased(), for: "") && !key.made(name + " ", for: ""))
        }
    }

    @Test func whatIsRandomInItIsTheCallers() throws {
        var (one, two) = (Counting(), Counting())
        let name = try key.identifier(for: "a", using: &one)
        let again = try key.identifier(for: "a", using: &two)
        #expect(name == again && name.hasPrefix("01234567-89ab-8def-b"), "\(name)")
        let next = try key.identifier(for: "a", using: &one)
        #expect(next != name && next.suffix(12) != name.suffix(12))
    }

    @Test func aKeyReadsBackAndShowsNothing() throws {
        let text = key.textWithSecret
        #expect(text.count == 64 && IdentifierKey(textWithSecret: text)?.textWithSecret == text)
        #expect(IdentifierKey().textWithSecret != text)
        for bad in ["", "00", String(repeating: "g", count: 64), text + "00", text.uppercased() + "x"] {
            #expect(IdentifierKey(textWithSecret: bad) == nil)
        }
        var dumped = ""
        dump(key, to: &dumped)
        for shown in ["\(key)", String(reflecting: key), dumped] { #expect(!shown.contains(text.prefix(8))) }
    }
}
