import Foundation
import Glibc

/// What came back over a raw connection, taken apart no further than a test needs.
struct RawReply: Equatable {
    let status: Int
    let head: String
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    func header(_ name: String) -> String? {
        head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
            .map { $0.drop { $0 != ":" }.dropFirst().trimmingCharacters(in: .whitespaces) }
    }
}

/// A blocking TCP client that sends whatever bytes a test wants, and waits two minutes for what comes back. Use it inside
/// `offPool`.
final class RawClient {
    private let descriptor: Int32
    private var buffer: [UInt8] = []

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: 120, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if status != 0 { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }

    deinit { close() }

    private var isClosed = false

    func close() {
        if !isClosed { Glibc.close(descriptor) }
        isClosed = true
    }

    func send(_ text: String) { send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// False at the end of the stream, on a reset, and when nothing comes in time.
    private func fill() -> Bool {
        var block = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &block, block.count, 0)
        guard count > 0 else { return false }
        buffer += block[..<count]
        return true
    }

    /// The next answer on the connection, nil when it ends first.
    func reply(hasBody: Bool = true) -> RawReply? {
        while true {
            if let end = buffer.firstRange(of: Array("\r\n\r\n".utf8)) {
                let head = String(decoding: buffer[..<end.lowerBound], as: UTF8.self)
                let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
                let length = RawReply(status: 0, head: head, body: []).header("Content-Length").flatMap { Int($0) } ?? 0
                buffer.removeFirst(end.upperBound)
                return body(hasBody && status != 100 ? length : 0).map {
                    RawReply(status: status, head: head, body: $0)
                }
            }
            guard fill() else { return nil }
        }
    }

    /// Whatever comes next, as text; nil at the end of the stream, or when nothing comes in time.
    func more() -> String? {
        guard !buffer.isEmpty || fill() else { return nil }
        defer { buffer = [] }
        return String(decoding: buffer, as: UTF8.self)
    }

    private func body(_ length: Int) -> [UInt8]? {
        while buffer.count < length { guard fill() else { return nil } }
        defer { buffer.removeFirst(length) }
        return Array(buffer[..<length])
    }

    /// Whether the server closes the connection before the timeout, with nothing more to say.
    func isClosedByServer() -> Bool {
        var byte: UInt8 = 0
        let count = recv(descriptor, &byte, 1, 0)
        return count == 0 || (count < 0 && errno == ECONNRESET)
    }
}

/// Lets a client go from one thread to another, one at a time.
final class Holder: @unchecked Sendable {
    let value: RawClient

    init(_ value: RawClient) { self.value = value }
}

/// Runs blocking work on a thread of its own, since a test that blocks starves the others.
func offPool<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try work() }) }
    }
}
