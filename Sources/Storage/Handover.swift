internal import Synchronization

/// What one task leaves to the next, which then has it alone. What a task returns stays with the task as well, and to
/// change the copy is to copy all of it.
final class Handover<Content: Sendable>: Sendable {
    private let content: Mutex<Content?>

    init(_ content: Content? = nil) { self.content = Mutex(content) }

    /// Leaves it.
    func leave(_ content: Content) { self.content.withLock { $0 = content } }

    /// Takes what was left, which must have been.
    func take() -> Content {
        content.withLock {
            guard let content = $0.take() else { preconditionFailure("nothing was left") }
            return content
        }
    }
}
