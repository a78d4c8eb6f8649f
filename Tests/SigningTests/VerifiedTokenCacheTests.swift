import Synchronization
import Testing

@testable import Signing

@Suite struct VerifiedTokenCacheTests {
    private static func token(_ id: Int, expiresAt: Int) -> ServiceToken {
        ServiceToken(issuer: "e", id: "\(id)", keyID: "k", issuedAt: 0, expiresAt: expiresAt, bodyHash: nil)
    }

    private static func digest(_ number: Int) throws -> SHA256Digest { try SHA256Digest(hashing: "\(number)".utf8) }

    @Test func aRememberedTokenIsFound() throws {
        let cache = VerifiedTokenCache(capacity: 100)
        cache.remember(Self.token(1, expiresAt: 10), for: try Self.digest(1), now: 0)
        #expect(cache.token(for: try Self.digest(1))?.id == "1")
        #expect(cache.token(for: try Self.digest(2)) == nil)
    }

    @Test func memoryStaysBounded() throws {
        let cache = VerifiedTokenCache(capacity: 160)
        for number in 0..<5_000 {
            cache.remember(Self.token(number, expiresAt: 10), for: try Self.digest(number), now: 0)
            #expect(cache.token(for: try Self.digest(number)) != nil)
        }
        #expect(cache.count <= 160)
    }

    @Test func expiredTokensMakeRoomForLiveOnes() throws {
        let cache = VerifiedTokenCache(capacity: 16)
        cache.remember(Self.token(1, expiresAt: 5), for: try Self.digest(1), now: 0)
        for number in 2..<200 { cache.remember(Self.token(number, expiresAt: 5), for: try Self.digest(number), now: 6) }
        #expect(cache.count <= 16)
    }

    @Test func aRememberedTokenStillExpires() throws {
        let key = try SigningKey.random(id: "k")
        let clock = Clock()
        let verifier = ServiceTokenVerifier(keys: try SigningKeySet([key]), leeway: 5, clock: { clock.now })
        let text = try ServiceTokenSigner.mint(key: key, issuer: "e", lifetime: 60, now: 1_000)
        for _ in 0..<3 { #expect(try verifier.verify(text, body: []).issuer == "e") }
        clock.now = 1_064
        #expect(try verifier.verify(text, body: []).issuer == "e")
        clock.now = 1_065
        #expect(throws: TokenError.expired) { try verifier.verify(text, body: []) }
        clock.now = 900
        #expect(throws: TokenError.fromFuture) { try verifier.verify(text, body: []) }
    }

    @Test func aRememberedTokenKeepsItsBody() throws {
        let key = try SigningKey.random(id: "k")
        let verifier = ServiceTokenVerifier(keys: try SigningKeySet([key]))
        let text = try ServiceTokenSigner.mint(key: key, issuer: "e", bodyHash: SHA256Digest(hashing: [1]))
        #expect(try verifier.verify(text, body: [1]).issuer == "e")
        #expect(throws: TokenError.bodyMismatch) { try verifier.verify(text, body: [2]) }
    }

    private final class Clock: Sendable {
        private let seconds = Mutex(1_000)
        var now: Int {
            get { seconds.withLock { $0 } }
            set { seconds.withLock { $0 = newValue } }
        }
    }
}
