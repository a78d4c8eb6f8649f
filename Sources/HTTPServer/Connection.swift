import CMicrohttpd
import Glibc
import Synchronization

/// One client's connection and the request on it, confined to the library's thread that serves it.
///
/// The library calls for every request: `beginRequest` with the request line, `proceed` once with the headers, once for
/// each piece of the body, once at its end and once more after a suspension, `finishRequest` when the answer is out.
final class Connection {
    enum Stage {
        case idle
        case target
        case receiving(HTTPRequest)
        /// The request is refused but still arriving; read on, so that the client gets to read why.
        case draining(HTTPRequest, HTTPRejection)
        case waiting(HTTPRequest, PendingReply)
        case answered(HTTPRequest, status: Int, bytes: Int)
    }

    let core: ServerCore
    let watch: ConnectionWatch
    let socket: Int32
    let remoteAddress: String
    var stage = Stage.idle
    var target: [UInt8] = []
    var body: [UInt8] = []
    var received = ContinuousClock.now
    var receivedBytes = 0
    /// The body that is being sent, where it is made meanwhile.
    var stream: HTTPBodyStream?

    init(core: ServerCore, socket: Int32, remoteAddress: String) {
        (self.core, self.socket, self.remoteAddress) = (core, socket, remoteAddress)
        watch = ConnectionWatch(socket: socket, idleUntil: MonotonicTime.after(core.configuration.idleTimeout))
    }

    /// Keeps the target as it came: the library decodes its own copy in place.
    func beginRequest(target text: UnsafePointer<CChar>) {
        core.underway.add(1, ordering: .relaxed)
        received = .now
        target.removeAll(keepingCapacity: true)
        target.append(contentsOf: UnsafeRawBufferPointer(start: text, count: strlen(text)))
        receivedBytes = 0
        stage = .target
        _ = watch.enter(.receiving, until: MonotonicTime.after(core.configuration.requestTimeout))
    }

    /// Takes the request a step further.
    ///
    /// - Parameters:
    ///   - method: the method's text.
    ///   - chunk: a piece of the body, empty at its end.
    /// - Returns: whether the connection may live on.
    func proceed(_ connection: OpaquePointer, method: UnsafePointer<CChar>, chunk: UnsafeRawBufferPointer) -> Bool {
        switch stage {
        case .target:
            return readHeaders(of: connection, method: String(cString: method))
        case .receiving(let request) where chunk.isEmpty:
            return dispatch(request, on: connection)
        case .receiving(let request):
            return receive(chunk, of: request)
        case .draining(let request, let rejection) where chunk.isEmpty:
            return stopReceiving() && answer(core.rejection(rejection, of: request), to: request, on: connection)
        case .draining(let request, let rejection):
            return drain(chunk, of: request, rejection)
        case .waiting(let request, let reply):
            // Without an answer this is a call that the resumption did not cause; there will be another.
            guard let response = reply.takeAnswer() else { return true }
            return answer(response, to: request, on: connection)
        case .idle, .answered:
            return true
        }
    }

    /// Settles the accounts of a request that is over, one way or another.
    func finishRequest(isComplete: Bool) {
        if case .idle = stage { return }
        core.underway.subtract(1, ordering: .relaxed)
        if case .waiting(_, let reply) = stage { core.unregister(reply) }
        if case .answered(let request, let status, let bytes) = stage {
            core.handler.observe(
                HTTPExchange(
                    request: request, status: status, receivedBytes: receivedBytes,
                    sentBytes: bytes + (stream?.sentBytes ?? 0),
                    duration: .now - received, isComplete: isComplete))
        }
        if let stream { core.unregister(stream) }
        stream = nil
        stage = .idle
        body = []
        _ = watch.enter(.idle, until: MonotonicTime.after(core.configuration.idleTimeout))
    }

    /// Leaves the phase in which the clock may end the connection; false when it has.
    func stopReceiving() -> Bool { watch.enter(.answering, until: 0) }
}
