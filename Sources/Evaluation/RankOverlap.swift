internal import Foundation

/// How much two rankings have in common.
enum RankOverlap {
    /// Share of the first `depth` of one that are among the first `depth` of the other.
    static func overlap<Element: Hashable>(_ one: [Element], _ other: [Element], depth: Int) -> Double {
        guard !one.isEmpty || !other.isEmpty else { return 1 }
        let common = Set(one.prefix(depth)).intersection(other.prefix(depth)).count
        return Double(common) / Double(min(depth, max(one.count, other.count)))
    }

    /// Rank-biased overlap, extrapolated from lists of equal length (W. Webber, A. Moffat, J. Zobel, 2010, equation 23):
    /// `persistence` is the chance that a reader goes on to the next rank.
    static func biased<Element: Hashable>(_ one: [Element], _ other: [Element], persistence: Double = 0.9) -> Double {
        let depth = min(one.count, other.count)
        guard depth > 0 else { return one.isEmpty && other.isEmpty ? 1 : 0 }
        var (left, right): (Set<Element>, Set<Element>) = ([], [])
        var (common, sum, weight) = (0, 0.0, 1.0)
        for rank in 0..<depth {
            common +=
                one[rank] == other[rank]
                ? 1 : (right.contains(one[rank]) ? 1 : 0) + (left.contains(other[rank]) ? 1 : 0)
            left.insert(one[rank])
            right.insert(other[rank])
            weight *= persistence
            sum += Double(common) / Double(rank + 1) * weight
        }
        return Double(common) / Double(depth) * weight + (1 - persistence) / persistence * sum
    }
}
