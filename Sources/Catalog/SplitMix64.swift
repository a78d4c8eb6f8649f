/// The generator SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, OOPSLA 2014): tiny, fast, any seed is a good one.
///
/// Used to spread seeds and to derive independent ones; `Xoshiro256` is the one to draw from.
public struct SplitMix64: RandomNumberGenerator, Sendable, Hashable {
    private var state: UInt64

    /// Begins a sequence that the seed alone decides.
    public init(seed: UInt64) { state = seed }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return Self.mixed(state)
    }

    /// The generator's finalizer: a bijection of 64-bit words in which every bit of the result depends on every bit.
    public static func mixed(_ word: UInt64) -> UInt64 {
        var word = word
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }
}
