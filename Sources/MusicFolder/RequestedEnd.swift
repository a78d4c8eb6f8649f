internal import Synchronization

/// Whether a run was asked to end early.
final class RequestedEnd: Sendable {
    private let requested = Atomic(false)

    /// Asks for it; asking again changes nothing.
    func request() { requested.store(true, ordering: .relaxed) }

    /// Whether somebody asked.
    var isRequested: Bool { requested.load(ordering: .relaxed) }
}
