/// A connection to Redis that mends itself: commands in, values out, one at a time.
///
/// An actor on a thread of its own, since the library blocks. It connects when first used. A connection that the server
/// has dropped is noticed before the next command is sent and replaced; one that breaks under a command fails that
/// command, because nobody can tell whether it was carried out. When no connection can be made, further commands fail
/// at once until the back-off is over, so that callers never queue behind a dead server.
public actor RedisSession {
    private let url: RedisURL
    private let timeouts: RedisTimeouts
    private let executor: SerialThreadExecutor
    private var connection: RedisConnection?
    private var backOff: BackOff
    private var isClosed = false
    var knownScripts: [String: RedisArgument] = [:]

    /// A session that connects when first used.
    public init(url: RedisURL, timeouts: RedisTimeouts = RedisTimeouts()) {
        (self.url, self.timeouts) = (url, timeouts)
        executor = SerialThreadExecutor(name: "redis")
        backOff = BackOff(first: timeouts.firstBackOff, longest: timeouts.longestBackOff)
    }

    /// The session's own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Where the session connects to, without the password.
    public nonisolated var address: String { url.description }

    /// Sends one command and waits for its answer.
    ///
    /// - Throws: `RedisError`; `.refused` when the server answers with an error.
    public func send(_ command: RedisArgument...) throws(RedisError) -> RedisValue {
        try send(command)
    }

    /// Sends one command and waits for its answer.
    ///
    /// - Throws: `RedisError`; `.refused` when the server answers with an error.
    public func send(_ command: [RedisArgument]) throws(RedisError) -> RedisValue {
        let value = try sendAll([command])[0]
        if case .error(let code, let message) = value { throw .refused(code: code, message: message) }
        return value
    }

    /// Sends several commands in one go and waits for all answers, in order.
    ///
    /// One round trip for the lot; other clients' commands may come in between. A refused command is an
    /// `RedisValue.error` in its place, and the others are carried out all the same.
    ///
    /// - Throws: `RedisError` when the connection fails, with an unknown number of commands carried out.
    public func sendAll(_ commands: [[RedisArgument]]) throws(RedisError) -> [RedisValue] {
        precondition(commands.allSatisfy { !$0.isEmpty }, "a command has a name")
        guard !commands.isEmpty else { return [] }
        do {
            return try exchange(commands)
        } catch {
            connection = nil
            throw error
        }
    }

    private func exchange(_ commands: [[RedisArgument]]) throws(RedisError) -> [RedisValue] {
        try connect()
        guard let replies = try connection?.exchange(commands) else { throw .closed }
        return replies
    }

    private func connect() throws(RedisError) {
        guard !isClosed else { throw .closed }
        if connection?.isStale ?? false { connection = nil }
        guard connection == nil else { return }
        let wait = backOff.remaining(at: .now)
        guard wait <= .zero else { throw .backingOff(address: address, seconds: wait / .seconds(1)) }
        do {
            connection = try RedisConnection.open(url, timeouts: timeouts)
            backOff.succeeded()
        } catch {
            backOff.failed(at: .now)
            throw error
        }
    }

    /// Ends the connection; every later command throws `RedisError.closed`.
    ///
    /// Commands that are already waiting for their turn are answered first.
    public func close() {
        isClosed = true
        connection = nil
    }
}

extension RedisConnection {
    fileprivate func exchange(_ commands: [[RedisArgument]]) throws(RedisError) -> [RedisValue] {
        for command in commands { try append(command) }
        var replies: [RedisValue] = []
        replies.reserveCapacity(commands.count)
        for _ in commands { replies.append(try reply()) }
        return replies
    }
}
