/// A command line that was not understood; ends the program with `ExitStatus.usage`.
public struct UsageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong and what would be right, in one line.
    public let description: String
    /// The command whose help would say more, for example `segue index`; empty where none is known.
    public var command: String

    /// Says what is wrong; the parser adds the command.
    public init(_ description: String, command: String = "") {
        self.description = description
        self.command = command
    }
}
