/// A five-character SQLSTATE code, as the SQL standard and PostgreSQL's appendix A list them.
public struct SQLState: RawRepresentable, Hashable, Sendable {
    /// The five characters.
    public let rawValue: String

    /// Takes a code.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The first two characters, which name the family of the condition.
    public var category: Substring { rawValue.prefix(2) }

    /// A unique constraint was violated.
    public static let uniqueViolation = SQLState(rawValue: "23505")
    /// A row refers to one that is not there.
    public static let foreignKeyViolation = SQLState(rawValue: "23503")
    /// A check constraint was violated.
    public static let checkViolation = SQLState(rawValue: "23514")
    /// The statement was cancelled.
    public static let queryCanceled = SQLState(rawValue: "57014")
    /// An administrator ended the session.
    public static let adminShutdown = SQLState(rawValue: "57P01")
    /// A lock was not to be had in time.
    public static let lockNotAvailable = SQLState(rawValue: "55P03")
    /// The statement needs a transaction that has not failed.
    public static let inFailedTransaction = SQLState(rawValue: "25P02")
    /// A statement or transaction is already under way on this session.
    public static let activeTransaction = SQLState(rawValue: "25001")
    /// Text that the server's encoding cannot hold.
    public static let invalidText = SQLState(rawValue: "22021")
    /// A table that does not exist.
    public static let undefinedTable = SQLState(rawValue: "42P01")
    /// A column that does not exist.
    public static let undefinedColumn = SQLState(rawValue: "42703")
    /// The connection does not exist (also given here to failures that have no code of the server's).
    public static let connectionFailure = SQLState(rawValue: "08006")
    /// No connection could be made.
    public static let unableToConnect = SQLState(rawValue: "08001")
    /// Too many sessions.
    public static let tooManyConnections = SQLState(rawValue: "53300")
}
