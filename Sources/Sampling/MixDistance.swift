internal import Foundation

/// How far two tracks are apart for somebody who plays one into the other, in steps on the circle of fifths.
///
/// Keys lie on the circle of fifths, a minor key with its relative major, half a step from it: what mixing by the
/// "Camelot wheel" calls neighbours. Tempos count by their ratio, each 6 % (what a turntable's pitch control bends
/// unheard) as one step; half and double time go together and cost half a step.
struct MixDistance {
    /// Steps between keys of which one is not known: as far as keys are apart on average.
    static let unknownKey = 3.0
    /// Steps between tempos of which one is not known.
    static let unknownTempo = 3.0
    /// More than this apart, tempos do not go together anyhow.
    static let farthestTempo = 6.0

    private let count: Int
    private let steps: [Double]

    /// The distances between all pairs.
    init(_ tracks: [TrackFacts]) {
        count = tracks.count
        steps = tracks.flatMap { one in tracks.map { Self.between(one, $0) } }
    }

    subscript(one: Int, other: Int) -> Double { steps[one * count + other] }

    /// Steps from one track to another; the same both ways.
    static func between(_ one: TrackFacts, _ other: TrackFacts) -> Double {
        keySteps(one, other) + tempoSteps(one.tempo, other.tempo)
    }

    /// Steps between keys: 0 for the same, 1/2 for the relative one, 6.5 at most.
    static func keySteps(_ one: TrackFacts, _ other: TrackFacts) -> Double {
        guard let first = one.key, let second = other.key else { return unknownKey }
        let (firstMajor, secondMajor) = (one.isMajor ?? true, other.isMajor ?? true)
        let apart = abs(fifths(first, firstMajor) - fifths(second, secondMajor))
        return Double(min(apart, 12 - apart)) + (firstMajor == secondMajor ? 0 : 0.5)
    }

    /// The place of a key on the circle, 0 to 11: C major and A minor at 0, one more for each fifth upwards.
    static func fifths(_ key: Int, _ isMajor: Bool) -> Int { (isMajor ? key : key + 3) * 7 % 12 }

    /// Steps between tempos in beats per minute.
    static func tempoSteps(_ one: Double?, _ other: Double?) -> Double {
        guard let one, let other, one > 0, other > 0 else { return unknownTempo }
        let octaves = abs(log2(one / other))
        let perStep = log2(1.06)
        return min(octaves / perStep, abs(octaves - 1) / perStep + 0.5, farthestTempo)
    }
}
