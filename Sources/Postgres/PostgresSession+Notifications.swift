internal import CPostgres

/// What another session announced.
public struct PostgresNotification: Sendable, Hashable {
    /// The channel.
    public let channel: String
    /// The text that came with it; empty where none did.
    public let payload: String
    /// The announcing session's server process.
    public let backend: Int
}

extension PostgresSession {
    /// Subscribes to a channel until the session ends.
    /// - Throws: `PostgresError`.
    public func listen(to channel: String) async throws {
        try await execute("LISTEN \(unsafeRaw: Self.quoted(channel))")
    }

    /// Announces on a channel; inside a transaction, when and only if it commits.
    /// - Throws: `PostgresError`.
    public func notify(_ channel: String, payload: String = "") async throws {
        try await execute("SELECT pg_notify(\(channel), \(payload))")
    }

    /// The next notification, or nil when `timeout` is over. Occupies the session while it waits.
    /// - Throws: `PostgresError` where the connection is lost, `CancellationError` at once when the task is cancelled.
    public func nextNotification(timeout: Duration) async throws -> PostgresNotification? {
        try Task.checkCancellation()
        return try await withTaskCancellationHandler {
            let deadline = ContinuousClock.now + timeout
            while !Task.isCancelled {
                guard PQconsumeInput(connection.pointer) == 1 else { throw connection.error(statement: "LISTEN") }
                if let notification = connection.takeNotification() { return notification }
                let left = deadline - .now
                guard left > .zero else { return nil }
                wake.wait(for: connection.socket, timeout: Int32(clamping: Int(left / .milliseconds(1)) + 1))
            }
            throw CancellationError()
        } onCancel: { [wake] in
            wake.raise()
        }
    }

    private static func quoted(_ identifier: String) -> String {
        "\"" + identifier.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}

extension ConnectionHandle {
    func takeNotification() -> PostgresNotification? {
        guard let raw = PQnotifies(pointer) else { return nil }
        defer { PQfreemem(raw) }
        return PostgresNotification(
            channel: String(cString: raw.pointee.relname), payload: String(cString: raw.pointee.extra),
            backend: Int(raw.pointee.be_pid))
    }
}
