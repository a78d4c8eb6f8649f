import Foundation
import HTTPClient
import Signing

/// The application as Spotify knows it, and how it comes by tokens (RFC 6749; RFC 7636 where it has no secret).
public struct SpotifyAuthorization: Sendable {
    /// What a listener is asked to permit: reading what Segue takes over, and playlists that it makes.
    public static let scopes = [
        "playlist-read-private", "playlist-read-collaborative", "playlist-modify-private", "playlist-modify-public",
        "user-library-read", "user-top-read", "user-read-recently-played",
    ]

    /// The application's id.
    public let clientID: String
    private let secret: String?
    private let client: ServiceClient

    /// An application behind a client of `ServiceConfiguration.spotifyAccounts`.
    ///
    /// - Parameter secret: of the application; without one, listeners can connect by PKCE, and the application has no
    ///   tokens of its own.
    public init(clientID: String, secret: String? = nil, client: ServiceClient) {
        (self.clientID, self.secret, self.client) = (clientID, secret, client)
    }

    /// Whether it can have tokens of its own.
    public var hasSecret: Bool { secret != nil }

    /// A request for permission that waits for its answer.
    public struct Attempt: Sendable {
        /// Where the listener's browser goes.
        public let url: String
        /// What must come back with the code.
        let state: String
        let verifier: String?
        let redirect: String
    }

    /// Begins: the listener opens the address, permits, and is sent to `redirect` with a code.
    ///
    /// - Parameter redirect: as it is registered, `http://127.0.0.1:PORT/callback`.
    /// - Throws: `SigningError` without random numbers.
    public func attempt(redirect: String) throws -> Attempt {
        let state = Base64URL.encode(try SecureRandom.bytes(24))
        let verifier = hasSecret ? nil : Base64URL.encode(try SecureRandom.bytes(48))
        var query = [
            ("client_id", clientID), ("response_type", "code"), ("redirect_uri", redirect), ("state", state),
            ("scope", Self.scopes.joined(separator: " ")),
        ]
        if let verifier {
            query.append(("code_challenge_method", "S256"))
            query.append(("code_challenge", try SHA256Digest(hashing: verifier.utf8).base64URL))
        }
        let url = client.configuration.baseURL + "/authorize?" + Self.form(query)
        return Attempt(url: url, state: state, verifier: verifier, redirect: redirect)
    }

    /// The tokens for a code, which serves once.
    /// - Throws: `ServiceError`.
    func tokens(for code: String, _ attempt: Attempt) async throws(ServiceError) -> SpotifyTokens {
        var fields = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", attempt.redirect)]
        if let verifier = attempt.verifier { fields += [("client_id", clientID), ("code_verifier", verifier)] }
        return try await post(fields, isRepeatable: false)
    }

    /// Fresh tokens. May be asked twice with the same token: there is no other way on where an answer was lost.
    /// - Throws: `ServiceError`, of which `isEndOfGrant` is final.
    func refreshed(_ token: String) async throws(ServiceError) -> SpotifyTokens {
        var fields = [("grant_type", "refresh_token"), ("refresh_token", token)]
        if !hasSecret { fields.append(("client_id", clientID)) }
        return try await post(fields, isRepeatable: true)
    }

    /// A token of the application's own, for what belongs to no listener.
    /// - Throws: `ServiceError`.
    func ownTokens() async throws(ServiceError) -> SpotifyTokens {
        try await post([("grant_type", "client_credentials")], isRepeatable: true)
    }

    private func post(_ fields: [(String, String)], isRepeatable: Bool) async throws(ServiceError) -> SpotifyTokens {
        var call = ServiceCall(.post, endpoint: "/api/token", path: ["api", "token"])
        call.body = (Array(Self.form(fields).utf8), ServiceCall.formType)
        call.isRepeatable = isRepeatable
        if let secret {
            let pair = Data("\(clientID):\(secret)".utf8).base64EncodedString()
            call.headers = [("Authorization", "Basic \(pair)")]
        }
        return try await client.value(call)
    }

    private static func form(_ fields: [(String, String)]) -> String {
        fields.map { "\($0.0)=\($0.1.addingPercentEncoding(withAllowedCharacters: unreserved) ?? "")" }
            .joined(separator: "&")
    }

    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
}

extension SpotifyAuthorization.Attempt {
    /// The code in what the browser brought back.
    ///
    /// - Parameter fields: the query of the call to the redirect address.
    /// - Throws: `SpotifyConsentError` where the listener refused, or the call does not belong to this attempt.
    public func code(in fields: [String: String]) throws(SpotifyConsentError) -> String {
        guard let given = fields["state"], equalInConstantTime(Array(given.utf8), Array(state.utf8)) else {
            throw .foreign
        }
        guard let code = fields["code"], !code.isEmpty else {
            throw .refused(String((fields["error"] ?? "no code").filter { $0.isLetter || $0 == "_" }.prefix(60)))
        }
        return code
    }
}

/// Why a listener's answer is no permission.
public enum SpotifyConsentError: Error, Sendable, Hashable, CustomStringConvertible {
    /// It answers another request than this one, or is forged.
    case foreign
    /// The listener, or Spotify, refused.
    case refused(String)

    /// One sentence for a person.
    public var description: String {
        switch self {
        case .foreign: "the answer does not belong to this request (its state differs); begin again"
        case .refused(let reason): "permission was not given: \(reason)"
        }
    }
}

/// What the accounts service answers.
struct SpotifyTokens: Decodable, Sendable {
    var accessToken: String
    var expiresIn: Double?
    var refreshToken: String?
    var scope: String?

    private enum CodingKeys: String, CodingKey {
        case scope
        case accessToken = "access_token"
        case expiresIn = "expires_in"
        case refreshToken = "refresh_token"
    }

    func access(at moment: Date) -> SpotifyAccessToken? {
        SpotifyAccessToken(accessToken, expiresAt: moment.addingTimeInterval(expiresIn ?? 3_600))
    }
}

extension ServiceError {
    /// Whether a permission has ended, which asking again does not change.
    var isEndOfGrant: Bool { kind == .rejected(status: 400) && reason.contains("invalid_grant") }
}
