internal import HTTPServer

/// Finds the route of a request.
struct Router: Sendable {
    /// What a path that belongs to no route is called in logs and metrics, where callers' own texts do not belong.
    static let unmatched = "unmatched"

    let routes: [Route]
    /// The routes whose paths have no parameters, by path and method: most calls find theirs at once.
    private let plain: [String: [String: Route]]

    init(routes: [Route]) {
        self.routes = routes
        var plain: [String: [String: Route]] = [:]
        for route in routes where route.path.parameters.isEmpty {
            plain[route.path.text, default: [:]][route.method] = route
        }
        self.plain = plain
    }

    /// The route and its parameters; HEAD goes where GET goes.
    /// - Throws: `Problem` with 404 for an unknown path and 405 for another method than the path takes.
    func route(for request: HTTPRequest) throws(Problem) -> (Route, [String: String]) {
        if let route = plain[request.path]?[request.method], let parameters = route.path.match(request.segments) {
            return (route, parameters)
        }
        let candidates = routes.compactMap { route in
            route.path.match(request.segments).map { (route, $0) }
        }
        guard !candidates.isEmpty else {
            throw Problem(.notFound, "there is nothing at this path; /openapi.json lists what there is")
        }
        let method = request.method == "HEAD" ? "GET" : request.method
        guard let found = candidates.first(where: { $0.0.method == method }) else {
            throw Self.wrongMethod(allowed: candidates.map(\.0.method))
        }
        return found
    }

    /// The template of a request's path, whatever the method.
    func label(of request: HTTPRequest) -> String {
        routes.first { $0.path.match(request.segments) != nil }?.path.text ?? Self.unmatched
    }

    private static func wrongMethod(allowed methods: [String]) -> Problem {
        let all = (methods.contains("GET") ? methods + ["HEAD"] : methods).sorted().joined(separator: ", ")
        var problem = Problem(.methodNotAllowed, "this path takes \(all)")
        problem.headers["Allow"] = all
        return problem
    }
}
