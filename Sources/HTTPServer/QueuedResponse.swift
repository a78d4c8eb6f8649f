import CMicrohttpd

/// The library's form of an answer. The library counts references to it; this one is given up when it goes out of scope.
struct QueuedResponse: ~Copyable {
    private let response: OpaquePointer

    /// Nil when memory is short.
    init?(_ answer: HTTPResponse, on connection: OpaquePointer) {
        let hasBody = Self.hasBody(answer.status)
        let made =
            if hasBody, let stream = answer.stream { Self.make(stream, on: connection) } else {
                Self.make(hasBody ? answer.body : [])
            }
        guard let response = made else { return nil }
        self.response = response
        for field in answer.headers.fields where !Self.isReserved(field.name) { add(field.name, field.value) }
    }

    deinit { MHD_destroy_response(response) }

    /// Adds a field of the server's own, unless the handler has set one of its name.
    func addHeader(_ name: String, _ value: String, unlessIn headers: HTTPHeaders) {
        if headers[name] == nil { add(name, value) }
    }

    /// Hands the answer to the library; false when the connection must be closed.
    func queue(on connection: OpaquePointer, status: Int) -> Bool {
        MHD_queue_response(connection, UInt32(status), response) == .YES
    }

    /// The library refuses what would break the head of the answer, and the field is left out.
    private func add(_ name: String, _ value: String) { _ = MHD_add_response_header(response, name, value) }

    private static func hasBody(_ status: Int) -> Bool { status != 204 && status != 304 }

    private static func isReserved(_ name: String) -> Bool {
        HTTPHeaders.areSame(name, "Content-Length") || HTTPHeaders.areSame(name, "Transfer-Encoding")
    }

    /// Lends the array's own storage to the library until it is done with it.
    ///
    /// The pointer outlives the closure that gives it, which is sound here: the box keeps a reference to the array and
    /// nobody changes it, and an array that holds elements stores them at one address for as long as it is referenced.
    private static func make(_ body: [UInt8]) -> OpaquePointer? {
        guard !body.isEmpty else { return MHD_create_response_from_buffer(0, nil, .RESPMEM_PERSISTENT) }
        let box = BodyBox(body)
        let loan = Unmanaged.passRetained(box)
        let response = box.body.withUnsafeBytes { bytes in
            MHD_create_response_from_buffer_with_free_callback_cls(
                bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), releaseBody, loan.toOpaque())
        }
        if response == nil { loan.release() }
        return response
    }
}

extension QueuedResponse {
    /// How much the library asks a stream for at a time, in bytes.
    private static let blockSize = 16 << 10

    /// A response of unknown length, whose bytes the library asks `stream` for.
    private static func make(_ stream: HTTPBodyStream, on connection: OpaquePointer) -> OpaquePointer? {
        let reading = Unmanaged.passRetained(StreamReading(stream: stream, connection: connection))
        // All ones stand for a length that nobody knows (MHD_SIZE_UNKNOWN).
        let response = MHD_create_response_from_callback(
            .max, blockSize, readStream, reading.toOpaque(), releaseStream)
        if response == nil { reading.release() }
        return response
    }
}

/// A stream with the connection that it is sent over.
private final class StreamReading {
    let stream: HTTPBodyStream
    let connection: OpaquePointer

    init(stream: HTTPBodyStream, connection: OpaquePointer) { (self.stream, self.connection) = (stream, connection) }
}

/// Called by the library, on the connection's thread, whenever it can send more; -1 is the end of the body.
private func readStream(
    context: UnsafeMutableRawPointer?, position: UInt64, buffer: UnsafeMutablePointer<CChar>?, size: Int
) -> Int {
    guard let context, let buffer else { return -1 }
    let reading = Unmanaged<StreamReading>.fromOpaque(context).takeUnretainedValue()
    let piece = reading.stream.read(
        into: UnsafeMutableRawBufferPointer(start: buffer, count: size), of: reading.connection)
    return switch piece {
    case .bytes(let count): count
    case .later: 0
    case .end: -1
    }
}

/// Called by the library once it needs a stream no more: it was sent, or its client is gone.
private func releaseStream(_ context: UnsafeMutableRawPointer?) {
    guard let context else { return }
    Unmanaged<StreamReading>.fromOpaque(context).takeRetainedValue().stream.end()
}

/// Keeps a body alive while the library sends it.
private final class BodyBox {
    let body: [UInt8]

    init(_ body: [UInt8]) { self.body = body }
}

/// Called by the library once it needs a body no more.
private func releaseBody(_ context: UnsafeMutableRawPointer?) {
    guard let context else { return }
    Unmanaged<BodyBox>.fromOpaque(context).release()
}
