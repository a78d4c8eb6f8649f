/// When a job that failed is tried again: each failure in a row doubles the wait, up to a limit.
///
/// A random part of the wait is taken off, so that jobs which failed together do not come back together.
public struct RetryBackOff: Sendable, Hashable {
    /// The wait after the first failure.
    public var first: Duration
    /// The longest wait.
    public var longest: Duration

    /// Waits of 5 seconds to 10 minutes, unless told otherwise.
    public init(first: Duration = .seconds(5), longest: Duration = .seconds(600)) {
        (self.first, self.longest) = (first, longest)
    }

    /// The wait after a number of failures in a row, from 1.
    /// - Parameter chance: a random number, 0 to 1: how much of the variable half is waited.
    public func delay(afterFailures failures: Int, chance: Double = .random(in: 0...1)) -> Duration {
        let doublings = min(max(failures, 1) - 1, 30)
        let whole = min(first * (1 << doublings), longest)
        return whole * (0.5 + 0.5 * min(max(chance, 0), 1))
    }
}
