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
        return configuration
    }
}

/// What Spotify's answers mean where that is not what HTTP says.
enum SpotifyVerdict {
    /// Endpoints that were closed to most applications in 2024 answer 403, or 404 as if they did not exist.
    static let closable = ["/audio-features", "/audio-analysis/{id}"]

    static func judge(_ response: HTTPClientResponse, _ call: ServiceCall) -> Verdict {
        judge(response, call, reason: ProblemText.reason(in: response, to: call))
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
