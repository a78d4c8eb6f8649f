import Cache
import Foundation
import HTTPClient

extension ServiceConfiguration {
    /// Spotify's Web API. Its limit is a secret; staying below a few calls a second has served others.
    ///
    /// - Parameter perSecond: calls a second in the long run.
    public static func spotify(
        baseURL: String = "https://api.spotify.com/v1", perSecond: Double = 3
    ) -> ServiceConfiguration {
        var configuration = ServiceConfiguration(
            name: "spotify", baseURL: baseURL, rate: .init(perSecond: perSecond, burst: max(1, perSecond * 2)))
        configuration.judge = SpotifyVerdict.judge
        return configuration
    }

    /// Spotify's accounts service, where tokens come from.
    public static func spotifyAccounts(baseURL: String = "https://accounts.spotify.com") -> ServiceConfiguration {
        var configuration = ServiceConfiguration(
            name: "spotify-accounts", baseURL: baseURL, rate: .init(perSecond: 5, burst: 10))
        // An account is locked while its token is refreshed, so that must not take long.
        configuration.retry.attempts = 3
        configuration.timeouts.total = .seconds(15)
        configuration.judge = { Verdict.standard($0, $1).mended }
        return configuration
    }
}

/// What Spotify's answers mean where that is not what HTTP says.
enum SpotifyVerdict {
    /// Endpoints that were closed to most applications in 2024 answer 403, or 404 as if they did not exist.
    static let closable = ["/audio-features", "/audio-analysis/{id}"]

    static func judge(_ response: HTTPClientResponse, _ call: ServiceCall) -> Verdict {
        judge(response, call, reason: ProblemText.reason(in: response, to: call)).mended
    }

    /// The same with another way to the reason of a refusal; an answer that is none is not searched for one.
    static func judge(
        _ response: HTTPClientResponse, _ call: ServiceCall, reason: @autoclosure () -> String
    ) -> Verdict {
        guard response.status == 404, closable.contains(call.endpoint) else {
            return Verdict.standard(response, call, reason: reason())
        }
        let reason = reason()
        return reason.contains("analysis not found") ? .missing : .forbidden(reason: reason)
    }
}

extension Verdict {
    /// What Spotify says when something was set up wrongly, and what to do about it, which it does not say.
    private static let mends = [
        ("client scope", "connect the account again by `segue accounts connect`"),
        ("invalid_client", "check SEGUE_SPOTIFY_CLIENT_ID and SEGUE_SPOTIFY_CLIENT_SECRET"),
    ]

    /// The same with what to do about it.
    fileprivate var mended: Verdict {
        switch self {
        case .unauthorized(let reason): .unauthorized(reason: Self.mended(reason))
        case .forbidden(let reason): .forbidden(reason: Self.mended(reason))
        case .rejected(let reason): .rejected(reason: Self.mended(reason))
        default: self
        }
    }

    private static func mended(_ reason: String) -> String {
        guard let mend = mends.first(where: { reason.contains($0.0) })?.1 else { return reason }
        return "\(reason); \(mend)"
    }
}
