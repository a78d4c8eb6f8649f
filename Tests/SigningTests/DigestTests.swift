import Foundation
import Testing

@testable import Signing

@Suite struct DigestTests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func sha256GivesThePublishedDigests(text: String, expected: String) throws {
        #expect(try SHA256Digest(hashing: text.utf8).hexadecimal == expected)
        #expect(try SHA256Digest(hashing: Array(text.utf8)).hexadecimal == expected)
    }

    @Test func streamedPiecesHashAsTheWhole() throws {
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var stream = try SHA256Stream()
        for start in stride(from: 0, to: bytes.count, by: 777) {
            try stream.update(Array(bytes[start..<min(start + 777, bytes.count)]))
        }
        #expect(try stream.finish() == SHA256Digest(hashing: bytes))
    }

    @Test func aRawBufferHashesAsItsBytes() throws {
        var stream = try SHA256Stream()
        try Array("abc".utf8).withUnsafeBytes { try stream.update($0) }
        #expect(try stream.finish() == SHA256Digest(hashing: "abc".utf8))
    }

    @Test func aFileHashesAsItsContent() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "digest-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let bytes = [UInt8](repeating: 7, count: (2 << 20) + 13)
        try Data(bytes).write(to: file)
        #expect(try SHA256Digest(contentsOfFile: file.path) == SHA256Digest(hashing: bytes))
    }

    @Test func aMissingFileIsNamedWithTheReason() {
        #expect(throws: SigningError.unreadable(path: "/no/such/file", reason: "No such file or directory")) {
            try SHA256Digest(contentsOfFile: "/no/such/file")
        }
        #expect(throws: SigningError.self) { try SHA256Digest(contentsOfFile: "/tmp") }
    }

    @Test func aDigestSurvivesItsBytes() throws {
        let digest = try SHA256Digest(hashing: "x".utf8)
        #expect(SHA256Digest(bytes: digest.bytes) == digest)
        #expect(SHA256Digest(bytes: digest.bytes.dropLast()) == nil)
        #expect(Base64URL.decode(digest.base64URL) == digest.bytes)
        #expect(Set([digest, digest]).count == 1)
    }

    /// RFC 4231, test cases 1, 2 and 6.
    @Test(arguments: [
        (
            [UInt8](repeating: 0x0b, count: 20), "Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), "what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xaa, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
    ])
    func hmacGivesThePublishedCodes(key: [UInt8], message: String, expected: String) throws {
        let code = try MessageAuthentication.code(for: message.utf8, key: key)
        #expect(SHA256Digest(bytes: code)?.hexadecimal == expected)
        #expect(try MessageAuthentication.isValid(code, for: message.utf8, key: key))
        #expect(try !MessageAuthentication.isValid(code.dropLast(), for: message.utf8, key: key))
        #expect(try !MessageAuthentication.isValid(code, for: (message + ".").utf8, key: key))
    }

    @Test func constantTimeComparisonIsAComparison() {
        #expect(equalInConstantTime([1, 2, 3], [1, 2, 3]))
        #expect(equalInConstantTime([UInt8](), [UInt8]()))
        #expect(!equalInConstantTime([1, 2, 3], [1, 2, 4]))
        #expect(!equalInConstantTime([0, 2, 3], [1, 2, 3]))
        #expect(!equalInConstantTime([1, 2], [1, 2, 3]))
    }

    @Test func randomBytesDiffer() throws {
        let (first, second) = (try SecureRandom.bytes(32), try SecureRandom.bytes(32))
        #expect(first.count == 32)
        #expect(first != second)
        #expect(try SecureRandom.bytes(0).isEmpty)
    }
}
