import Synchronization

/// Strikes so many times, then no more.
final class Countdown: Sendable {
    private let left: Mutex<Int>

    init(_ count: Int) { left = Mutex(count) }

    func strikes() -> Bool {
        left.withLock { left in
            left -= 1
            return left >= 0
        }
    }
}
