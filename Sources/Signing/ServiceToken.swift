/// What a verified service token says.
public struct ServiceToken: Sendable, Hashable {
    /// Who calls, in the caller's own word: the `iss` claim, never empty.
    public let issuer: String

    /// Names this token among all of the issuer's: the `jti` claim, never empty, for refusing replays.
    public let id: String

    /// The key it is signed with.
    public let keyID: String

    /// When it was issued, in seconds since 1970.
    public let issuedAt: Int

    /// When it ends, in seconds since 1970.
    public let expiresAt: Int

    /// The digest of the one body that it goes with, when it is bound to one.
    public let bodyHash: SHA256Digest?
}
