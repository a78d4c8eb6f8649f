internal import Cache
internal import HTTPServer
internal import Signing

extension SegueAPI {
    /// What is left to check when waiting is allowed.
    typealias Admission = @Sendable () async throws -> Void

    /// Lets a request in: token, rate, media type, query. Changing calls have their token's freshness checked later.
    /// - Throws: `TokenError` or `Problem`.
    func admit(_ request: HTTPRequest, to route: Route, record: inout RequestRecord) throws -> Admission? {
        guard route.access != .open else { return nil }
        if route.access == .nightly {
            try admitNightly(request, route)
            return nil
        }
        let token = try identify(request, record: &record)
        try limit(record.client)
        if route.operation.body != nil { try Self.checkMediaType(request) }
        try checkQuery(request, route.operation)
        guard route.access == .change else { return nil }
        let replay = dependencies.replay
        return {
            let isFirst = await replay.isFirstUse(
                of: token.id, issuer: token.issuer,
                // Longer than any sensible leeway: a use must not be forgotten while its token is still good.
                expiresAt: token.expiresAt + ServiceTokenVerifier.maximumLifetime)
            guard isFirst else { throw Problem.replayedToken }
        }
    }

    /// Callers with a good token are told apart by issuer and key, the others by address: they pay for their attempts.
    private func identify(_ request: HTTPRequest, record: inout RequestRecord) throws -> ServiceToken {
        do {
            let token = try dependencies.tokens.verify(
                authorization: request.headers["Authorization"], body: request.body)
            record.client = "\(token.issuer)/\(token.keyID)"
            return token
        } catch {
            try limit("address \(request.remoteAddress)")
            throw error
        }
    }

    /// Whoever brings the nightly chain's own token; others pay for their attempts by address.
    private func admitNightly(_ request: HTTPRequest, _ route: Route) throws {
        do {
            try NightlyToken.check(request.headers["Authorization"], against: dependencies.jobs?.nightlyToken)
        } catch {
            try limit("address \(request.remoteAddress)")
            throw error
        }
        try checkQuery(request, route.operation)
    }

    private func limit(_ client: String) throws(Problem) {
        guard case .denied(let wait) = dependencies.limiter.admit(client) else { return }
        let seconds = max(1, Int((wait / .seconds(1)).rounded(.up)))
        throw Problem(.rateLimited, "too many requests; ask again in \(seconds) s").retrying(after: seconds)
    }

    /// A body without a type is taken for JSON.
    private static func checkMediaType(_ request: HTTPRequest) throws(Problem) {
        guard let type = request.headers["Content-Type"], type != "application/json" else { return }
        let essence = type.prefix { $0 != ";" }.lowercased().filter { !$0.isWhitespace }
        guard essence == "application/json" else {
            throw Problem(.unsupportedMediaType, "send JSON with Content-Type: application/json")
        }
    }

    private func checkQuery(_ request: HTTPRequest, _ operation: Operation) throws(Problem) {
        guard !request.query.isEmpty else { return }
        let known = operation.parameters.filter { $0.place == .query }.map(\.name)
        var faults: [Fault] = []
        var seen: Set<String> = []
        for item in request.query {
            if !known.contains(item.name) {
                let mend = known.isEmpty ? "this path takes none" : "known are \(known.joined(separator: ", "))"
                faults.append(Fault(parameter: item.name, .unknownField, "unknown parameter; \(mend)"))
            } else if !seen.insert(item.name).inserted {
                faults.append(Fault(parameter: item.name, .contradiction, "given more than once; give it once"))
            }
        }
        guard faults.isEmpty else { throw Problem(faults: faults, limit: configuration.maximumFaults) }
    }
}
