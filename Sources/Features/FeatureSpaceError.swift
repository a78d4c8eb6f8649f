/// Why a feature space cannot be fitted or a query cannot be made in it.
public enum FeatureSpaceError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A matrix could not be decomposed; the text says why.
    case decomposition(String)
    /// A weight in a request is negative or not finite.
    case badWeight(Block)
    /// A weight in a request names a block that this space does not have.
    case blockNotInSpace(Block)
    /// Nothing is left of the query under the weights of the request, or its seeds cancel out.
    case emptyQuery

    /// What is wrong and what would mend it, in one sentence.
    public var description: String {
        switch self {
        case .decomposition(let reason): "the feature space cannot be fitted: \(reason)"
        case .badWeight(let block): "the weight of \(block.rawValue) must be a number of 0 or more"
        case .blockNotInSpace(let block): "the index has no block \(block.rawValue); leave its weight out"
        case .emptyQuery: "the seeds have nothing in the blocks whose weight is above 0; raise another block's weight"
        }
    }
}
