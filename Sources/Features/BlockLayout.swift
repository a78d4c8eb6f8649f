/// Where a block stands in the vectors of a space, and how much it counts.
public struct BlockLayout: Sendable, Hashable, Codable {
    /// Which block.
    public let block: Block
    /// Index of the block's first element in a vector.
    public let offset: Int
    /// Number of its elements.
    public let dimension: Int
    /// The share of the block in the cosine of two vectors that have every block; above 0.
    public let weight: Double

    /// Places a block.
    public init(block: Block, offset: Int, dimension: Int, weight: Double) {
        precondition(offset >= 0 && dimension > 0 && weight > 0, "a block needs a place, a size and a weight")
        self.block = block
        self.offset = offset
        self.dimension = dimension
        self.weight = weight
    }

    /// The block's elements in a vector.
    public var range: Range<Int> { offset..<offset + dimension }
}

extension BlockLayout {
    /// Lays blocks out one after the other, in the given order.
    static func consecutive(_ blocks: [(block: Block, dimension: Int, weight: Double)]) -> [BlockLayout] {
        var offset = 0
        return blocks.map { entry in
            defer { offset += entry.dimension }
            return BlockLayout(block: entry.block, offset: offset, dimension: entry.dimension, weight: entry.weight)
        }
    }
}
