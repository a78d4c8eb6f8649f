internal import Postgres

/// Another session of an import, for what needs nothing of its transaction and would wait for rows that travel: numbers of
/// sequences, folded texts, and indexes that are made after the end.
actor SecondSession {
    private let configuration: PostgresConfiguration
    private var opening: Task<PostgresSession, any Error>?

    /// Opens nothing yet.
    init(_ configuration: PostgresConfiguration) { self.configuration = configuration }

    /// Begins to open it, which an import that is small can do without.
    @discardableResult
    func open() -> Task<PostgresSession, any Error> {
        let opening = opening ?? Task { [configuration] in try await PostgresSession.connect(configuration) }
        self.opening = opening
        return opening
    }

    /// The session where it is open, else the one given.
    func orElse(_ session: PostgresSession) async -> PostgresSession {
        if let opened = try? await opening?.value { return opened }
        // Whoever opens it next tries again.
        opening = nil
        return session
    }
}
