import Synchronization

/// What all connections of a server share; lives as long as the library may call back.
final class ServerCore: Sendable {
    let configuration: HTTPServerConfiguration
    let handler: any HTTPHandler

    /// Requests between their request line and the end of their answer.
    let underway = Atomic(0)
    private let stopping = Atomic(false)
    private let watches = Mutex<[ObjectIdentifier: ConnectionWatch]>([:])
    private let pending = Mutex<PendingReplies>(PendingReplies())
    private let streams = Mutex<[ObjectIdentifier: HTTPBodyStream]>([:])

    private struct PendingReplies {
        var replies: [ObjectIdentifier: PendingReply] = [:]
        var reserved = 0
        var areAbandoned = false
    }

    init(configuration: HTTPServerConfiguration, handler: any HTTPHandler) {
        (self.configuration, self.handler) = (configuration, handler)
    }

    var isStopping: Bool { stopping.load(ordering: .relaxed) }

    /// Lets requests under way end; streams might never, and are ended.
    func beginStopping() {
        stopping.store(true, ordering: .relaxed)
        endStreams()
    }

    private func endStreams() { for stream in streams.withLock({ Array($0.values) }) { stream.end() } }

    /// Keeps account of a stream, which ends at once where the server stops: it must not be stopped over a connection
    /// that is set aside.
    func register(_ stream: HTTPBodyStream) {
        streams.withLock { $0[ObjectIdentifier(stream)] = stream }
        if isStopping { stream.end() }
    }

    func unregister(_ stream: HTTPBodyStream) {
        _ = streams.withLock { $0.removeValue(forKey: ObjectIdentifier(stream)) }
        stream.end()
    }

    /// The answer to what the server refuses by itself.
    func rejection(_ rejection: HTTPRejection, of request: HTTPRequest?) -> HTTPResponse {
        var response = handler.reject(rejection, request: request)
        if let seconds = rejection.retryAfter { response.headers["Retry-After"] = String(seconds) }
        return response
    }

    func register(_ watch: ConnectionWatch) { watches.withLock { $0[ObjectIdentifier(watch)] = watch } }

    func unregister(_ watch: ConnectionWatch) { watches.withLock { $0[ObjectIdentifier(watch)] = nil } }

    /// Ends the connections whose time is over; keeps the lock, so that none is closed under way.
    func endOverdueConnections() {
        let now = MonotonicTime.now
        watches.withLock { watches in
            for watch in watches.values {
                watch.endIfOverdue(at: now) { RawAnswer.bytes(of: rejection(.requestTimeout, of: nil)) }
            }
        }
    }

    /// Ends the connection that has waited for a request the longest, so that idle clients keep nobody out; false where
    /// all of them are busy.
    func endLongestIdleConnection() -> Bool {
        watches.withLock { watches in
            let idle = watches.values.compactMap { watch in watch.idleDeadline.map { (deadline: $0, watch: watch) } }
            return idle.min { $0.deadline < $1.deadline }?.watch.endIfIdle() ?? false
        }
    }

    /// Reserves a place among the replies in flight; false when all are taken. `register` must follow.
    func reserveReply() -> Bool {
        pending.withLock { pending in
            guard pending.reserved < configuration.maximumInFlight else { return false }
            pending.reserved += 1
            return true
        }
    }

    /// Keeps account of a reply on a reserved place; false when all replies have been abandoned, hence this one too.
    func register(_ reply: PendingReply) -> Bool {
        pending.withLock { pending in
            pending.replies[ObjectIdentifier(reply)] = reply
            return !pending.areAbandoned
        }
    }

    func unregister(_ reply: PendingReply) {
        pending.withLock { pending in
            if pending.replies.removeValue(forKey: ObjectIdentifier(reply)) != nil { pending.reserved -= 1 }
        }
    }

    /// Answers all that still wait, and whatever comes later, for the server is about to be gone: the library must not
    /// be stopped over a suspended connection.
    func abandonPendingReplies() {
        let replies = pending.withLock { pending in
            pending.areAbandoned = true
            return Array(pending.replies.values)
        }
        for reply in replies { reply.settle(rejection(.stopping, of: nil)) }
        beginStopping()
    }
}
