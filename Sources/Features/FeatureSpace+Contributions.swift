public import Catalog

/// What a block adds to the inner product of a query and a vector.
public struct BlockContribution: Sendable, Hashable {
    /// Which block.
    public let block: Block
    /// The inner product of the two vectors' parts; these sum to the score.
    public let contribution: Float
}

/// What an audio feature adds to the inner product of a query and a vector.
public struct FeatureContribution: Sendable, Hashable {
    /// Which feature.
    public let feature: AudioFeature
    /// The inner product of the feature's elements (the key has two); these sum to the block's contribution.
    public let contribution: Float
}

extension FeatureSpace {
    /// The exact share of each block in the inner product of two vectors of `dimension` elements, in the space's
    /// order; sums to the product within 1e-5.
    public func contributions(query: [Float], vector: [Float]) -> [BlockContribution] {
        var found: [BlockContribution] = []
        QueryContributions(of: query, in: self).forEachBlock(of: vector.span) {
            found.append(BlockContribution(block: $0, contribution: $1))
        }
        return found
    }

    /// The exact share of each audio feature in a block's contribution, `audio` or `artist_audio`, in the order of
    /// `AudioFeature`; sums to it within 1e-5. Empty for other blocks and for spaces without the block.
    public func featureContributions(
        query: [Float], vector: [Float], in block: Block = .audio
    ) -> [FeatureContribution] {
        QueryContributions(of: query, in: self, features: block).features(of: vector.span)
    }
}
