internal import Glibc

/// Why a process could not be confined.
public enum ConfinementError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The system refused something, with its error number.
    case refused(String, Int32)

    /// What was refused, in one sentence.
    public var description: String {
        switch self {
        case .refused(let what, let number): "the system refuses \(what): \(String(cString: strerror(number)))"
        }
    }
}
