internal import Foundation

/// Puts chosen tracks into the order that the rules ask for.
struct Arrangement {
    let rules: SamplingRules
    let seed: UInt64

    /// The tracks, given best first, as places in the order to be heard; nil where tracks of one artist cannot be kept
    /// apart.
    func order(_ tracks: [PoolTrack]) -> [Int]? {
        let facts = tracks.map(\.facts)
        let spacing = Spacing(facts, distance: rules.artistSpacing)
        guard rules.order == .harmonic else { return spacing.arranged(base(facts)) }
        let steps = MixDistance(facts)
        let chain = TwoOpt.chain(facts.count) { steps[$0, $1] }
        guard let arranged = spacing.arranged(chain) else { return nil }
        return TwoOpt.improved(arranged, cost: { steps[$0, $1] }, isAllowed: { spacing.holds($0, turned: $1) })
    }

    private func base(_ tracks: [TrackFacts]) -> [Int] {
        switch rules.order {
        case .score, .harmonic: return Array(tracks.indices)
        case .random:
            let draws = tracks.map { SamplingKey.uniform(seed: seed ^ 0x6f72_6465_72, track: $0.id) }
            return tracks.indices.sorted { draws[$0] < draws[$1] }
        case .energyArc: return Self.arc(tracks)
        }
    }

    /// The calmest track at the least point of the arc, the liveliest at its peak; tracks of which no energy is known
    /// count as middling.
    static func arc(_ tracks: [TrackFacts]) -> [Int] {
        let places = tracks.indices.sorted {
            let (one, other) = (height(at: $0, of: tracks.count), height(at: $1, of: tracks.count))
            return one != other ? one < other : $0 < $1
        }
        let byEnergy = tracks.indices.sorted {
            let (one, other) = (tracks[$0].energy ?? 0.5, tracks[$1].energy ?? 0.5)
            return one != other ? one < other : $0 < $1
        }
        var order = Array(repeating: 0, count: tracks.count)
        for (place, track) in zip(places, byEnergy) { order[place] = track }
        return order
    }

    /// Where the arc's peak is, as a share of the list.
    static let peak = 2.0 / 3

    /// The arc: half a cosine up to the peak, half a one down to the middle.
    static func height(at place: Int, of count: Int) -> Double {
        let x = count > 1 ? Double(place) / Double(count - 1) : 0
        if x <= peak { return (1 - cos(.pi * x / peak)) / 2 }
        return (3 + cos(.pi * (x - peak) / (1 - peak))) / 4
    }
}
