/// Which blocks and which audio features of a vector rest on measurements; what is not in it contributes nothing.
///
/// Bits 0 to 15 are blocks in the order of `Block.allCases`, bits 16 to 47 audio features by raw value.
public struct Coverage: RawRepresentable, Hashable, Sendable, Codable {
    /// The mask.
    public var rawValue: UInt64

    /// Takes a stored mask.
    public init(rawValue: UInt64 = 0) { self.rawValue = rawValue }
}
