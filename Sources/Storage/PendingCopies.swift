internal import Postgres

/// Rows that travel into the catalog's tables while the next chunk is being prepared, in order, one chunk's at a time.
///
/// Whoever asks for what they bring settles first. Whoever ends the transaction waits until nothing travels: what arrived
/// after a rollback would stay.
actor PendingCopies {
    /// Rows for a table, as bytes of a binary COPY.
    typealias Rows = (table: String, bytes: [UInt8])

    private let session: PostgresSession
    private var last: Task<Void, any Error>?

    init(session: PostgresSession) { self.session = session }

    /// Sends rows off, once those before have arrived.
    /// - Throws: why those before did not arrive.
    func begin(_ copies: [Rows]) async throws {
        try await settle()
        last = Task { [session] in
            for (table, bytes) in copies {
                try await session.copyIn("COPY \(unsafeRaw: table) FROM STDIN (FORMAT binary)", bytes)
            }
        }
    }

    /// Waits until everything has arrived.
    /// - Throws: why something did not, again and again.
    func settle() async throws { try await last?.value }

    /// Waits until nothing travels.
    func drain() async { _ = await last?.result }
}
