import Foundation
import Testing

@testable import Signing

private func bytes(_ hexadecimal: String) -> [UInt8] {
    stride(from: 0, to: hexadecimal.count, by: 2).compactMap { offset in
        UInt8(hexadecimal.dropFirst(offset).prefix(2), radix: 16)
    }
}

@Suite struct AuthenticatedEncryptionTests {
    /// D. McGrew, J. Viega, "The Galois/Counter Mode of Operation", appendix B, test cases 13 to 16.
    private static let vectors: [(key: String, nonce: String, text: String, associated: String, sealed: String)] = [
        (
            String(repeating: "00", count: 32), String(repeating: "00", count: 12), "", "",
            "530f8afbc74536b9a963b4f1c4cb738b"
        ),
        (
            String(repeating: "00", count: 32), String(repeating: "00", count: 12), String(repeating: "00", count: 16),
            "", "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"
        ),
        (
            "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5"
                + "aa0de657ba637b391aafd255", "",
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e63"
                + "93ba7a0abcc9f662898015adb094dac5d93471bdec1a502270e3cc6c"
        ),
        (
            "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5"
                + "aa0de657ba637b39", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e63"
                + "93ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b"
        ),
    ]

    @Test(arguments: 0..<4) func publishedVectorsAreMet(_ number: Int) throws {
        let vector = Self.vectors[number]
        let (key, nonce, associated) = (bytes(vector.key), bytes(vector.nonce), bytes(vector.associated))
        let sealed = try AuthenticatedEncryption.seal(
            bytes(vector.text), key: key, nonce: nonce, associated: associated)
        #expect(sealed == bytes(vector.sealed))
        let opened = try AuthenticatedEncryption.open(sealed, key: key, nonce: nonce, associated: associated)
        #expect(opened == bytes(vector.text))
    }

    @Test func everyFlippedBitShows() throws {
        let (key, nonce) = ([UInt8](repeating: 7, count: 32), [UInt8](repeating: 9, count: 12))
        let sealed = try AuthenticatedEncryption.seal(Array("token".utf8), key: key, nonce: nonce, associated: [1])
        for bit in 0..<sealed.count * 8 {
            var changed = sealed
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(try AuthenticatedEncryption.open(changed, key: key, nonce: nonce, associated: [1]) == nil)
        }
        for length in 0..<sealed.count {
            let cut = Array(sealed.prefix(length))
            #expect(try AuthenticatedEncryption.open(cut, key: key, nonce: nonce, associated: [1]) == nil)
        }
        #expect(try AuthenticatedEncryption.open(sealed, key: key, nonce: nonce, associated: [2]) == nil)
    }
}

@Suite struct SecretBoxTests {
    private let old = "old:" + Data(repeating: 1, count: 32).base64EncodedString()
    private let new = "new:" + Data(repeating: 2, count: 32).base64EncodedString()

    private func box(_ text: String) throws -> SecretBox { SecretBox(keys: try SecretKeyRing(parsing: text)) }

    @Test(arguments: ["", "AQDx-long_token", "Ünïcödé \u{0} 𝄞", String(repeating: "x", count: 5_000)])
    func whatIsSealedOpens(_ text: String) throws {
        let box = try box(old)
        let sealed = try box.seal(text, for: "accounts/a")
        let read = try #require(SealedSecret(text: sealed.text))
        #expect(read == sealed)
        #expect(try box.open(read, for: "accounts/a") == text)
        #expect(text.isEmpty || !sealed.text.contains(text))
    }

    @Test func noTwoSealsAreAlike() throws {
        let box = try box(old)
        let seals = try (0..<100).map { _ in try box.seal("same", for: "p").text }
        #expect(Set(seals).count == 100)
    }

    @Test func aSecretOpensInItsOwnPlaceAlone() throws {
        let box = try box(old)
        let sealed = try box.seal("t", for: "accounts/spotify/alice/refresh_token")
        let other = "accounts/spotify/bob/refresh_token"
        #expect(throws: SecretBoxError.damaged(place: other)) { try box.open(sealed, for: other) }
    }

    @Test func theFirstKeySealsAndAllOpen() throws {
        let sealed = try box(old).seal("t", for: "p")
        #expect(sealed.keyID == "old")
        let both = try box("\(new),\(old)")
        #expect(try both.open(sealed, for: "p") == "t")
        #expect(try both.seal("t", for: "p").keyID == "new")
        #expect(throws: SecretBoxError.unknownKey("old")) { try box(new).open(sealed, for: "p") }
    }

    @Test func anotherKeyOfTheSameNameDoesNotOpen() throws {
        let sealed = try box(old).seal("t", for: "p")
        let impostor = "old:" + Data(repeating: 3, count: 32).base64EncodedString()
        #expect(throws: SecretBoxError.damaged(place: "p")) { try box(impostor).open(sealed, for: "p") }
    }

    @Test(arguments: ["", "x", "k:", "k:AAAA", "k k:\(String(repeating: "A", count: 60))", ":AAAA"])
    func whatIsNoSealedSecretIsNotRead(_ text: String) { #expect(SealedSecret(text: text) == nil) }

    @Test(arguments: [
        ("", "there is no key"), ("abc", "key 1 has no colon"), ("a:AAAA", "the key a has 3 bytes, not 32"),
        ("a:&&", "what follows a: is not base 64"), ("a b:AA", "the name of key 1"),
        ("k:\(Data(repeating: 5, count: 33).base64EncodedString())", "33 bytes"),
    ])
    func badKeysAreNamedAndNotShown(_ text: String, _ reason: String) {
        let error = #expect(throws: SecretKeyError.self) { try SecretKeyRing(parsing: text) }
        #expect(error?.description.contains(reason) == true)
    }

    @Test func twoKeysOfOneNameAreRefused() {
        #expect(throws: SecretKeyError("two keys are named old")) { try SecretKeyRing(parsing: "\(old),\(old)") }
    }

    @Test func aRingShowsItsNamesOnly() throws {
        let ring = try SecretKeyRing(parsing: "\(new), \(old)\n")
        var dumped = ""
        dump(ring, to: &dumped)
        for text in ["\(ring)", String(reflecting: ring), dumped] {
            #expect(text.contains("new") && text.contains("old"))
            #expect(!text.contains("AgIC") && !text.contains("[2, 2"))
        }
    }
}
