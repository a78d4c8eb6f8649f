internal import Catalog

/// A query made ready to tell what blocks and audio features contribute to its inner products with many vectors.
///
/// Both are linear in the vector, so that whatever depends on the query alone is computed once: for features, a row of
/// coefficients each, of which a contribution is the inner product with the vector's part.
public struct QueryContributions: Sendable {
    private let query: [Float]
    /// Where each block stands in a vector, those of one block one after another.
    private let ranges: [(block: Block, range: Range<Int>)]
    /// Number of blocks.
    public let blockCount: Int
    /// Where the block of features stands in a vector; nil where the space has none.
    private let range: Range<Int>?
    /// One row of `range.count` coefficients for each of `AudioFeature.allCases`, row-major.
    private let coefficients: [Float]

    /// Prepares a query of `dimension` elements; `features` is the block, `audio` or `artist_audio`, whose features are
    /// told apart.
    public init(of query: [Float], in space: FeatureSpace, features: Block = .audio) {
        precondition(query.count == space.dimension, "queries of this space have \(space.dimension) elements")
        self.query = query
        var ranges: [(block: Block, range: Range<Int>)] = []
        for layout in space.blocks {
            let last = ranges.lastIndex { $0.block == layout.block } ?? ranges.endIndex - 1
            ranges.insert((layout.block, layout.range), at: last + 1)
        }
        self.ranges = ranges
        blockCount = Set(ranges.map(\.block)).count
        let isOfFeatures = features == .audio || features == .artistAudio
        let range = isOfFeatures ? space.blocks.first { $0.block == features }?.range : nil
        self.range = range
        coefficients = range.map { Self.coefficients(space.audio, query[$0].map(Double.init)) } ?? []
    }

    /// Kept, because `allCases` makes an array whenever it is asked.
    private static let features = AudioFeature.allCases

    /// Columns folded into features, of which the key owns two.
    private static func coefficients(_ transform: AudioTransform, _ query: [Double]) -> [Float] {
        let columns = transform.columnCoefficients(query)
        var features = [Double](repeating: 0, count: Self.features.count * query.count)
        for column in AudioColumn.allCases {
            for element in query.indices {
                features[column.feature.rawValue * query.count + element] +=
                    columns[column.rawValue * query.count + element]
            }
        }
        return features.map { Float($0) }
    }

    /// Calls `body` with each block and its exact share in the inner product with a vector, in the space's order; sums to
    /// it within 1e-5.
    public func forEachBlock(of vector: Span<Float>, _ body: (Block, Float) -> Void) {
        precondition(vector.count == query.count, "the vector is of another space")
        var product = 0.0
        for place in ranges.indices {
            let (block, range) = ranges[place]
            product += Self.product(query.span, range.lowerBound, vector, range)
            if place + 1 == ranges.count || ranges[place + 1].block != block {
                body(block, Float(product))
                product = 0
            }
        }
    }

    /// The inner product of `vector`'s elements in `range` with as many of `row` from `start` on, in four sums that the
    /// processor can work on at once.
    private static func product(
        _ row: Span<Float>, _ start: Int, _ vector: Span<Float>, _ range: Range<Int>
    ) -> Double {
        let shift = start - range.lowerBound
        var sums = SIMD4<Double>.zero
        var index = range.lowerBound
        while index + 4 <= range.upperBound {
            let ours = SIMD4(row[index + shift], row[index + shift + 1], row[index + shift + 2], row[index + shift + 3])
            let theirs = SIMD4(vector[index], vector[index + 1], vector[index + 2], vector[index + 3])
            sums += SIMD4<Double>(ours) * SIMD4<Double>(theirs)
            index += 4
        }
        var sum = sums.sum()
        while index < range.upperBound {
            sum += Double(row[index + shift]) * Double(vector[index])
            index += 1
        }
        return sum
    }

    /// The exact share of each audio feature in its block's contribution, in the order of `AudioFeature`; sums to it
    /// within 1e-5.
    ///
    /// Where the block is a learned mixture of features, the product of two features is split evenly between both; a
    /// feature that neither side has adds nothing and is left out. Without a learned mixture, so is one that either side
    /// lacks.
    public func features(of vector: Span<Float>) -> [FeatureContribution] {
        precondition(vector.count == query.count, "the vector is of another space")
        guard let range else { return [] }
        var found: [FeatureContribution] = []
        found.reserveCapacity(Self.features.count)
        for feature in Self.features {
            let product = Self.product(coefficients.span, feature.rawValue * range.count, vector, range)
            // What is smaller than the vectors' single precision is not a contribution but rounding.
            if abs(product) > 1e-8 { found.append(FeatureContribution(feature: feature, contribution: Float(product))) }
        }
        return found
    }
}
