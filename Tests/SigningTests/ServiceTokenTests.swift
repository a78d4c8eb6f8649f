import Foundation
import Testing

@testable import Signing

@Suite struct ServiceTokenTests {
    static let now = 1_700_000_000

    private let key: SigningKey
    private let oldKey: SigningKey
    private let verifier: ServiceTokenVerifier

    init() throws {
        key = try SigningKey(id: "k2", secret: Array("0123456789abcdef0123456789abcdef".utf8))
        oldKey = try .random(id: "k1")
        verifier = ServiceTokenVerifier(keys: try SigningKeySet([key, oldKey]), clock: { Self.now })
    }

    private static let header = #"{"alg":"HS256","typ":"JWT","kid":"k2"}"#

    private static func claims(
        iss: String = #""edge""#, aud: String = #""segue""#, iat: String = "1700000000", exp: String = "1700000060",
        jti: String = #""j1""#, more: String = ""
    ) -> String { #"{"iss":\#(iss),"aud":\#(aud),"iat":\#(iat),"exp":\#(exp),"jti":\#(jti)\#(more)}"# }

    private func token(_ claims: String = claims(), header: String = header, key: SigningKey? = nil) throws -> String {
        try ServiceTokenSigner.sign(header: Array(header.utf8), payload: Array(claims.utf8), with: key ?? self.key)
    }

    private func refusal(_ token: String, body: [UInt8] = []) -> TokenError? {
        do throws(TokenError) {
            _ = try verifier.verify(token, body: body)
            return nil
        } catch {
            return error
        }
    }

    @Test func aMintedTokenIsAccepted() throws {
        let minted = try ServiceTokenSigner.mint(key: key, issuer: "edge", lifetime: 120, now: Self.now)
        let token = try verifier.verify(authorization: "Bearer \(minted)", body: [1, 2])
        #expect(token.issuer == "edge")
        #expect(token.keyID == "k2")
        #expect(token.expiresAt - token.issuedAt == 120)
        #expect(token.id.count == 22)
        #expect(token.bodyHash == nil)
    }

    @Test func everyMintedTokenHasAnIDOfItsOwn() throws {
        let ids = try (0..<50).map { _ in
            try verifier.verify(ServiceTokenSigner.mint(key: key, issuer: "e", now: Self.now), body: []).id
        }
        #expect(Set(ids).count == 50)
    }

    @Test func everyKeyOfTheSetVerifies() throws {
        let old = try ServiceTokenSigner.mint(key: oldKey, issuer: "edge", now: Self.now)
        #expect(try verifier.verify(old, body: []).keyID == "k1")
    }

    /// Made with Python's json, base64 and hmac modules.
    @Test func aTokenMadeElsewhereIsAccepted() throws {
        let claims = #"{"iss":"edge","aud":["other","segue"],"iat":1700000000,"exp":1700000060,"jti":"j-1"}"#
        let header = #"{"alg":"HS256","kid":"k2","typ":"JWT"}"#
        let foreign =
            "eyJhbGciOiJIUzI1NiIsImtpZCI6ImsyIiwidHlwIjoiSldUIn0."
            + "eyJpc3MiOiJlZGdlIiwiYXVkIjpbIm90aGVyIiwic2VndWUiXSwiaWF0IjoxNzAwMDAwMDAwLCJleHAiOjE3MDAwMDAwNjAs"
            + "Imp0aSI6ImotMSJ9.mY9MOcOjPRwirJE5CMU4AO9bh44pV7bqnLElyr62z2A"
        #expect(try token(claims, header: header) == foreign)
        #expect(try verifier.verify(foreign, body: []).id == "j-1")
    }

    /// RFC 7515, appendix A.1.
    @Test func thePublishedSignatureIsGood() throws {
        let secret = try #require(
            Base64URL.decode("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"))
        let text =
            "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
            + ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
            + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        let token = try #require(CompactToken(text))
        #expect(token.header.algorithm == "HS256")
        #expect(try token.isSigned(with: secret))
        #expect(try !token.isSigned(with: secret.reversed()))
        #expect(refusal(text) == .keyUnknown)
    }

    @Test(arguments: [
        #"{"alg":"none","typ":"JWT","kid":"k2"}"#, #"{"alg":"None","kid":"k2"}"#, #"{"alg":"RS256","kid":"k2"}"#,
        #"{"alg":"hs256","kid":"k2"}"#, #"{"alg":"HS512","kid":"k2"}"#, #"{"kid":"k2"}"#, #"{"alg":256,"kid":"k2"}"#,
        #"{"alg":["HS256"],"kid":"k2"}"#, #"{"alg":"HS256","typ":"JWE","kid":"k2"}"#,
        #"{"alg":"HS256","kid":"k2","crit":["x"]}"#,
    ])
    func otherAlgorithmsAreRefused(header: String) throws {
        #expect(refusal(try token(header: header)) == .algorithm)
    }

