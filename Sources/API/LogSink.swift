internal import Dispatch
internal import Foundation
internal import Synchronization

/// Where a log's lines go.
public protocol LogSink: Sendable {
    /// Takes a whole line, its line feed included; called from any thread. One that may wait need not be seen at once.
    func write(line: [UInt8], mayWait: Bool)
}

/// Standard error, one system call for whole lines, so that lines of several threads do not mix.
///
/// Lines that may wait are gathered for a moment: under load a call for each takes as long as writing it. Any other line
/// takes those before it along. Not standard output, which is buffered wherever it is no terminal.
public final class StandardErrorSink: LogSink {
    private let file: FileHandle
    private let waiting = Mutex<[UInt8]>([])
    private let queue = DispatchQueue(label: "segue.log")

    /// How long a line waits at most, in milliseconds.
    private static let patience = 50
    /// Bytes that wait at most.
    private static let room = 1 << 15

    /// The sink.
    public convenience init() { self.init(file: .standardError) }

    init(file: FileHandle) { self.file = file }

    /// Writes the line; one that cannot be written is lost, for there is nowhere to say so.
    public func write(line: [UInt8], mayWait: Bool) {
        let isFirst = waiting.withLock { lines in
            lines += line
            guard mayWait, lines.count < Self.room else {
                writeOut(&lines)
                return false
            }
            return lines.count == line.count
        }
        guard isFirst else { return }
        queue.asyncAfter(deadline: .now() + .milliseconds(Self.patience)) {
            self.waiting.withLock { self.writeOut(&$0) }
        }
    }

    /// Under the lock, so that lines stay in order.
    private func writeOut(_ lines: inout [UInt8]) {
        guard !lines.isEmpty else { return }
        try? file.write(contentsOf: lines)
        lines.removeAll(keepingCapacity: true)
    }
}
