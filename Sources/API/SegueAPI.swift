public import HTTPServer

/// Segue's HTTP interface: finds the route, lets callers in, answers, and turns every error into a problem.
///
/// Recommendations for known tracks are answered on the server's own thread; whatever needs the database replies later.
public final class SegueAPI: HTTPHandler {
    private let live: LiveConfiguration
    let dependencies: APIDependencies
    let metrics = Metrics()
    let router: Router

    /// The interface over its dependencies.
    public init(configuration: APIConfiguration = APIConfiguration(), dependencies: APIDependencies) {
        self.dependencies = dependencies
        live = LiveConfiguration(configuration)
        router = Router(routes: Self.routes(configuration: live, dependencies: dependencies, metrics: metrics))
    }

    /// What it puts up with at this moment.
    var configuration: APIConfiguration { live.value }

    /// Changes the bounds on recommendation requests from the next request on. `/openapi.json` describes those of the
    /// beginning.
    public func reconfigure(_ change: (inout APIConfiguration) -> Void) { live.change(change) }

    /// Answers a request.
    public func handle(_ request: HTTPRequest) -> HTTPReply {
        metrics.begin()
        defer { metrics.end() }
        var record = RequestRecord(request, route: Router.unmatched)
        do {
            let (route, parameters) = try router.route(for: request)
            record.route = route.path.text
            let proceed = try admit(request, to: route, record: &record)
            return reply(
                try route.answer(Call(request: request, parameters: parameters, client: record.client)), proceed, record
            )
        } catch {
            return .now(finish(error, record))
        }
    }

    private func reply(_ reply: Reply, _ proceed: Admission?, _ record: RequestRecord) -> HTTPReply {
        switch reply {
        case .now(let response): return .now(finish(response, record))
        case .later(let work):
            return .later {
                // Counted from here, for a server that is overloaded never comes here.
                self.metrics.begin()
                defer { self.metrics.end() }
                do {
                    try await proceed?()
                    return self.finish(try await work(), record)
                } catch {
                    return self.finish(error, record)
                }
            }
        }
    }

    private func finish(_ error: any Error, _ record: RequestRecord) -> HTTPResponse {
        let problem = Problem(error, retryAfter: configuration.retryAfterSeconds)
        return finish(problem.response(requestID: record.request.requestID), record, problem)
    }

    private func finish(
        _ response: HTTPResponse, _ record: RequestRecord, _ problem: Problem? = nil
    ) -> HTTPResponse {
        // A task that was cancelled has been answered by the server, which went through `reject`.
        if !Task.isCancelled { account(for: record, status: response.status, problem) }
        return record.complete(response)
    }

    private func account(for record: RequestRecord, status: Int, _ problem: Problem?) {
        let elapsed = ContinuousClock.now - record.request.received
        metrics.record(
            route: record.route, method: record.method, status: status, seconds: elapsed / .seconds(1))
        record.write(to: dependencies.log, status: status, elapsed: elapsed, problem)
    }

    /// Puts what the server refuses by itself into the words that everything else has.
    public func reject(_ rejection: HTTPRejection, request: HTTPRequest?) -> HTTPResponse {
        let problem = Problem(rejection)
        guard let request else {
            dependencies.log.write(
                .warning, "refused", ["status": .integer(problem.status), "code": .text(problem.code)])
            metrics.record(route: Router.unmatched, method: "OTHER", status: problem.status, seconds: 0)
            return problem.response(requestID: nil)
        }
        let record = RequestRecord(request, route: router.label(of: request))
        account(for: record, status: problem.status, problem)
        return record.complete(problem.response(requestID: request.requestID))
    }

    /// Counts answers that did not arrive.
    public func observe(_ exchange: HTTPExchange) {
        if !exchange.isComplete { metrics.recordIncomplete() }
    }

    /// Prepares one of the server's threads.
    public func prepareThread() { dependencies.prepareThread() }
}
