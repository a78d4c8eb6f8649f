internal import Synchronization

/// What a transfer brought.
struct TransferOutcome: Sendable {
    var response: HTTPClientResponse
    /// Where the server sends the caller, absolute; nil where it does not.
    var redirect: String?
}

/// One request on its way through the engine, answered exactly once.
final class Transfer: Sendable {
    typealias Ending = Result<TransferOutcome, HTTPClientError>

    private enum Answer {
        case none
        case awaited(@Sendable (Ending) -> Void)
        case given
    }

    let request: HTTPClientRequest
    let deadline: ContinuousClock.Instant
    let userAgent: String
    let trustedCertificates: String?
    let usesEnvironmentProxy: Bool
    private let answer = Mutex(Answer.none)

    /// - Throws: `HTTPClientError.invalidRequest`.
    init(
        _ request: HTTPClientRequest, configuration: HTTPClientConfiguration, deadline: ContinuousClock.Instant
    ) throws(HTTPClientError) {
        try Self.check(request)
        (self.request, self.deadline) = (request, deadline)
        userAgent = configuration.userAgent
        trustedCertificates = configuration.trustedCertificates
        usesEnvironmentProxy = configuration.usesEnvironmentProxy
    }

    /// Whom to tell; set before the transfer is submitted.
    func onEnd(_ action: @escaping @Sendable (Ending) -> Void) { answer.withLock { $0 = .awaited(action) } }

    /// Whether the caller has been told.
    var isEnded: Bool {
        answer.withLock {
            if case .given = $0 { true } else { false }
        }
    }

    /// Tells the caller, unless it has been told.
    func end(_ ending: Ending) {
        let action = answer.withLock { answer -> (@Sendable (Ending) -> Void)? in
            guard case .awaited(let action) = answer else { return nil }
            answer = .given
            return action
        }
        action?(ending)
    }

    private static func check(_ request: HTTPClientRequest) throws(HTTPClientError) {
        guard Origin(request.url) != nil else { throw .invalidRequest("its URL is not one of http or https") }
        for header in request.headers {
            guard !header.name.isEmpty, header.name.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: ":") })
            else { throw .invalidRequest("a header's name is malformed") }
            guard !header.value.utf8.contains(where: { $0 < 32 && $0 != 9 }) else {
                throw .invalidRequest("the value of \(header.name) holds a control character")
            }
        }
    }
}
