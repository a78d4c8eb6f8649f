/// Count, mean and deviation of numbers that arrive one at a time (Welford's update, Technometrics 4, 1962).
struct RunningMoments: Sendable {
    private(set) var count = 0
    private(set) var mean = 0.0
    private var scatter = 0.0

    /// Takes one finite number in.
    mutating func add(_ value: Double) {
        count += 1
        let before = value - mean
        mean += before / Double(count)
        scatter += before * (value - mean)
    }

    /// Population deviation, or 0 where the numbers differ by no more than rounding.
    var deviation: Double {
        guard count > 1 else { return 0 }
        let deviation = (scatter / Double(count)).squareRoot()
        return deviation > 1e-6 * max(abs(mean), 1e-3) ? deviation : 0
    }
}
