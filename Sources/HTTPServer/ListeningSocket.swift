import Glibc

/// A bound and listening TCP socket, closed when it goes out of scope unless it is released.
struct ListeningSocket: ~Copyable {
    private let descriptor: Int32
    let port: Int

    init(host: String, port: Int) throws(HTTPServerError) {
        let (family, address) = try Self.resolve(host, port)
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Self.failure(host, port) }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        let isListening = address.withUnsafeBytes { bytes in
            let pointer = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
            return bind(descriptor, pointer, socklen_t(bytes.count)) == 0 && listen(descriptor, SOMAXCONN) == 0
        }
        guard isListening else {
            let error = Self.failure(host, port)
            close(descriptor)
            throw error
        }
        (self.descriptor, self.port) = (descriptor, Self.boundPort(of: descriptor) ?? port)
    }

    deinit { close(descriptor) }

    /// Gives the descriptor away; the taker closes it.
    consuming func release() -> Int32 {
        let descriptor = descriptor
        discard self
        return descriptor
    }

    private static func resolve(_ host: String, _ port: Int) throws(HTTPServerError) -> (Int32, [UInt8]) {
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &found) == 0, let first = found else { throw .unknownHost(host) }
        defer { freeaddrinfo(first) }
        let bytes = UnsafeRawBufferPointer(start: first.pointee.ai_addr, count: Int(first.pointee.ai_addrlen))
        return (first.pointee.ai_family, Array(bytes))
    }

    /// `sockaddr_in` and `sockaddr_in6` have the port in the same place.
    private static func boundPort(of descriptor: Int32) -> Int? {
        var address = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return status == 0 ? Int(UInt16(bigEndian: address.sin6_port)) : nil
    }

    private static func failure(_ host: String, _ port: Int) -> HTTPServerError {
        let number = errno
        return number == EADDRINUSE
            ? .addressInUse(host: host, port: port)
            : .cannotListen(host: host, port: port, reason: String(cString: strerror(number)))
    }
}
