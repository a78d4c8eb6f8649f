public import Catalog

/// What a block adds to the cosine of a query and a vector.
public struct BlockContribution: Sendable, Hashable {
    /// Which block.
    public let block: Block
    /// The inner product of the two vectors' parts; these sum to the score.
    public let contribution: Float
    /// The cosine of the parts alone, -1 to 1: how similar the two are in this respect; nil where one lacks the block.
    public let cosine: Float?
}

/// What an audio feature adds to the cosine of a query and a vector.
public struct FeatureContribution: Sendable, Hashable {
    /// Which feature.
    public let feature: AudioFeature
    /// The inner product of the feature's elements (the key has two); these sum to the block's contribution.
    public let contribution: Float
}

extension FeatureSpace {
    /// The exact share of each block in the inner product of two vectors of `dimension` elements, in the space's
    /// order; sums to the product within 1e-5.
    public func contributions(query: Span<Float>, vector: Span<Float>) -> [BlockContribution] {
        check(query, vector)
        var order: [Block] = []
        var products: [Block: PartProduct] = [:]
        for layout in blocks {
            if products[layout.block] == nil { order.append(layout.block) }
            products[layout.block, default: PartProduct()].add(query, vector, in: layout.range)
        }
        return order.compactMap { block in
            products[block].map {
                BlockContribution(block: block, contribution: Float($0.product), cosine: $0.cosine)
            }
        }
    }

    /// The exact share of each audio feature in a block's contribution, `audio` or `artist_audio`, in the order of
    /// `AudioFeature`; sums to it within 1e-5.
    ///
    /// Where the block is a learned mixture of features, the product of two features is split evenly between both; a
    /// feature that neither side has adds nothing and is left out. Without a learned mixture, so is one that either side
    /// lacks. Empty for other blocks and for spaces without the block.
    public func featureContributions(
        query: Span<Float>, vector: Span<Float>, in block: Block = .audio
    ) -> [FeatureContribution] {
        check(query, vector)
        guard block == .audio || block == .artistAudio, let layout = blocks.first(where: { $0.block == block }) else {
            return []
        }
        var sums: [AudioFeature: Double] = [:]
        let products = audio.columnProducts(
            layout.range.map { Double(query[$0]) }, layout.range.map { Double(vector[$0]) })
        // What is smaller than the vectors' single precision is not a contribution but rounding.
        for column in AudioColumn.allCases where abs(products[column.rawValue]) > 1e-8 {
            sums[column.feature, default: 0] += products[column.rawValue]
        }
        return AudioFeature.allCases.compactMap { feature in
            sums[feature].map { FeatureContribution(feature: feature, contribution: Float($0)) }
        }
    }

    /// `contributions(query:vector:)` for vectors that are arrays.
    public func contributions(query: [Float], vector: [Float]) -> [BlockContribution] {
        contributions(query: query.span, vector: vector.span)
    }

    /// `featureContributions(query:vector:in:)` for vectors that are arrays.
    public func featureContributions(
        query: [Float], vector: [Float], in block: Block = .audio
    ) -> [FeatureContribution] {
        featureContributions(query: query.span, vector: vector.span, in: block)
    }

    private func check(_ query: Span<Float>, _ vector: Span<Float>) {
        precondition(
            query.count == dimension && vector.count == dimension, "vectors of this space have \(dimension) elements")
    }
}

/// The inner product of one block's elements and their lengths, summed in double precision.
private struct PartProduct {
    private(set) var product = 0.0
    private var squares = (query: 0.0, vector: 0.0)

    mutating func add(_ query: Span<Float>, _ vector: Span<Float>, in range: Range<Int>) {
        for index in range {
            let (x, y) = (Double(query[index]), Double(vector[index]))
            product += x * y
            squares.query += x * x
            squares.vector += y * y
        }
    }

    var cosine: Float? {
        let length = squares.query.squareRoot() * squares.vector.squareRoot()
        return length > 0 ? Float(min(1, max(-1, product / length))) : nil
    }
}
