import Synchronization

/// Whether Redis answers, as the last command found it, with a word only when that changes.
///
/// Shared by everything in this module, so that an outage is reported once however many parts notice it.
public final class Reachability: Sendable {
    /// What is worth a line in the log.
    public enum Change: Sendable, Equatable {
        /// Redis stopped answering; the service goes on by itself. The reason is fit for a log.
        case lost(reason: String)

        /// Redis answers again.
        case restored
    }

    private let reachable = Mutex(true)
    private let report: @Sendable (Change) -> Void

    /// Assumes that Redis answers until something says otherwise.
    ///
    /// - Parameter report: called once for each change, on whatever thread noticed it.
    public init(report: @escaping @Sendable (Change) -> Void = { _ in }) { self.report = report }

    /// Whether the last command was answered.
    public var isReachable: Bool { reachable.withLock { $0 } }

    func succeeded() {
        if change(to: true) { report(.restored) }
    }

    func failed(_ error: some Error & CustomStringConvertible) {
        if change(to: false) { report(.lost(reason: error.description)) }
    }

    private func change(to isReachable: Bool) -> Bool {
        reachable.withLock { reachable in
            defer { reachable = isReachable }
            return reachable != isReachable
        }
    }
}
