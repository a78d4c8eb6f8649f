internal import Postgres

/// Rows that travel into the catalog's tables while the next ones are being prepared, in order.
///
/// Whoever asks for what they bring settles first. Whoever ends the transaction waits until nothing travels: what arrived
/// after a rollback would stay.
actor PendingCopies {
    private let session: PostgresSession
    private var last: Task<Void, any Error>?
    /// The last rows of the chunk before this one.
    private var lastOfChunk: Task<Void, any Error>?

    init(session: PostgresSession) { self.session = session }

    /// Sends rows, as bytes of a binary COPY, behind those before.
    func send(_ bytes: [UInt8], to table: String) {
        follow { try await $0.copyIn("COPY \(unsafeRaw: table) FROM STDIN (FORMAT binary)", bytes) }
    }

    /// Does what needs the rows that were sent before.
    func follow(_ work: @escaping @Sendable (PostgresSession) async throws -> Void) {
        last = Task { [session, last] in
            try await last?.joined()
            try await work(session)
        }
    }

    /// Begins another chunk, once the rows of the one before the last have arrived: no more than two are ever in memory.
    /// - Throws: why they did not arrive.
    func beginChunk() async throws {
        let (awaited, last) = (lastOfChunk, last)
        try await awaited?.joined()
        lastOfChunk = last
    }

    /// Waits until everything has arrived.
    /// - Throws: why something did not, again and again.
    func settle() async throws { try await last?.joined() }

    /// Waits until nothing travels.
    func drain() async { _ = await last?.result }
}
