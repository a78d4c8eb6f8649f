import Foundation

/// Mints service tokens: JSON Web Tokens signed with HMAC-SHA256, valid for five minutes at the most.
public enum ServiceTokenSigner {
    /// Mints a token with a fresh random `jti`.
    ///
    /// - Parameters:
    ///   - key: signs it and gives the `kid`.
    ///   - issuer: who calls, the `iss` claim; not empty.
    ///   - audience: who is called.
    ///   - lifetime: in seconds, 1 to 300.
    ///   - now: the time of issue, in seconds since 1970.
    ///   - bodyHash: the digest of the one body that the token shall go with; nil for any.
    /// - Throws: `SigningError` when OpenSSL fails.
    public static func mint(
        key: SigningKey, issuer: String, audience: String = "segue", lifetime: Int = 60,
        now: Int = UnixTime.now, bodyHash: SHA256Digest? = nil
    ) throws(SigningError) -> String {
        precondition(!issuer.isEmpty, "a token names its issuer")
        precondition((1...ServiceTokenVerifier.maximumLifetime).contains(lifetime), "a token lives 1 to 300 seconds")
        let claims = Claims(
            iss: issuer, aud: audience, iat: now, exp: now + lifetime,
            jti: Base64URL.encode(try SecureRandom.bytes(16)), bsh: bodyHash?.base64URL)
        return try sign(header: encoded(Header(kid: key.id)), payload: encoded(claims), with: key)
    }

    static func sign(
        header: [UInt8], payload: [UInt8], with key: SigningKey
    ) throws(SigningError) -> String {
        let signedPart = "\(Base64URL.encode(header)).\(Base64URL.encode(payload))"
        let code = try MessageAuthentication.code(for: signedPart.utf8, key: key.secret)
        return "\(signedPart).\(Base64URL.encode(code))"
    }

    private struct Header: Encodable {
        var alg = "HS256"
        var typ = "JWT"
        let kid: String
    }

    private struct Claims: Encodable {
        let iss: String
        let aud: String
        let iat: Int
        let exp: Int
        let jti: String
        let bsh: String?
    }

    private static func encoded(_ value: some Encodable) throws(SigningError) -> [UInt8] {
        do {
            return Array(try JSONEncoder().encode(value))
        } catch {
            throw .library(operation: "encoding a token")
        }
    }
}
