/// Decides whether a caller's token is good: HS256 only, a known key, every claim in order, the right body.
///
/// A token whose signature has been checked is remembered by its digest until it expires, so that a caller that uses one
/// token for many calls costs one digest a call. Time and body are checked on every call.
public struct ServiceTokenVerifier: Sendable {
    /// The most seconds between `iat` and `exp`.
    public static let maximumLifetime = 300

    /// The most characters in a token.
    public static let maximumLength = 4096

    private let keys: SigningKeySet
    private let audience: String
    private let leeway: Int
    private let clock: @Sendable () -> Int
    private let verified: VerifiedTokenCache

    /// A verifier over the keys valid at present; keys change by making a new verifier, which forgets all tokens.
    ///
    /// - Parameters:
    ///   - keys: those that tokens may be signed with.
    ///   - audience: what `aud` must hold.
    ///   - leeway: by how many seconds a caller's clock may be off, for `iat` and `exp` alike.
    ///   - rememberedTokens: how many verified tokens to keep at most.
    ///   - clock: the time in seconds since 1970.
    public init(
        keys: SigningKeySet, audience: String = "segue", leeway: Int = 5, rememberedTokens: Int = 8192,
        clock: @escaping @Sendable () -> Int = { UnixTime.now }
    ) {
        precondition(leeway >= 0, "a leeway is not negative")
        (self.keys, self.audience, self.leeway, self.clock) = (keys, audience, leeway, clock)
        verified = VerifiedTokenCache(capacity: rememberedTokens)
    }

    /// Checks the value of an `Authorization` header.
    ///
    /// - Parameters:
    ///   - authorization: the header's value as it came, nil when there was none.
    ///   - body: the bytes of the request's body, empty when there is none.
    /// - Throws: `TokenError`: `.missing` unless it is a bearer token, else what is wrong with the token.
    public func verify(authorization: String?, body: [UInt8]) throws(TokenError) -> ServiceToken {
        let scheme = "bearer ".utf8
        guard let text = authorization?.utf8, text.count > scheme.count,
            zip(text, scheme).allSatisfy({ $0 == $1 || $0 | 0x20 == $1 })
        else { throw .missing }
        let token = text.dropFirst(scheme.count).drop { $0 == UInt8(ascii: " ") }
        guard !token.isEmpty else { throw .missing }
        return try verify(String(Substring(token)), body: body)
    }

    /// Checks a token.
    ///
    /// - Parameters:
    ///   - token: the compact form, without the scheme.
    ///   - body: the bytes of the request's body, empty when there is none.
    /// - Throws: `TokenError`, the first thing that is wrong; the signature is checked before any claim is read.
    public func verify(_ token: String, body: [UInt8]) throws(TokenError) -> ServiceToken {
        guard token.utf8.count <= Self.maximumLength else { throw .oversized }
        let now = clock()
        let digest = try Self.digest(of: Array(token.utf8))
        let claims = try signedClaims(of: token, digest: digest, now: now)
        try checkTime(of: claims, now: now)
        try Self.checkBody(body, against: claims)
        return claims
    }

    private func signedClaims(of token: String, digest: SHA256Digest, now: Int) throws(TokenError) -> ServiceToken {
        if let known = verified.token(for: digest) { return known }
        let claims = try signedClaims(of: token)
        verified.remember(claims, for: digest, now: now - leeway)
        return claims
    }

    private func signedClaims(of text: String) throws(TokenError) -> ServiceToken {
        guard let token = CompactToken(text) else { throw .malformed }
        guard token.header.algorithm == "HS256", token.header.type.map({ $0.uppercased() == "JWT" }) ?? true,
            !token.header.hasCriticalExtensions
        else { throw .algorithm }
        guard let key = token.header.keyID.flatMap({ keys[$0] }) else { throw .keyUnknown }
        guard try Self.isSigned(token, by: key) else { throw .signature }
        guard let claims = JSONObject(parsing: token.payload) else { throw .malformed }
        return try ServiceToken(claims: claims, keyID: key.id, audience: audience)
    }

    private func checkTime(of token: ServiceToken, now: Int) throws(TokenError) {
        guard token.issuedAt <= now + leeway else { throw .fromFuture }
        guard now < token.expiresAt + leeway else { throw .expired }
    }

    private static func checkBody(_ body: [UInt8], against token: ServiceToken) throws(TokenError) {
        guard let expected = token.bodyHash else { return }
        guard equalInConstantTime(try digest(of: body).bytes, expected.bytes) else { throw .bodyMismatch }
    }

    private static func digest(of bytes: [UInt8]) throws(TokenError) -> SHA256Digest {
        do { return try SHA256Digest(hashing: bytes) } catch { throw .unavailable }
    }

    private static func isSigned(_ token: CompactToken, by key: SigningKey) throws(TokenError) -> Bool {
        do { return try token.isSigned(with: key.secret) } catch { throw .unavailable }
    }
}
