internal import Foundation

/// The lengths of a vector's parts, whose squares sum with the padding's to 1.
///
/// The track factors' squared length is their weight; content has what they leave, or all where they are missing. Where
/// parts of weight p out of the content's w are present, the content as a whole has (p/w)^(1 - renormalisation) of that,
/// shared by the parts' weights, and the padding has the rest.
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
        var listeners = placed.reduce(0) { $0 + ($1.1 && $1.0.part == .trackFactors ? $1.0.weight : 0) }
        guard content + listeners > 0 else { return nil }
        // Factors alone are all that a vector without padding has.
        if content == 0 && space.padding == nil { listeners = 1 }
        let share = content > 0 ? (1 - listeners) * pow(content / whole, 1 - space.renormalisation) / content : 0
        parts = placed.map { layout, isPresent in
            isPresent ? (layout.part == .trackFactors ? listeners : layout.weight * share).squareRoot() : 0
        }
        padding = space.padding == nil ? 0 : max(0, 1 - parts.reduce(0) { $0 + $1 * $1 }).squareRoot()
    }
}
