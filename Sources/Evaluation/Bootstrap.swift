internal import Catalog

/// A mean with the interval in which it would lie for 95 of 100 other samples of playlists.
public struct Estimate: Sendable, Hashable, Codable {
    /// The mean over the playlists; unweighted over data sets.
    public var mean: Double
    /// The 2.5th percentile of resampled means.
    public var low: Double
    /// The 97.5th percentile.
    public var high: Double
}

/// Draws playlists with replacement, each data set from its own (percentile bootstrap; B. Efron, 1979).
///
/// The same draws serve all methods, so that differences are paired.
struct Bootstrap: Sendable {
    /// The places of each data set's queries.
    private let sets: [[Int]]
    private let resamples: Int
    private let seed: UInt64

    /// - Parameters:
    ///   - labels: the data set of each query.
    ///   - resamples: how often to draw.
    init(labels: [String], resamples: Int = 1_000, seed: UInt64 = 1) {
        let groups = Dictionary(grouping: labels.indices) { labels[$0] }
        sets = groups.sorted { $0.key < $1.key }.map(\.value)
        self.resamples = resamples
        self.seed = seed
    }

    /// The mean of one number a query; nil where there is none. A number that is NaN is left out.
    func estimate(_ values: [Double]) -> Estimate? {
        let sets = sets.map { set in set.map { values[$0] }.filter { !$0.isNaN } }.filter { !$0.isEmpty }
        guard !sets.isEmpty else { return nil }
        let mean = sets.reduce(0) { $0 + $1.reduce(0, +) / Double($1.count) } / Double(sets.count)
        var generator = Xoshiro256(seed: seed)
        let means = (0..<resamples).map { _ in Self.resampled(sets, &generator) }.sorted()
        guard !means.isEmpty else { return Estimate(mean: mean, low: mean, high: mean) }
        return Estimate(mean: mean, low: Self.quantile(means, 0.025), high: Self.quantile(means, 0.975))
    }

    /// The mean of one less other.
    func difference(_ one: [Double], _ other: [Double]) -> Estimate? { estimate(zip(one, other).map { $0 - $1 }) }

    private static func resampled(_ sets: [[Double]], _ generator: inout Xoshiro256) -> Double {
        var sum = 0.0
        for set in sets {
            var total = 0.0
            for _ in set.indices { total += set[generator.integer(below: set.count)] }
            sum += total / Double(set.count)
        }
        return sum / Double(sets.count)
    }

    /// Between order statistics, linearly.
    private static func quantile(_ sorted: [Double], _ share: Double) -> Double {
        let place = share * Double(sorted.count - 1)
        let below = Int(place)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
    }
}
