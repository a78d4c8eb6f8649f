public import Catalog
internal import Foundation

/// What a pool is put into order by, so that its first n are a weighted sample without replacement.
///
/// With temperature T a track's weight is w = r · m · exp(s / T), for its score s, its multiplier m and its share r of
/// recovery. Taking the greatest `ln w + g`, with g of the standard Gumbel distribution, is drawing one after the other
/// with probabilities in proportion to w: the exponential keys of P. S. Efraimidis and P. G. Spirakis, "Weighted random
/// sampling with a reservoir", Information Processing Letters 97 (2006), in the logarithm; see also W. Kool, H. van Hoof
/// and M. Welling, "Stochastic beams and where to find them", ICML 2019. What is compared is T times that,
/// `s + T (ln w' + g)` with w' = r · m, so that next to no temperature puts the best first instead of making all infinite.
///
/// The numbers drawn depend on seed and track alone, so that a pool that grows by a track changes nothing else.
public struct SamplingKey: Comparable, Hashable, Sendable {
    private let primary: Double
    private let secondary: Double

    /// The key of a track.
    /// - Parameters:
    ///   - score: how well it fits.
    ///   - weight: its multiplier times its share of recovery, above 0.
    ///   - temperature: 0 puts the best first, equal ones by lot.
    public init(track: TrackID, score: Double, weight: Double, temperature: Double, seed: UInt64) {
        let uniform = Self.uniform(seed: seed, track: track)
        primary =
            temperature > 0
            ? score + temperature * (log(weight) - log(-log(uniform))) : Self.weighted(score, weight)
        secondary = uniform
    }

    /// A score that the weight makes better or worse whichever side of 0 it is on: penalties take scores below it.
    private static func weighted(_ score: Double, _ weight: Double) -> Double {
        score < 0 ? score / weight : score * weight
    }

    /// Above 0 and below 1, as good as random.
    static func uniform(seed: UInt64, track: TrackID) -> Double {
        let word = SplitMix64.mixed(SplitMix64.mixed(seed) ^ SplitMix64.mixed(UInt64(bitPattern: track.rawValue)))
        return (Double(word >> 11) + 0.5) * 0x1p-53
    }

    /// By key; tracks that are equally good by lot.
    public static func < (one: SamplingKey, other: SamplingKey) -> Bool {
        one.primary != other.primary ? one.primary < other.primary : one.secondary < other.secondary
    }
}
