internal import Foundation

/// Measures lists of items against targets.
struct RankingMeasures: Sendable {
    private let artists: [Int32]
    private let sound: SoundTable

    init(items: ItemTable, sound: SoundTable) {
        artists = items.artists
        self.sound = sound
    }

    /// All metrics of a list, in the order of `Metric.allCases`; one that cannot be said is NaN.
    func scores(of list: [ItemTable.Item], targets: [ItemTable.Item]) -> [Double] {
        let list = list.prefix(Query.depth)
        let wanted = Set(targets)
        let hits = list.map(wanted.contains)
        let best = min(Query.depth, targets.count)
        return Metric.allCases.map { metric in
            switch metric {
            case .rPrecision: Double(hits.prefix(best).count { $0 }) / Double(best)
            case .ndcg: Self.gain(hits) / Self.gain(Array(repeating: true, count: best))
            case .recall: Double(hits.count { $0 }) / Double(best)
            case .hit: hits.prefix(10).contains(true) ? 1 : 0
            case .artistRPrecision: artistRPrecision(list, targets)
            case .clicks: Double((hits.firstIndex(of: true) ?? Query.depth) / 10)
            case .distance: sound.distance(within: list.prefix(20))
            case .artists: Double(distinctArtists(list.prefix(20), limit: .max).count)
            }
        }
    }

    /// nDCG@100 alone.
    static func ndcg(_ hits: [Bool], targets: Int) -> Double {
        gain(Array(hits.prefix(Query.depth))) / gain(Array(repeating: true, count: min(Query.depth, targets)))
    }

    /// Sum of 1 / log2(rank + 1) over the hits (K. Järvelin, J. Kekäläinen, 2002).
    private static func gain(_ hits: [Bool]) -> Double {
        hits.enumerated().reduce(0) { $1.element ? $0 + 1 / log2(Double($1.offset) + 2) : $0 }
    }

    private func artistRPrecision(_ list: ArraySlice<ItemTable.Item>, _ targets: [ItemTable.Item]) -> Double {
        let wanted = distinctArtists(targets[...], limit: .max)
        let count = min(wanted.count, 50)
        guard count > 0 else { return .nan }
        return Double(distinctArtists(list, limit: count).intersection(wanted).count) / Double(count)
    }

    /// The first distinct artists of a list; items without an artist have none.
    private func distinctArtists(_ list: ArraySlice<ItemTable.Item>, limit: Int) -> Set<Int32> {
        var found: Set<Int32> = []
        for item in list where found.count < limit && artists[Int(item)] >= 0 { found.insert(artists[Int(item)]) }
        return found
    }
}

/// What a method's lists show of the catalog, all taken together.
struct Exposure: Sendable {
    /// Distinct items in all lists.
    let distinctItems: Int
    /// Gini coefficient of how often each artist that is shown at all is shown: 0 where all are equally often.
    let artistGini: Double

    init(of lists: [[ItemTable.Item]], items: ItemTable) {
        var seen = Set<ItemTable.Item>()
        var counts: [Int32: Int] = [:]
        for item in lists.joined() {
            seen.insert(item)
            if items.artists[Int(item)] >= 0 { counts[items.artists[Int(item)], default: 0] += 1 }
        }
        distinctItems = seen.count
        artistGini = Self.gini(counts.values.sorted())
    }

    /// sum of (2 i - n - 1) x_i over n times the sum, x ascending and i from 1.
    static func gini(_ sorted: [Int]) -> Double {
        let (count, sum) = (Double(sorted.count), Double(sorted.reduce(0, +)))
        guard sum > 0 else { return 0 }
        return sorted.enumerated().reduce(0) { $0 + (2 * Double($1.offset + 1) - count - 1) * Double($1.element) }
            / (count * sum)
    }
}
