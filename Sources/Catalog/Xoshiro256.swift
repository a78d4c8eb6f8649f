internal import Foundation

/// The generator xoshiro256** 1.0 (D. Blackman, S. Vigna, 2018), for everything that must come out the same again.
///
/// The numbers below are drawn by methods of its own, because the standard library does not promise that its `random`
/// functions map bits to numbers in the same way for ever.
public struct Xoshiro256: RandomNumberGenerator, Sendable, Hashable {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    /// Begins a sequence that the seed alone decides; the state is filled by `SplitMix64`, as its authors advise.
    public init(seed: UInt64) {
        var filler = SplitMix64(seed: seed)
        state = (filler.next(), filler.next(), filler.next(), filler.next())
    }

    /// Begins at a state, which must not be all zero.
    init(state: (UInt64, UInt64, UInt64, UInt64)) {
        precondition(state != (0, 0, 0, 0), "xoshiro256** stays at zero for ever")
        self.state = state
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        let result = Self.rotated(state.1 &* 5, by: 7) &* 9
        let carried = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= carried
        state.3 = Self.rotated(state.3, by: 45)
        return result
    }

    private static func rotated(_ word: UInt64, by bits: UInt64) -> UInt64 { word << bits | word >> (64 - bits) }

    /// Whether two generators are at the same point of the same sequence.
    public static func == (lhs: Xoshiro256, rhs: Xoshiro256) -> Bool { lhs.state == rhs.state }

    /// Hashes what `==` compares.
    public func hash(into hasher: inout Hasher) {
        for word in [state.0, state.1, state.2, state.3] { hasher.combine(word) }
    }
}

extension Xoshiro256 {
    /// A number of 0 up to but not including 1, with 53 random bits.
    public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A whole number of 0 up to but not including `bound`, all equally likely to within 2^-64 of `bound`.
    public mutating func integer(below bound: Int) -> Int {
        precondition(bound > 0, "no whole number lies between 0 and \(bound)")
        return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// A number of the normal distribution with mean 0 and deviation 1 (Box and Muller, 1958).
    public mutating func normal() -> Double {
        let radius = (-2 * log(1 - uniform())).squareRoot()
        return radius * cos(2 * .pi * uniform())
    }

    /// True with the given probability.
    public mutating func chance(_ probability: Double) -> Bool { uniform() < probability }
}
