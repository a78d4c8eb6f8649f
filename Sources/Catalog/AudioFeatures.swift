/// The audio features of a track that are known; what is missing stays missing.
public struct AudioFeatures: Hashable, Sendable {
    /// One value per case of `AudioFeature`, in order; NaN where missing.
    private var values: [Float]

    /// Nothing known.
    public init() { values = Array(repeating: .nan, count: AudioFeature.allCases.count) }

    /// The value of a feature in its own unit, or nil where missing. Setting a value that is not finite clears it.
    public subscript(feature: AudioFeature) -> Float? {
        get {
            let value = values[feature.rawValue]
            return value.isNaN ? nil : value
        }
        set { values[feature.rawValue] = newValue.flatMap { $0.isFinite ? $0 : nil } ?? .nan }
    }

    /// Whether nothing at all is known.
    public var isEmpty: Bool { values.allSatisfy(\.isNaN) }

    /// Equal when the same features are known with the same values.
    public static func == (lhs: AudioFeatures, rhs: AudioFeatures) -> Bool {
        AudioFeature.allCases.allSatisfy { lhs[$0] == rhs[$0] }
    }

    /// Hashes what `==` compares.
    public func hash(into hasher: inout Hasher) {
        for feature in AudioFeature.allCases { hasher.combine(self[feature]) }
    }
}
