internal import Catalog
internal import Features
internal import Recommendation

/// Whether the reasons given are the reasons: how much an answer changes without the block that its first track's
/// explanation names first, and without the one that it names last.
public struct Faithfulness: Sendable, Hashable, Codable {
    /// Answers compared.
    public var answers: Int
    /// 1 less rank-biased overlap with the original, without the block named first.
    public var changeWithoutFirst: Estimate
    /// The same without the block named last.
    public var changeWithoutLast: Estimate
    /// The one less the other, paired.
    public var difference: Estimate
    /// Share of the original's first 20 that stay without the block named first.
    public var keptWithoutFirst: Double
    /// Share of the original's first 20 that stay without the block named last.
    public var keptWithoutLast: Double
    /// Share of the answers that change more without the block named first.
    public var firstChangesMore: Double
    /// Share of the answers that change equally.
    public var equal: Double

    /// Sums up observations; nil where there are none.
    init?(_ observations: [Observation], resamples: Int) {
        let bootstrap = Bootstrap(labels: observations.map { _ in "all" }, resamples: resamples)
        let (first, last) = (observations.map { 1 - $0.first.biased }, observations.map { 1 - $0.last.biased })
        guard let changeWithoutFirst = bootstrap.estimate(first), let changeWithoutLast = bootstrap.estimate(last),
            let difference = bootstrap.difference(first, last)
        else { return nil }
        let count = Double(observations.count)
        answers = observations.count
        self.changeWithoutFirst = changeWithoutFirst
        self.changeWithoutLast = changeWithoutLast
        self.difference = difference
        keptWithoutFirst = observations.reduce(0) { $0 + $1.first.kept } / count
        keptWithoutLast = observations.reduce(0) { $0 + $1.last.kept } / count
        firstChangesMore = Double(zip(first, last).count { $0 > $1 }) / count
        equal = Double(zip(first, last).count { $0 == $1 }) / count
    }

    /// What became of one answer.
    struct Observation: Sendable, Hashable {
        var first: Change
        var last: Change
    }

    /// How much of a ranking is left.
    struct Change: Sendable, Hashable {
        /// Rank-biased overlap at persistence 0.9.
        var biased: Double
        /// Share of the first 20 that stay.
        var kept: Double

        init(_ original: [ItemTable.Item], _ changed: [ItemTable.Item]) {
            biased = RankOverlap.biased(original, changed)
            kept = RankOverlap.overlap(original, changed, depth: 20)
        }
    }
}

/// Asks for answers again without a block.
struct FaithfulnessProbe {
    let method: ServiceMethod

    /// What becomes of the answer to a query; nil where its explanation names fewer than two blocks.
    func observe(_ query: Query) throws -> Faithfulness.Observation? {
        var request = method.request(query)
        request.explain = .brief
        guard let answer = try method.recommend(request), let parts = answer.items.first?.explanation?.parts else {
            return nil
        }
        let blocks = parts.filter { $0.contribution != 0 }.compactMap { Block(rawValue: $0.name) }
        guard blocks.count > 1, let first = blocks.first, let last = blocks.last else { return nil }
        let original = method.items(of: answer)
        return Faithfulness.Observation(
            first: .init(original, try ranking(query, without: first)),
            last: .init(original, try ranking(query, without: last)))
    }

    private func ranking(_ query: Query, without block: Block) throws -> [ItemTable.Item] {
        var request = method.request(query)
        request.weights[block] = 0
        return try method.recommend(request).map(method.items) ?? []
    }
}
