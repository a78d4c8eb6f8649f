import CMicrohttpd
import Glibc

extension Connection {
    /// How much more than the body limit is read and thrown away, so that a client that sends first and reads afterwards
    /// sees the refusal instead of a broken connection.
    private static let drainedBytes = 4 << 20

    /// How much memory a client gets for a promise; more once it delivers.
    private static let trustedBytes = 64 << 10

    /// What can be refused now is refused now, before the client sends a body or is told to go on.
    func readHeaders(of connection: OpaquePointer, method: String) -> Bool {
        let parsed = RequestTarget(target)
        let request = HTTPRequest(
            method: method, target: parsed, headers: Self.headers(of: connection), body: [],
            remoteAddress: remoteAddress, received: received)
        let framing = BodyFraming(request.headers)
        guard let rejection = rejection(of: connection, target: parsed, framing: framing) else {
            if case .length(let length) = framing { body.reserveCapacity(min(length, Self.trustedBytes)) }
            stage = .receiving(request)
            return true
        }
        // Answered before its body, a request costs its connection; one that sends none, or not much, is read first.
        if case .length(let length) = framing, length <= core.configuration.maximumBodyBytes + Self.drainedBytes,
            request.headers["Expect"] == nil
        {
            stage = .draining(request, rejection)
            return true
        }
        return stopReceiving() && answer(core.rejection(rejection, of: request), to: request, on: connection)
    }

    private func rejection(
        of connection: OpaquePointer, target: RequestTarget?, framing: BodyFraming
    ) -> HTTPRejection? {
        let limits = core.configuration
        if segue_http_header_size(connection) > limits.maximumHeaderBytes {
            return .headersTooLarge(limit: limits.maximumHeaderBytes)
        }
        if target == nil { return .malformed(reason: "its target is not valid percent-encoded UTF-8") }
        switch framing {
        case .contradictory: return .malformed(reason: "its body's length is not stated once and plainly")
        case .length(let length) where length > limits.maximumBodyBytes:
            return .bodyTooLarge(limit: limits.maximumBodyBytes)
        case .length, .chunked: return nil
        }
    }

    /// A body without a stated length is counted as it comes.
    func receive(_ chunk: UnsafeRawBufferPointer, of request: HTTPRequest) -> Bool {
        receivedBytes += chunk.count
        guard receivedBytes <= core.configuration.maximumBodyBytes else {
            body = []
            stage = .draining(request, .bodyTooLarge(limit: core.configuration.maximumBodyBytes))
            return true
        }
        body.append(contentsOf: chunk)
        return true
    }

    /// Past the patience with a body that is too long, the answer goes out beside the library, which cannot answer in
    /// the middle of a request.
    func drain(_ chunk: UnsafeRawBufferPointer, of request: HTTPRequest, _ rejection: HTTPRejection) -> Bool {
        receivedBytes += chunk.count
        guard receivedBytes > core.configuration.maximumBodyBytes + Self.drainedBytes else { return true }
        guard stopReceiving() else { return false }
        let response = core.rejection(rejection, of: request)
        ConnectionWatch.send(RawAnswer.bytes(of: response), to: socket)
        shutdown(socket, Int32(SHUT_WR))
        stage = .answered(request, status: response.status, bytes: response.body.count)
        return false
    }

    private static func headers(of connection: OpaquePointer) -> HTTPHeaders {
        var headers = HTTPHeaders()
        headers.reserveCapacity(12)
        withUnsafeMutablePointer(to: &headers) { headers in
            _ = MHD_get_connection_values_n(connection, .HEADER_KIND, appendHeader, headers)
        }
        return headers
    }
}

/// Called by the library for each header field; the context is the `HTTPHeaders` to add to.
private func appendHeader(
    context: UnsafeMutableRawPointer?, kind: MHD_ValueKind, name: UnsafePointer<CChar>?, nameLength: Int,
    value: UnsafePointer<CChar>?, valueLength: Int
) -> MHD_Result {
    guard let headers = context?.assumingMemoryBound(to: HTTPHeaders.self) else { return .NO }
    let name = UnsafeRawBufferPointer(start: name, count: nameLength)
    let value = UnsafeRawBufferPointer(start: value, count: valueLength)
    headers.pointee.add(String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
    return .YES
}
