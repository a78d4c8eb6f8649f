/// Sends HTTP requests over libcurl: connections are kept and reused, and all waiting happens on one own thread.
///
/// Requests beyond the limit wait their turn, and past a limit of waiting ones are refused. A client without references
/// ends its thread.
public final class HTTPClient: Sendable {
    private let configuration: HTTPClientConfiguration
    private let engine: TransferEngine

    /// Starts the client's thread; connections are made when first needed.
    public init(configuration: HTTPClientConfiguration) {
        self.configuration = configuration
        engine = TransferEngine(configuration: configuration)
        engine.start()
    }

    deinit { engine.stop() }

    /// Ends all requests with `HTTPClientError.closed`; later ones fail at once.
    public func close() { engine.stop() }

    /// Sends a request and waits for the whole answer; redirects to the same host are followed.
    ///
    /// Any status is an answer, also 404 and 500: what it means is the caller's business. Cancelling the task ends the
    /// transfer.
    /// - Throws: `HTTPClientError`.
    public func send(_ request: HTTPClientRequest) async throws(HTTPClientError) -> HTTPClientResponse {
        let deadline = ContinuousClock.now + request.timeouts.total
        var request = request
        for _ in 0...configuration.maximumRedirects {
            let outcome = try await exchange(request, deadline: deadline)
            guard let target = outcome.redirect, let next = try request.redirected(to: target, outcome.response.status)
            else { return outcome.response }
            request = next
        }
        throw .tooManyRedirects(limit: configuration.maximumRedirects)
    }

    private func exchange(
        _ request: HTTPClientRequest, deadline: ContinuousClock.Instant
    ) async throws(HTTPClientError) -> TransferOutcome {
        let transfer = try Transfer(request, configuration: configuration, deadline: deadline)
        return try await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                transfer.onEnd { continuation.resume(returning: $0) }
                if Task.isCancelled { transfer.end(.failure(.cancelled)) } else { engine.submit(transfer) }
            }
        } onCancel: {
            engine.cancel(transfer)
        }.get()
    }
}
