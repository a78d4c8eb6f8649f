/// The audio features of a track that are known; what is missing stays missing.
public struct AudioFeatures: Hashable, Sendable {
    /// A value for each case of `AudioFeature`, in order; NaN where missing. Not on the heap: tables have millions.
    private var values = InlineArray<13, Float>(repeating: .nan)

    /// Nothing known.
    public init() {}

    /// The value of a feature in its own unit, or nil where missing. Setting a value that is not finite clears it.
    public subscript(feature: AudioFeature) -> Float? {
        get {
            let value = values[feature.rawValue]
            return value.isNaN ? nil : value
        }
        set { values[feature.rawValue] = newValue.flatMap { $0.isFinite ? $0 : nil } ?? .nan }
    }

    /// Whether nothing at all is known.
    public var isEmpty: Bool { values.indices.allSatisfy { values[$0].isNaN } }

    /// Equal when the same features are known with the same values.
    public static func == (lhs: AudioFeatures, rhs: AudioFeatures) -> Bool {
        AudioFeature.allCases.allSatisfy { lhs[$0] == rhs[$0] }
    }

    /// Hashes what `==` compares.
    public func hash(into hasher: inout Hasher) {
        for feature in AudioFeature.allCases { hasher.combine(self[feature]) }
    }
}
