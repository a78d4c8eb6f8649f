/// Why a service token was refused; never holds the token, a key or a claim's text.
public enum TokenError: Error, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// There is no token: no `Authorization` header, or one of another scheme.
    case missing

    /// It is longer than any token that Segue mints.
    case oversized

    /// It is not three parts of base64url with JSON objects in them, or an object names a member twice.
    case malformed

    /// It is not signed by HS256, or its type is not JWT.
    case algorithm

    /// It names no key, or one that is not valid at present.
    case keyUnknown

    /// Its signature does not fit.
    case signature

    /// A required claim is missing or of the wrong type.
    case claims

    /// It is meant for another service.
    case audience

    /// It may live longer than five minutes.
    case lifetime

    /// Its time is over.
    case expired

    /// It was issued in the future.
    case fromFuture

    /// It is bound to another body than the one that came with it.
    case bodyMismatch

    /// The cryptographic library failed; no fault of the caller.
    case unavailable

    /// A stable code for programs.
    public var code: String {
        switch self {
        case .missing: "token_missing"
        case .oversized: "token_oversized"
        case .malformed: "token_malformed"
        case .algorithm: "token_algorithm"
        case .keyUnknown: "token_key_unknown"
        case .signature: "token_signature"
        case .claims: "token_claims"
        case .audience: "token_audience"
        case .lifetime: "token_lifetime"
        case .expired: "token_expired"
        case .fromFuture: "token_from_future"
        case .bodyMismatch: "token_body_mismatch"
        case .unavailable: "token_unavailable"
        }
    }

    /// One sentence for a person, with the mend.
    public var description: String {
        switch self {
        case .missing: "there is no service token; send Authorization: Bearer <token>, and mint one with segue token"
        case .oversized: "the token is longer than 4096 characters; send nothing but the claims that Segue asks for"
        case .malformed: "the token is not a JSON Web Token in compact form; mint one with segue token"
        case .algorithm: "the token must have alg HS256 and typ JWT; sign it so"
        case .keyUnknown: "the token's kid is not among the service's keys; sign with a key that the service lists"
        case .signature: "the token's signature does not fit its content; sign with the secret that the kid names"
        case .claims: "the token must carry iss, aud, iat, exp and jti, times in whole seconds; add what is missing"
        case .audience: "the token is not meant for this service; put segue in its aud"
        case .lifetime: "the token's exp must lie after its iat, at most 300 seconds; mint short-lived tokens"
        case .expired: "the token has expired; mint a new one for each call, and check the caller's clock"
        case .fromFuture: "the token was issued in the future; set the caller's clock right"
        case .bodyMismatch: "the token is bound to another body; set bsh to the base64url SHA-256 of the body sent"
        case .unavailable: "the token could not be checked; see the service's log"
        }
    }
}
