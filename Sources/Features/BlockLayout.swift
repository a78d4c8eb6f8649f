/// Where a part of a block stands in the vectors of a space, and how much it counts.
public struct BlockLayout: Sendable, Hashable, Codable {
    /// Which part.
    public let part: BlockPart
    /// Index of the part's first element in a vector.
    public let offset: Int
    /// Number of its elements.
    public let dimension: Int
    /// The share of the part in the cosine of two vectors that have every part; above 0, all together 1.
    public let weight: Double

    /// Places a part.
    init(part: BlockPart, offset: Int, dimension: Int, weight: Double) {
        precondition(offset >= 0 && dimension > 0 && weight > 0, "a part needs a place, a size and a weight")
        self.part = part
        self.offset = offset
        self.dimension = dimension
        self.weight = weight
    }

    /// Which block the part belongs to.
    public var block: Block { part.block }

    /// The part's elements in a vector.
    public var range: Range<Int> { offset..<offset + dimension }
}

extension BlockLayout {
    /// Lays parts out one after the other, in the given order, leaving out those of weight 0.
    ///
    /// The weights become shares: the track factors' as given, or all of it where there is no content, and the content
    /// parts' of what they leave.
    static func consecutive(_ parts: [(part: BlockPart, dimension: Int)], weights: BlockWeights) -> [BlockLayout] {
        let used = parts.filter { weights[$0.part] > 0 && $0.dimension > 0 }
        let content = used.reduce(0) { $1.part == .trackFactors ? $0 : $0 + weights[$1.part] }
        let hasListeners = used.contains { $0.part == .trackFactors }
        let listeners = hasListeners ? (content > 0 ? weights.listeners : 1) : 0
        var offset = 0
        return used.compactMap { entry in
            let share =
                entry.part == .trackFactors ? listeners : (1 - listeners) * weights[entry.part] / content
            guard share > 0 else { return nil }
            defer { offset += entry.dimension }
            return BlockLayout(part: entry.part, offset: offset, dimension: entry.dimension, weight: share)
        }
    }
}
