/// Counts durations by upper bound, as Prometheus reads them.
struct Histogram: Sendable, Equatable {
    /// Upper bounds in seconds, ascending; what is above the last counts in the total only.
    static let bounds = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    private var counts = Array(repeating: 0, count: bounds.count)
    /// All durations.
    private(set) var count = 0
    /// Their sum in seconds.
    private(set) var sum = 0.0

    /// Counts one duration in seconds.
    mutating func add(_ seconds: Double) {
        count += 1
        sum += seconds
        if let place = Self.bounds.firstIndex(where: { seconds <= $0 }) { counts[place] += 1 }
    }

    /// For each bound the number of durations up to it.
    var cumulative: [Int] {
        var sum = 0
        return counts.map { count in
            sum += count
            return sum
        }
    }
}
