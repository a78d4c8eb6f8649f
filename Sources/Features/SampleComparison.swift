internal import Foundation

/// How two providers' values of one feature compare, track by track and as distributions.
enum SampleComparison {
    /// The two-sample Kolmogorov-Smirnov statistic: the greatest distance between the distribution functions, 0 to 1.
    static func distance(_ first: [Float], _ second: [Float]) -> Double {
        guard !first.isEmpty, !second.isEmpty else { return 0 }
        let (first, second) = (first.sorted(), second.sorted())
        var (i, j, greatest) = (0, 0, 0.0)
        while i < first.count, j < second.count {
            let value = min(first[i], second[j])
            while i < first.count, first[i] <= value { i += 1 }
            while j < second.count, second[j] <= value { j += 1 }
            greatest = max(greatest, abs(Double(i) / Double(first.count) - Double(j) / Double(second.count)))
        }
        return greatest
    }

    /// The distance that two samples of one distribution exceed in one case of twenty: 1.358 √((n + m) / nm).
    static func criticalDistance(_ count: Int) -> Double { 1.358 * (2 / Double(max(count, 1))).squareRoot() }

    /// The mean of the absolute differences.
    static func meanAbsoluteError(_ first: [Float], _ second: [Float]) -> Double {
        guard !first.isEmpty else { return 0 }
        return zip(first, second).reduce(0) { $0 + Double(abs($1.0 - $1.1)) } / Double(first.count)
    }

    /// The mean distance from the median: how much values differ from each other.
    static func spread(_ values: [Float]) -> Double {
        guard !values.isEmpty else { return 0 }
        let median = values.sorted()[values.count / 2]
        return values.reduce(0) { $0 + Double(abs($1 - median)) } / Double(values.count)
    }

    /// Spearman's rank correlation, ties by their mean rank; 0 where one side does not vary.
    static func correlation(_ first: [Float], _ second: [Float]) -> Double {
        let (a, b) = (ranks(first), ranks(second))
        let (meanA, meanB) = (mean(a), mean(b))
        var (product, squareA, squareB) = (0.0, 0.0, 0.0)
        for (x, y) in zip(a, b) {
            product += (x - meanA) * (y - meanB)
            squareA += (x - meanA) * (x - meanA)
            squareB += (y - meanB) * (y - meanB)
        }
        guard squareA > 0, squareB > 0 else { return 0 }
        return product / (squareA * squareB).squareRoot()
    }

    private static func mean(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    }

    private static func ranks(_ values: [Float]) -> [Double] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = Array(repeating: 0.0, count: values.count)
        var start = 0
        while start < order.count {
            var end = start
            while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
            for place in start...end { ranks[order[place]] = Double(start + end) / 2 }
            start = end + 1
        }
        return ranks
    }
}
