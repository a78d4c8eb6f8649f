import Cache
import Foundation
import HTTPClient

extension ServiceClient {
    typealias Reply = Result<HTTPClientResponse, HTTPClientError>

    /// What a verdict means for the caller, for the next try and for everybody else's calls.
    func failure(_ verdict: Verdict, _ reply: Reply, _ call: ServiceCall) async -> AttemptFailure {
        switch verdict {
        case .success, .missing: final(.missing, call, "")
        case .unauthorized(let reason): final(.unauthorized, call, reason)
        case .forbidden(let reason): final(.forbidden, call, reason)
        case .rejected(let reason): final(.rejected(status: (try? reply.get().status) ?? 0), call, reason)
        case .nonsense(let reason):
            AttemptFailure(
                error: error(.nonsense, call, reason, after: configuration.unavailablePause),
                remedy: call.isRepeatable ? .retryOnce : .none)
        case .exhausted(let after, let reason): await exhausted(call, after, reason)
        case .tooMany(let after, let reason): await tooMany(call, after, reason)
        case .shedding(let after, let reason), .failure(let after, let reason):
            failed(reply, call, after, reason)
        }
    }

    private func final(_ kind: ServiceError.Kind, _ call: ServiceCall, _ reason: String) -> AttemptFailure {
        AttemptFailure(error: error(kind, call, reason), remedy: .none)
    }

    private func exhausted(_ call: ServiceCall, _ after: Duration?, _ reason: String) async -> AttemptFailure {
        let pause = after ?? configuration.quotaPause
        await pacer.pause(bucket: call.bucket, for: pause)
        return AttemptFailure(error: error(.quotaExceeded, call, reason, after: pause), remedy: .none)
    }

    /// A short pause is everybody's; a long one is that of the part of the service which asked for it.
    private func tooMany(_ call: ServiceCall, _ after: Duration?, _ reason: String) async -> AttemptFailure {
        guard let after, after > configuration.retry.longestRetryAfter else {
            if let after { await pacer.pause(for: after) }
            // Refused calls were not carried out, so even what may not be repeated may be tried again.
            let pause = after ?? configuration.retry.cap
            return AttemptFailure(
                error: error(.rateLimited, call, reason, after: pause), remedy: .retry, asked: after)
        }
        await pacer.pause(bucket: call.bucket, for: after)
        return AttemptFailure(error: error(.rateLimited, call, reason, after: after), remedy: .none)
    }

    private func failed(_ reply: Reply, _ call: ServiceCall, _ after: Duration?, _ reason: String) -> AttemptFailure {
        guard case .failure(let cause) = reply else { return failing(call, after, reason, call.isRepeatable) }
        switch cause {
        case .cancelled, .closed: return final(.cancelled, call, "")
        case .tls, .redirectRefused, .tooManyRedirects, .invalidRequest:
            return final(.refusedHere, call, cause.description)
        default: return failing(call, after, reason, call.isRepeatable || cause.happenedBeforeSending)
        }
    }

    private func failing(
        _ call: ServiceCall, _ after: Duration?, _ reason: String, _ mayRepeat: Bool
    ) -> AttemptFailure {
        let isTooFar = after.map { $0 > configuration.retry.longestRetryAfter } ?? false
        let pause = max(after ?? .zero, configuration.unavailablePause)
        return AttemptFailure(
            error: error(.unavailable, call, reason, after: pause), remedy: mayRepeat && !isTooFar ? .retry : .none,
            asked: after)
    }

    func tell(
        _ call: ServiceCall, _ attempt: Int, _ reply: Reply, _ verdict: Verdict, seconds: Double, _ waited: Double
    ) {
        let response = try? reply.get()
        let record = CallRecord(
            service: name, endpoint: call.endpoint, method: call.method.rawValue, status: response?.status,
            outcome: reply.isCancelled ? .cancelled : verdict.outcome, reason: verdict.reason, attempt: attempt,
            seconds: seconds, waited: waited, bytes: response?.body.count ?? 0)
        support.metrics.record(record)
        support.log(record)
    }
}

extension Result where Success == HTTPClientResponse, Failure == HTTPClientError {
    fileprivate var isCancelled: Bool { if case .failure(.cancelled) = self { true } else { false } }
}

extension Verdict {
    fileprivate var outcome: CallRecord.Outcome {
        switch self {
        case .success: .success
        case .missing: .missing
        case .tooMany, .shedding: .rateLimited
        case .exhausted: .quotaExceeded
        case .failure: .failure
        case .nonsense: .nonsense
        case .unauthorized, .forbidden, .rejected: .refused
        }
    }

    fileprivate var reason: String? {
        switch self {
        case .success, .missing: nil
        case .tooMany(_, let reason), .shedding(_, let reason), .exhausted(_, let reason), .failure(_, let reason),
            .nonsense(let reason), .unauthorized(let reason), .forbidden(let reason), .rejected(let reason):
            reason
        }
    }
}
