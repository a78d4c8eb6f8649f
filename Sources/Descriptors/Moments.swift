internal import SoundDocument

/// Mean and deviation of what passes by.
struct Moments {
    private var count = 0.0
    private var mean = 0.0
    private var squares = 0.0

    /// Takes a value in (Welford 1962).
    mutating func add(_ value: Float) {
        count += 1
        let difference = Double(value) - mean
        mean += difference / count
        squares += difference * (Double(value) - mean)
    }

    /// What passed; zeros where nothing did.
    var statistic: Statistic {
        Statistic(mean: Float(mean), deviation: count > 0 ? Float((squares / count).squareRoot()) : 0)
    }
}

extension Statistic {
    /// Of all values.
    init(of values: some Sequence<Float>) {
        var moments = Moments()
        for value in values { moments.add(value) }
        self = moments.statistic
    }
}

extension VectorStatistic {
    /// Of rows of `width` values, one after the other.
    init(of rows: [Float], width: Int) {
        var moments = Array(repeating: Moments(), count: width)
        for row in 0..<rows.count / width {
            for column in 0..<width { moments[column].add(rows[row * width + column]) }
        }
        let statistics = moments.map(\.statistic)
        self.init(mean: statistics.map(\.mean), deviation: statistics.map(\.deviation))
    }
}
