import Cache
import Foundation
import HTTPClient
import Synchronization

extension ServiceClient {
    /// One try: permitted, in turn, sent, judged and told of.
    func attempted<Value: Sendable>(
        _ call: ServiceCall, _ attempt: Int, _ decode: @Sendable (ServiceAnswer) throws -> Value
    ) async throws(AttemptFailure) -> Value {
        let waited = try await takeTurn(call)
        let permit = try permit(call)
        let began = support.clock.instant()
        let reply: Result<HTTPClientResponse, HTTPClientError>
        do { reply = .success(try await support.http.send(request(call))) } catch { reply = .failure(error) }
        var verdict = meaning(of: reply, call)
        var value: Value?
        if case .success(let response) = reply, verdict == .success {
            let answer = ServiceAnswer(status: response.status, body: Data(response.body), isRemembered: false)
            do { value = try decode(answer) } catch { verdict = .nonsense(reason: Self.shape(of: error)) }
        }
        settle(verdict, reply, call, permit)
        tell(call, attempt, reply, verdict, seconds: (support.clock.instant() - began) / .seconds(1), waited)
        await remember(verdict, reply, call)
        if let value { return value }
        throw await failure(verdict, reply, call)
    }

    private func request(_ call: ServiceCall) -> HTTPClientRequest {
        var request = HTTPClientRequest(call.method, call.url(below: configuration.baseURL))
        request.headers = completed(call).headers
        if call.expectsJSON { request.headers.append(("Accept", "application/json")) }
        if let body = call.body {
            request.body = body.bytes
            request.headers.append(("Content-Type", body.type))
        }
        request.isRepeatable = call.isRepeatable
        request.timeouts = configuration.timeouts
        request.maximumBodyBytes = configuration.maximumBodyBytes
        return request
    }

    private func permit(_ call: ServiceCall) throws(AttemptFailure) -> CircuitBreaker.Permit {
        let now = support.clock.instant()
        switch breaker.withLock({ $0.admit(at: now) }) {
        case .admitted(let permit): return permit
        case .refused(let until):
            support.metrics.recordRefused(name)
            throw AttemptFailure(error: error(.circuitOpen, call, "", after: until - now), remedy: .none)
        }
    }

    /// Waits for the call's turn; says for how many seconds.
    private func takeTurn(_ call: ServiceCall) async throws(AttemptFailure) -> Double {
        switch await pacer.reserve(bucket: call.bucket, patience: configuration.patience) {
        case .refused(let wait):
            throw AttemptFailure(
                error: error(.rateLimited, call, "the next turn is too far away", after: wait), remedy: .none)
        case .granted(let wait):
            guard wait > .zero else { return 0 }
            do { try await support.clock.sleep(wait) } catch {
                throw AttemptFailure(error: self.error(.cancelled, call, ""), remedy: .none)
            }
            return wait / .seconds(1)
        }
    }

    private func meaning(of reply: Result<HTTPClientResponse, HTTPClientError>, _ call: ServiceCall) -> Verdict {
        switch reply {
        case .success(let response): configuration.judge(response, completed(call))
        case .failure(.tooLarge(let limit)): .nonsense(reason: "longer than \(limit) bytes")
        case .failure(.malformed(let reason)): .nonsense(reason: reason)
        case .failure(let error): .failure(after: nil, reason: error.description)
        }
    }

    /// With the headers that all calls of the service have.
    private func completed(_ call: ServiceCall) -> ServiceCall {
        var call = call
        call.headers = configuration.headers + call.headers
        return call
    }

    private func settle(
        _ verdict: Verdict, _ reply: Result<HTTPClientResponse, HTTPClientError>, _ call: ServiceCall,
        _ permit: CircuitBreaker.Permit
    ) {
        let result: CircuitBreaker.Result =
            switch verdict {
            case .failure: reply.isLocal ? .unknown : .failing
            case .nonsense: .failing
            default: .working
            }
        let now = support.clock.instant()
        let state = breaker.withLock { breaker in
            breaker.record(result, of: reply.blames(call), permit, at: now)
            return breaker.state(at: now)
        }
        support.metrics.recordBreaker(state, of: name)
    }

    /// Where JSON broke, without its contents.
    private static func shape(of error: any Error) -> String {
        if let error = error as? UnexpectedAnswer { return error.reason }
        guard let error = error as? DecodingError else { return "unexpected content" }
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
            .dataCorrupted(let context):
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            return path.isEmpty ? "not the expected JSON" : "not the expected JSON at \(path)"
        @unknown default: return "not the expected JSON"
        }
    }
}

extension Result where Success == HTTPClientResponse, Failure == HTTPClientError {
    /// The resource that a failing answer may be about, as a hash: addresses may hold secrets. Nil where there is no
    /// answer, or one by which the service speaks of itself.
    fileprivate func blames(_ call: ServiceCall) -> Int? {
        guard case .success(let response) = self, response.status != 503 else { return nil }
        return call.url(below: "").hashValue
    }

    /// Whether the failure says nothing of the service.
    fileprivate var isLocal: Bool {
        switch self {
        case .failure(.cancelled), .failure(.closed), .failure(.busy), .failure(.invalidRequest),
            .failure(.timedOut(.waiting)):
            true
        default: false
        }
    }
}
