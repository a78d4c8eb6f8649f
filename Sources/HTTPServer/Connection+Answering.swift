import CMicrohttpd

extension Connection {
    /// Hands the whole request to the handler.
    func dispatch(_ request: HTTPRequest, on connection: OpaquePointer) -> Bool {
        guard stopReceiving() else { return false }
        var request = request
        swap(&request.body, &body)
        let reply = core.handler.handle(request)
        request.body = []
        switch reply {
        case .now(let response): return answer(response, to: request, on: connection)
        case .later(let work): return wait(for: work, request, on: connection)
        }
    }

    private func wait(
        for work: @escaping @Sendable () async -> HTTPResponse, _ request: HTTPRequest, on connection: OpaquePointer
    ) -> Bool {
        if let rejection: HTTPRejection = core.isStopping ? .stopping : core.reserveReply() ? nil : .overloaded {
            return answer(core.rejection(rejection, of: request), to: request, on: connection)
        }
        let reply = PendingReply(SuspendedConnection(suspending: connection))
        stage = .waiting(request, reply)
        guard core.register(reply) else {
            reply.settle(core.rejection(.stopping, of: request))
            return true
        }
        let limit = max(.zero, core.configuration.requestTimeout - (.now - received))
        reply.start(work, limit: limit) { [core] in core.rejection(.handlerTimeout, of: request) }
        return true
    }

    /// Queues the answer with the library, which sends it as the client reads.
    func answer(_ response: HTTPResponse, to request: HTTPRequest, on connection: OpaquePointer) -> Bool {
        if case .waiting(_, let reply) = stage { core.unregister(reply) }
        guard let queued = QueuedResponse(response, on: connection) else { return false }
        if let stream = response.stream {
            self.stream = stream
            core.register(stream)
        }
        queued.addHeader("X-Request-Id", request.requestID, unlessIn: response.headers)
        if core.isStopping { queued.addHeader("Connection", "close", unlessIn: response.headers) }
        stage = .answered(request, status: response.status, bytes: response.body.count)
        return queued.queue(on: connection, status: response.status)
    }
}
