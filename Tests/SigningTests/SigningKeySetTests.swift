import Foundation
import Testing

@testable import Signing

@Suite struct SigningKeySetTests {
    private let secret = [UInt8](repeating: 0xfb, count: 33)
    private var base64: String { Data(secret).base64EncodedString() }

    @Test func theFirstKeySignsAndAllVerify() throws {
        let keys = try SigningKeySet(parsing: "new:\(base64), old:\(base64)\n")
        #expect(keys.signing.id == "new")
        #expect(keys.all.map(\.id) == ["new", "old"])
        #expect(keys["old"]?.secret == secret)
        #expect(keys["other"] == nil)
    }

    @Test func bothAlphabetsAndPaddingsAreRead() throws {
        let short = [UInt8](repeating: 0xfb, count: 32)
        for text in [Data(short).base64EncodedString(), Base64URL.encode(short)] {
            #expect(try SigningKeySet(parsing: "k:\(text)").signing.secret == short)
        }
    }

    @Test func textWithSecretsReadsBack() throws {
        let keys = try SigningKeySet([.random(id: "a"), .random(id: "b")])
        let again = try SigningKeySet(parsing: keys.textWithSecrets)
        #expect(again.all.map(\.secret) == keys.all.map(\.secret))
        #expect(keys.all[0].secret != keys.all[1].secret)
    }

    @Test(arguments: [
        ("", SigningKeyError.none), (" , ", .none), ("abc", .missingColon(position: 1)), (":AAAA", .invalidName),
        ("a b:AAAA", .invalidName), ("k:AAAA", .secretTooShort(key: "k", bytes: 3)),
        ("k:&&&&", .invalidSecret(key: "k")), ("k:AA==AA", .invalidSecret(key: "k")),
        ("k:AAAA====", .invalidSecret(key: "k")), ("k:", .secretTooShort(key: "k", bytes: 0)),
    ])
    func badSettingsAreNamed(text: String, expected: SigningKeyError) {
        #expect(throws: expected) { try SigningKeySet(parsing: text) }
    }

    @Test func aNameMayOccurOnce() {
        #expect(throws: SigningKeyError.duplicateName("k")) {
            try SigningKeySet(parsing: "k:\(base64),k:\(base64)")
        }
    }

    @Test func nothingPrintsASecret() throws {
        let keys = try SigningKeySet(parsing: "k1:\(base64)")
        var dumped = ""
        dump(keys, to: &dumped)
        dump(keys.signing, to: &dumped)
        let printed =
            "\(keys) \(keys.signing) \(String(reflecting: keys)) \(String(reflecting: keys.signing)) \(dumped)"
        #expect(printed.contains("k1"))
        #expect(!printed.contains(base64))
        #expect(!printed.contains("251"))
    }

    @Test func errorsNameTheMendAndNotTheSecret() {
        let errors: [SigningKeyError] = [
            .none, .missingColon(position: 2), .invalidName, .invalidSecret(key: "k"),
            .secretTooShort(key: "k", bytes: 3), .duplicateName("k"), .random,
        ]
        #expect(Set(errors.map(\.description)).count == errors.count)
        #expect(SigningKeyError.secretTooShort(key: "k", bytes: 3).description.contains("openssl rand -base64 32"))
    }
}
