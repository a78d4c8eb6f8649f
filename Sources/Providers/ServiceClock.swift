public import Foundation

/// Time and chance as a client of outside services sees them; tests give their own.
public struct ServiceClock: Sendable {
    /// The date, for moments that others are told.
    public var now: @Sendable () -> Date
    /// A clock that never goes back, for measuring.
    public var instant: @Sendable () -> ContinuousClock.Instant
    /// Waits; throws when the task is cancelled.
    public var sleep: @Sendable (Duration) async throws -> Void
    /// A number from 0 up to 1.
    public var chance: @Sendable () -> Double

    /// Takes all four.
    public init(
        now: @escaping @Sendable () -> Date, instant: @escaping @Sendable () -> ContinuousClock.Instant,
        sleep: @escaping @Sendable (Duration) async throws -> Void, chance: @escaping @Sendable () -> Double
    ) {
        (self.now, self.instant, self.sleep, self.chance) = (now, instant, sleep, chance)
    }

    /// The system's.
    public static let system = ServiceClock(
        now: { Date() }, instant: { .now }, sleep: { try await Task.sleep(for: $0) },
        chance: { Double.random(in: 0..<1) })
}
