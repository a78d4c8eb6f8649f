public import HTTPClient

/// What a service's answer means for what is done next.
public enum Verdict: Sendable, Hashable {
    /// It is what was asked for.
    case success
    /// There is no such thing.
    case missing
    /// Too many calls: every caller waits so long, or as long as the policy says.
    case tooMany(after: Duration?, reason: String)
    /// The service is shedding load: this call waits, the rate stays.
    case shedding(after: Duration?, reason: String)
    /// The quota is used up for so long, or an unknown time.
    case exhausted(after: Duration?, reason: String)
    /// The service fails.
    case failure(after: Duration?, reason: String)
    /// An answer that cannot be read.
    case nonsense(reason: String)
    /// The token or key is not accepted.
    case unauthorized(reason: String)
    /// The application or user may not.
    case forbidden(reason: String)
    /// The request is wrong.
    case rejected(reason: String)
}

extension Verdict {
    /// What HTTP itself says (RFC 9110, RFC 6585).
    public static func standard(_ response: HTTPClientResponse, _ call: ServiceCall) -> Verdict {
        standard(response, call, reason: ProblemText.reason(in: response, to: call))
    }

    /// The same with another way to the reason of a refusal; an answer that is none is not searched for one.
    static func standard(
        _ response: HTTPClientResponse, _ call: ServiceCall, reason: @autoclosure () -> String
    ) -> Verdict {
        switch response.status {
        case 204: .success
        case 200..<300: readable(response, call)
        case 404, 410: .missing
        default: refusal(response.status, after: RetryAfter.duration(in: response), reason())
        }
    }

    private static func refusal(_ status: Int, after: Duration?, _ reason: String) -> Verdict {
        switch status {
        case 401: return .unauthorized(reason: reason)
        case 403: return .forbidden(reason: reason)
        case 429:
            // Spotify's word for a quota that waiting for seconds does not mend.
            let isQuota = reason.contains("QUOTA_EXCEEDED")
            return isQuota ? .exhausted(after: after, reason: reason) : .tooMany(after: after, reason: reason)
        case 408, 425: return .failure(after: after, reason: reason)
        case 500...: return .failure(after: after, reason: reason)
        default: return .rejected(reason: reason)
        }
    }

    private static func readable(_ response: HTTPClientResponse, _ call: ServiceCall) -> Verdict {
        guard call.expectsJSON, call.method != .head else { return .success }
        let type = response.header("content-type")?.lowercased() ?? "application/json"
        guard type.contains("json") else {
            return .nonsense(reason: "it is \(type.prefix { $0 != ";" }.prefix(40)), not JSON")
        }
        return .success
    }
}
