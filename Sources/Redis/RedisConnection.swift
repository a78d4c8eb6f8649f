import CHiredis
import Glibc

/// One connection, owned: closed when it goes out of scope. Every call blocks its thread up to the timeouts.
struct RedisConnection: ~Copyable {
    private let context: UnsafeMutablePointer<redisContext>
    private let address: String

    /// Connects, authenticates and selects the database.
    static func open(_ url: RedisURL, timeouts: RedisTimeouts) throws(RedisError) -> RedisConnection {
        let connection = try RedisConnection(to: url, timeouts: timeouts)
        try connection.enter(url)
        return connection
    }

    private init(to url: RedisURL, timeouts: RedisTimeouts) throws(RedisError) {
        let address = url.description
        let opened =
            switch url.endpoint {
            case .tcp(let host, let port): redisConnectWithTimeout(host, Int32(port), timeval(timeouts.connect))
            case .unix(let path): redisConnectUnixWithTimeout(path, timeval(timeouts.connect))
            }
        guard let opened else { throw .cannotConnect(address: address, reason: "out of memory") }
        guard opened.pointee.err == REDIS_OK, redisSetTimeout(opened, timeval(timeouts.command)) == REDIS_OK else {
            let reason = String(cString: segue_redis_message(opened))
            redisFree(opened)
            throw .cannotConnect(address: address, reason: reason)
        }
        if case .tcp = url.endpoint { redisEnableKeepAlive(opened) }
        (context, self.address) = (opened, address)
    }

    deinit { redisFree(context) }

    private func enter(_ url: RedisURL) throws(RedisError) {
        if let password = url.password {
            let names = url.user.map { [RedisArgument($0)] } ?? []
            try demandOK(["AUTH"] + names + [RedisArgument(password)])
        }
        if url.database != 0 { try demandOK(["SELECT", RedisArgument(url.database)]) }
    }

    private func demandOK(_ command: [RedisArgument]) throws(RedisError) {
        try append(command)
        if case .error(_, let message) = try reply() { throw .cannotConnect(address: address, reason: message) }
    }

    /// Whether the server has hung up since the last answer. Between commands nothing may arrive, so anything readable
    /// is the end of the stream or an answer that nobody asked for.
    var isStale: Bool {
        var descriptor = pollfd(fd: context.pointee.fd, events: Int16(POLLIN), revents: 0)
        return poll(&descriptor, 1, 0) != 0
    }

    /// Puts a command into the buffer that the next `reply` sends.
    func append(_ arguments: [RedisArgument]) throws(RedisError) {
        let bytes = arguments.flatMap(\.bytes)
        let lengths = arguments.map(\.bytes.count)
        let status = bytes.withUnsafeBufferPointer { all in
            // An empty array may have no address, and the library needs one for arguments of no length too.
            withUnsafePointer(to: CChar(0)) { nothing in
                let start = UnsafeRawPointer(all.baseAddress)?.assumingMemoryBound(to: CChar.self) ?? nothing
                var offset = 0
                var pointers: [UnsafePointer<CChar>?] = lengths.map { length in
                    defer { offset += length }
                    return start + offset
                }
                return redisAppendCommandArgv(context, Int32(lengths.count), &pointers, lengths)
            }
        }
        guard status == REDIS_OK else { throw failure() }
    }

    /// Sends what is buffered and waits for the next answer.
    func reply() throws(RedisError) -> RedisValue {
        var reply: UnsafeMutableRawPointer?
        guard redisGetReply(context, &reply) == REDIS_OK, let reply else { throw failure() }
        defer { freeReplyObject(reply) }
        return RedisValue(copying: reply.assumingMemoryBound(to: redisReply.self).pointee)
    }

    /// The library reports an expired timeout as EAGAIN from the read.
    private func failure() -> RedisError {
        let number = errno
        if context.pointee.err == REDIS_ERR_IO, number == EAGAIN || number == EWOULDBLOCK {
            return .timedOut(address: address)
        }
        return .disconnected(address: address, reason: String(cString: segue_redis_message(context)))
    }
}

extension timeval {
    fileprivate init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self.init(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
    }
}
