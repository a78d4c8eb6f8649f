/// A bounded number of sessions that callers take turns with.
///
/// Sessions are opened when wanted and kept; one that turns out broken is replaced, so after the server comes back
/// the next caller simply gets a new session.
public actor PostgresPool {
    /// How the sessions reach the database.
    public nonisolated let configuration: PostgresConfiguration
    /// How long a caller waits for a session before `PostgresPoolError.exhausted`.
    public nonisolated let acquireTimeout: Duration

    private enum Grant: Sendable {
        case session(PostgresSession)
        case open
    }

    private var state: PoolState<PostgresSession>
    private var continuations: [UInt64: CheckedContinuation<Grant, any Error>] = [:]
    private var issued: UInt64 = 0

    /// Makes a pool of at most `limit` sessions; connects to nothing yet.
    public init(_ configuration: PostgresConfiguration, limit: Int = 8, acquireTimeout: Duration = .seconds(10)) {
        self.configuration = configuration
        self.acquireTimeout = acquireTimeout
        state = PoolState(limit: limit)
    }

    /// Lends a session to `body`; it goes back afterwards, and an open transaction on it is rolled back.
    /// - Throws: `PostgresPoolError.exhausted`, `PostgresError`, `CancellationError`, what `body` throws.
    @discardableResult
    public nonisolated func withSession<Value: Sendable>(
        _ body: @Sendable (PostgresSession) async throws -> Value
    ) async throws -> Value {
        let session = try await lease()
        do {
            let value = try await body(session)
            await giveBack(session)
            return value
        } catch {
            await giveBack(session)
            throw error
        }
    }

    /// Asks the server for a sign of life.
    /// - Throws: `PostgresError`, `PostgresPoolError.exhausted`.
    public nonisolated func ping() async throws {
        _ = try await withSession { try await $0.execute("SELECT 1") }
    }

    /// Closes the sessions that are idle; those that are lent are closed as they come back broken or are dropped.
    public func closeIdle() { state.dropIdle() }

    /// Numbers of sessions: lent or being opened, and idle.
    public var occupancy: (taken: Int, idle: Int) { (state.taken, state.idle.count) }

    private func lease() async throws -> PostgresSession {
        issued += 1
        let waiter = issued
        switch state.acquire(waiter: waiter) {
        case .member(let session): return await session.isReusable ? session : try await open()
        case .open: return try await open()
        case .wait:
            switch try await grant(to: waiter) {
            case .session(let session): return session
            case .open: return try await open()
            }
        }
    }

    private func open() async throws -> PostgresSession {
        do {
            return try await PostgresSession.connect(configuration)
        } catch {
            carryOut(state.freePlace())
            throw error
        }
    }

    private func giveBack(_ session: PostgresSession) async {
        await session.rollback()
        let reusable = await session.isReusable
        carryOut(state.release(session, reusable: reusable))
    }

    private func carryOut(_ action: PoolState<PostgresSession>.Released) {
        switch action {
        case .nothing: break
        case .handOver(let session, let waiter):
            continuations.removeValue(forKey: waiter)?.resume(returning: .session(session))
        case .open(let waiter): continuations.removeValue(forKey: waiter)?.resume(returning: .open)
        }
    }

    private func grant(to waiter: UInt64) async throws -> Grant {
        let timeout = Task { [acquireTimeout] in
            try await Task.sleep(for: acquireTimeout)
            abandon(waiter, PostgresPoolError.exhausted(limit: state.limit, waited: acquireTimeout))
        }
        defer { timeout.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                continuations[waiter] = continuation
                if Task.isCancelled { abandon(waiter, CancellationError()) }
            }
        } onCancel: {
            Task { await self.abandon(waiter, CancellationError()) }
        }
    }

    private func abandon(_ waiter: UInt64, _ error: any Error) {
        guard state.abandon(waiter: waiter) else { return }
        continuations.removeValue(forKey: waiter)?.resume(throwing: error)
    }
}

/// Why a pool lent nothing.
public enum PostgresPoolError: Error, Hashable, Sendable, CustomStringConvertible {
    /// All sessions stayed in use for as long as the caller was ready to wait.
    case exhausted(limit: Int, waited: Duration)

    /// What happened, with the mend.
    public var description: String {
        switch self {
        case .exhausted(let limit, let waited):
            "all \(limit) database sessions stayed in use for \(waited); raise the pool's limit or send less"
        }
    }
}
