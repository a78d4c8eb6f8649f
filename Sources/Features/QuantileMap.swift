/// Carries one distribution into another: the value at a quantile of the first becomes the value at that quantile of the
/// second.
///
/// Piecewise linear between so many quantiles, constant beyond the ends (M. Déqué, "Frequency of precipitation and
/// temperature extremes over France in an anthropogenic scenario", 2007, section 3, for the method).
public struct QuantileMap: Sendable, Hashable, Codable {
    /// Quantiles that are kept, the least and the greatest value included.
    public static let knots = 33

    /// Values of the provider, strictly ascending.
    public let from: [Float]
    /// The reference's values at the same quantiles; descending where the two run in opposite directions.
    public let to: [Float]

    /// Fits a map.
    ///
    /// - Parameters:
    ///   - values: the provider's, in any order.
    ///   - reference: the reference's, in any order; neither is empty.
    ///   - isInverse: whether great values of the one stand for small values of the other.
    public init(values: [Float], reference: [Float], isInverse: Bool = false) {
        precondition(!values.isEmpty && !reference.isEmpty, "a map is fitted on something")
        let (source, target) = (values.sorted(), reference.sorted())
        var knots: [(from: Float, sum: Float, count: Float)] = []
        for knot in 0..<Self.knots {
            let quantile = Double(knot) / Double(Self.knots - 1)
            let value = Self.quantile(quantile, of: source)
            let image = Self.quantile(isInverse ? 1 - quantile : quantile, of: target)
            // A value that many tracks share covers several quantiles: it becomes the mean of their images.
            if let last = knots.last, last.from >= value {
                knots[knots.count - 1] = (last.from, last.sum + image, last.count + 1)
            } else {
                knots.append((value, image, 1))
            }
        }
        from = knots.map(\.from)
        to = knots.map { $0.sum / $0.count }
    }

    /// The reference's value for a provider's value.
    public func applied(to value: Float) -> Float {
        guard let above = from.firstIndex(where: { $0 >= value }) else { return to[to.count - 1] }
        guard above > 0 else { return to[0] }
        let share = (value - from[above - 1]) / (from[above] - from[above - 1])
        return to[above - 1] + share * (to[above] - to[above - 1])
    }

    /// Linear interpolation between order statistics (type 7 of Hyndman and Fan, 1996).
    private static func quantile(_ quantile: Double, of sorted: [Float]) -> Float {
        let place = quantile * Double(sorted.count - 1)
        let below = min(Int(place), sorted.count - 1)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + Float(place - Double(below)) * (sorted[above] - sorted[below])
    }
}

extension QuantileMap {
    private enum CodingKeys: String, CodingKey { case from, to }

    /// Reads what was encoded.
    /// - Throws: `DecodingError` where the two lists do not make a map.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        from = try container.decode([Float].self, forKey: .from)
        to = try container.decode([Float].self, forKey: .to)
        let isAscending = zip(from, from.dropFirst()).allSatisfy { $0 < $1 }
        guard !from.isEmpty, from.count == to.count, isAscending else {
            throw DecodingError.dataCorruptedError(
                forKey: .from, in: container, debugDescription: "the knots make no map")
        }
    }
}
