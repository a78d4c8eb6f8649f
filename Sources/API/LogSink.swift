internal import Foundation

/// Where a log's lines go.
public protocol LogSink: Sendable {
    /// Takes a whole line, its line feed included; called from any thread.
    func write(line: [UInt8])
}

/// Standard error, one system call for a line, so that lines of several threads do not mix.
///
/// Not standard output, which is buffered wherever it is no terminal.
public struct StandardErrorSink: LogSink {
    /// The sink.
    public init() {}

    /// Writes the line; one that cannot be written is lost, for there is nowhere to say so.
    public func write(line: [UInt8]) { try? FileHandle.standardError.write(contentsOf: line) }
}
