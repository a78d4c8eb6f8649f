internal import Glibc

/// Why a column file cannot be written or read.
public struct ColumnFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure it is.
    public enum Code: String, Sendable {
        /// The operating system refused; the message has its words.
        case system
        /// Not a column file, or one of another version.
        case foreign
        /// Shorter than its directory says, or with a directory that contradicts itself.
        case corrupt
        /// The file has no column of that name and element size.
        case missingColumn
    }

    /// What kind of failure it is.
    public let code: Code
    /// What happened, for people.
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    static func system(_ action: String, errno code: Int32) -> ColumnFileError {
        ColumnFileError(.system, "cannot \(action): \(String(cString: strerror(code)))")
    }
}

extension ColumnFileError {
    /// A failure that only the reader of the columns can see: they contradict each other.
    public init(contradiction text: String) { self.init(.corrupt, text) }
}
