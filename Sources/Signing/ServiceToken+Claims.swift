extension ServiceToken {
    /// Reads the claims of a token whose signature is good.
    ///
    /// - Throws: `TokenError.claims`, `.audience` or `.lifetime`.
    init(claims: JSONObject, keyID: String, audience: String) throws(TokenError) {
        guard let issuer = claims["iss"]?.text, !issuer.isEmpty,
            let id = claims["jti"]?.text, !id.isEmpty,
            let issuedAt = claims["iat"]?.number.flatMap(Self.seconds),
            let expiresAt = claims["exp"]?.number.flatMap(Self.seconds),
            let intended = claims["aud"]
        else { throw .claims }
        switch intended {
        case .text(audience): break
        case .texts(let audiences) where audiences.contains(audience): break
        case .text, .texts: throw .audience
        default: throw .claims
        }
        guard (1...ServiceTokenVerifier.maximumLifetime).contains(expiresAt - issuedAt) else { throw .lifetime }
        var validFrom = issuedAt
        if let notBefore = claims["nbf"] {
            guard let time = notBefore.number.flatMap(Self.seconds) else { throw .claims }
            validFrom = max(validFrom, time)
        }
        self.init(
            issuer: issuer, id: id, keyID: keyID, issuedAt: validFrom, expiresAt: expiresAt,
            bodyHash: try Self.bodyHash(claims["bsh"]))
    }

    /// Fractions are dropped, and what no calendar reaches is refused, which keeps the arithmetic from overflowing.
    private static func seconds(_ number: Double) -> Int? {
        (0..<1e12).contains(number) ? Int(number) : nil
    }

    private static func bodyHash(_ claim: JSONObject.Value?) throws(TokenError) -> SHA256Digest? {
        guard let claim else { return nil }
        guard let digest = claim.text.flatMap({ Base64URL.decode($0) }).flatMap({ SHA256Digest(bytes: $0) }) else {
            throw .claims
        }
        return digest
    }
}