    @Test func aTokenWithoutSignatureIsRefused() throws {
        let parts = try token(header: #"{"alg":"none","kid":"k2"}"#).split(separator: ".")
        #expect(refusal("\(parts[0]).\(parts[1]).") == .algorithm)
        let good = try token().split(separator: ".")
        #expect(refusal("\(good[0]).\(good[1]).") == .signature)
    }

    @Test(arguments: [
        #"{"alg":"HS256"}"#, #"{"alg":"HS256","kid":"k3"}"#, #"{"alg":"HS256","kid":2}"#, #"{"alg":"HS256","kid":""}"#,
    ])
    func unknownKeysAreRefused(header: String) throws {
        #expect(refusal(try token(header: header)) == .keyUnknown)
    }

    @Test func aForgedSignatureIsRefused() throws {
        #expect(refusal(try token(key: oldKey)) == .signature)
        let other = try token(Self.claims(iss: #""root""#)).split(separator: ".")
        let good = try token().split(separator: ".")
        #expect(refusal("\(good[0]).\(other[1]).\(good[2])") == .signature)
    }

    @Test func noClaimIsReadBeforeTheSignature() throws {
        #expect(refusal(try token("nonsense", key: oldKey)) == .signature)
        #expect(refusal(try token("nonsense")) == .malformed)
    }

    @Test(arguments: [
        (claims(exp: "1699999995"), TokenError.lifetime), (claims(iat: "1699999900", exp: "1699999995"), .expired),
        (claims(iat: "1700000006", exp: "1700000060"), .fromFuture), (claims(exp: "1700000301"), .lifetime),
        (claims(exp: "1700000000"), .lifetime), (claims(aud: #""other""#), .audience),
        (claims(aud: #"["a","b"]"#), .audience), (claims(aud: "[]"), .audience), (claims(aud: "7"), .claims),
        (claims(aud: #""Segue""#), .audience), (claims(iss: #""""#), .claims), (claims(iss: "null"), .claims),
        (claims(jti: "12"), .claims), (claims(jti: #""""#), .claims), (claims(iat: #""1700000000""#), .claims),
        (claims(exp: "1e300"), .claims), (claims(iat: "-5"), .claims), (claims(exp: "null"), .claims),
        (claims(more: #","bsh":"short""#), .claims), (claims(more: #","bsh":7"#), .claims),
        (claims(more: #","aud":"segue""#), .malformed), (claims(more: #","\u0069ss":"root""#), .malformed),
        (claims(more: #","nbf":1700000030"#), .fromFuture), (claims(more: #","nbf":"now""#), .claims),
        (#"["iss"]"#, .malformed), (#"{}"#, .claims),
    ])
    func badClaimsAreRefused(claims: String, expected: TokenError) throws {
        #expect(refusal(try token(claims)) == expected)
    }

    @Test(arguments: [
        claims(iat: "1700000005", exp: "1700000060"), claims(iat: "1699999900", exp: "1699999996"),
        claims(exp: "1700000300"), claims(aud: #"["x","segue"]"#), claims(iat: "1700000000.7"),
        claims(more: #","nested":{"iss":"a","iss":"b","x":[{"y":":"}]},"text":"a\"b:c\\""#),
    ])
    func whatIsInOrderIsAccepted(claims: String) throws {
        #expect(refusal(try token(claims)) == nil)
    }

    @Test(arguments: ["", ".", "..", "a.b", "a.b.c.d", "not a token", "ey.ey.ey", "\u{0}.\u{0}.\u{0}", "é.é.é"])
    func whatIsNoTokenIsRefused(text: String) {
        #expect(refusal(text) == .malformed)
    }

    @Test func duplicateHeaderMembersAreRefused() throws {
        #expect(refusal(try token(header: #"{"alg":"none","alg":"HS256","kid":"k2"}"#)) == .malformed)
    }

    @Test func longTokensAreRefusedUnread() {
        #expect(refusal(String(repeating: "a", count: 4097)) == .oversized)
        #expect(refusal(String(repeating: "a", count: 4096)) == .malformed)
    }

    @Test(arguments: [nil, "", "Bearer", "Bearer ", "Bearer   ", "Basic dTpw", "Token x"])
    func withoutABearerTokenThereIsNone(authorization: String?) {
        #expect(throws: TokenError.missing) { try verifier.verify(authorization: authorization, body: []) }
    }

    @Test func theSchemeIsReadWithoutRegardToCase() throws {
        #expect(try verifier.verify(authorization: "bearer  \(token())", body: []).id == "j1")
    }

    @Test func aBoundBodyMustMatch() throws {
        let body = Array(#"{"k":1}"#.utf8)
        let bound = try ServiceTokenSigner.mint(
            key: key, issuer: "edge", now: Self.now, bodyHash: SHA256Digest(hashing: body))
        #expect(try verifier.verify(bound, body: body).bodyHash != nil)
        #expect(refusal(bound, body: body + [32]) == .bodyMismatch)
        #expect(refusal(bound) == .bodyMismatch)
        #expect(refusal(bound, body: body) == nil)
    }

    @Test func errorsHaveStableCodesAndKeepSecrets() {
        #expect(Set(TokenError.allCases.map(\.code)).count == TokenError.allCases.count)
        #expect(TokenError.allCases.allSatisfy { $0.code.hasPrefix("token_") && $0.description.count > 20 })
        #expect(TokenError.fromFuture.code == "token_from_future")
    }
}
