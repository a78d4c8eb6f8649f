internal import CPostgres

/// One connection to a database: an actor on a queue of its own, where the library's calls may block.
///
/// A session has one user at a time. While a transaction or a copy is open on it, another caller's attempt to begin one
/// throws `SQLState.activeTransaction`; share a `PostgresPool`, not a session. A cancelled task cancels its
/// statement on the server, and the session stays usable. Letting go of a session closes it.
public actor PostgresSession {
    private let executor: SessionExecutor
    let connection: ConnectionHandle
    let canceller: StatementCanceller
    let wake = WakeSignal()
    var isCopying = false

    /// The queue that statements run on.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private init(_ configuration: PostgresConfiguration, executor: SessionExecutor) throws(PostgresError) {
        let opened = try ConnectionHandle(configuration)
        canceller = StatementCanceller(opened)
        connection = opened
        self.executor = executor
    }

    /// Connects to a database.
    /// - Throws: `PostgresError` with `SQLState.unableToConnect`.
    public static func connect(_ configuration: PostgresConfiguration) async throws -> PostgresSession {
        let executor = SessionExecutor()
        return try await executor.run { try PostgresSession(configuration, executor: executor) }
    }

    /// The server's process behind this session, as `pg_stat_activity` shows it.
    public var backend: Int { Int(connection.backend) }

    /// Whether the session is connected, between transactions and ready for another user. Asks the operating system,
    /// not the server.
    public var isReusable: Bool {
        while WakeSignal.isReadable(connection.socket), PQconsumeInput(connection.pointer) == 1 {}
        return !connection.isLost && connection.isIdle && !isCopying
    }

    /// Runs blocking work as one statement that the current task's cancellation stops on the server.
    func perform<Value>(_ body: () throws -> Value) async throws -> Value {
        try Task.checkCancellation()
        guard !isCopying else { throw Self.inUse }
        let ticket = canceller.begin()
        defer { canceller.end(ticket) }
        do {
            return try await withTaskCancellationHandler(operation: body) { [canceller] in canceller.cancel(ticket) }
        } catch let error as PostgresError where error.sqlState == .queryCanceled && Task.isCancelled {
            throw CancellationError()
        }
    }

    static let inUse = PostgresError(
        sqlState: .activeTransaction, message: "this session is in use; take another one from the pool")
}
