/// What the server or the client library said when something failed.
///
/// `description` is generic on purpose: it may reach a caller or a shared log, and a server's message can quote values.
/// `debugDescription` tells all.
public struct PostgresError: Error, Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// The condition.
    public var sqlState: SQLState
    /// The server's primary message; may quote values.
    public var message: String
    /// The server's detail, where it gave one; may quote values.
    public var detail: String?
    /// The server's hint, where it gave one.
    public var hint: String?
    /// The constraint that was violated, where one was.
    public var constraint: String?
    /// The text of the statement, without its bindings.
    public var statement: String?
    /// Whether the session is lost with it; another one may work.
    public var isConnectionLost: Bool

    /// Describes a failure.
    public init(
        sqlState: SQLState, message: String, detail: String? = nil, hint: String? = nil, constraint: String? = nil,
        statement: String? = nil, isConnectionLost: Bool = false
    ) {
        self.sqlState = sqlState
        self.message = message
        self.detail = detail
        self.hint = hint
        self.constraint = constraint
        self.statement = statement
        self.isConnectionLost = isConnectionLost
    }

    /// The code and, where the connection is gone, that; nothing else.
    public var description: String {
        "PostgreSQL reported \(sqlState.rawValue)\(isConnectionLost ? " and the connection is lost" : "")"
    }

    /// Everything that is known.
    public var debugDescription: String {
        let parts = [
            ("detail", detail), ("hint", hint), ("constraint", constraint), ("statement", statement),
        ].compactMap { label, text in text.map { "; \(label): \($0)" } }
        return "\(description): \(message)\(parts.joined())"
    }
}

/// A value that the server sent is not what the caller asked for: a mistake in the program, never in its input.
public struct PostgresDecodingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Zero-based column.
    public var column: Int
    /// The Swift type asked for.
    public var expected: String
    /// The server's type of the column, as an object identifier.
    public var type: UInt32
    /// Whether the value was null.
    public var isNull: Bool

    /// Names the column and both types.
    public var description: String {
        "column \(column) of type \(type)\(isNull ? ", which is null," : "") is not a \(expected)"
    }
}
