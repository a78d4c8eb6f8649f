/// The lengths of a vector's parts, whose squares sum with the padding's to 1.
///
/// The track factors' squared length is their weight; content has what they leave, or all where they are missing. Inside
/// the content the parts that are present share by their weights, and what is missing is shared out or left to the
/// padding, as the space says.
struct PartScales {
    /// One for each part of the space; 0 where it is missing.
    let parts: [Double]
    /// The padding's length; 0 in a space without.
    let padding: Double

    /// The scales of a track with these parts, or nil where it has none.
    init?(_ space: FeatureSpace, present: [Bool]) {
        let placed = zip(space.blocks, present)
        let content = placed.reduce(0) { $0 + ($1.1 && $1.0.part != .trackFactors ? $1.0.weight : 0) }
        let whole = space.blocks.reduce(0) { $0 + ($1.part != .trackFactors ? $1.weight : 0) }
        let listeners = placed.reduce(0) { $0 + ($1.1 && $1.0.part == .trackFactors ? $1.0.weight : 0) }
        guard content + listeners > 0 else { return nil }
        let shares: (listeners: Double, content: Double) =
            switch space.missing {
            case .renormalised: (content > 0 ? listeners : 1, content > 0 ? (1 - listeners) / content : 0)
            case .paddedContent: (listeners, whole > 0 ? (1 - listeners) / whole : 0)
            case .padded: (listeners, 1)
            }
        parts = placed.map { layout, isPresent in
            guard isPresent else { return 0 }
            let square = layout.part == .trackFactors ? shares.listeners : layout.weight * shares.content
            return square.squareRoot()
        }
        padding = max(0, 1 - parts.reduce(0) { $0 + $1 * $1 }).squareRoot()
    }
}
