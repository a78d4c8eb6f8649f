import Catalog
import Testing

@testable import Sampling

/// All ways to put so many tracks of artists into places, each artist as often as there are tracks, none too close.
///
/// Brute force over lists of artists, as tracks of the same artists are alike here; answers the length of the longest
/// list up to `count`.
private func longest(_ offered: [[Int64]: Int], spacing: Int, upTo count: Int) -> Int {
    func reaches(_ length: Int, _ list: [[Int64]], _ left: [[Int64]: Int]) -> Bool {
        guard list.count < length else { return true }
        let recent = Set(list.suffix(spacing).flatMap(\.self))
        return left.contains { artists, number in
            guard number > 0, recent.isDisjoint(with: artists) else { return false }
            var less = left
            less[artists] = number - 1
            return reaches(length, list + [artists], less)
        }
    }
    // A part of a list that keeps the distance keeps it, too: if one length cannot be reached, no greater one can.
    return (1...count).prefix { reaches($0, [], offered) }.last ?? 0
}

private func pool(_ offered: [[Int64]: Int]) -> [PoolTrack] {
    var tracks: [PoolTrack] = []
    for (artists, number) in offered.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
        for _ in 0..<number {
            let id = TrackID(rawValue: Int64(tracks.count + 1))
            tracks.append(
                PoolTrack(
                    TrackFacts(id: id, artists: artists.map { ArtistID(rawValue: $0) }),
                    score: Double(tracks.count * 7 % 5) / 5))
        }
    }
    return tracks
}

private func sample(_ tracks: [PoolTrack], count: Int, spacing: Int, ladder: Bool = false) -> Sample {
    var rules = SamplingRules(count: count)
    rules.artistSpacing = spacing
    if ladder { rules.ladder = rules.usualLadder }
    return Sampler(rules: rules, now: 0, seed: 1).sample(tracks)
}

private func keeps(_ sample: Sample, spacing: Int) -> Bool {
    let artists = sample.tracks.map { Set($0.track.facts.artists) }
    return artists.indices.allSatisfy { place in
        artists[max(0, place - spacing)..<place].allSatisfy { $0.isDisjoint(with: artists[place]) }
    }
}

@Suite("Tracks of one artist apart, in all small pools") struct SmallSpacingTests {
    @Test(arguments: 1...3)
    func theListIsAsLongAsAnyThatKeepsTracksApart(_ spacing: Int) {
        var pools = 0
        for one in 0...5 {
            for two in 0...one {
                for three in 0...two {
                    for four in 0...min(three, 2) {
                        let offered = Dictionary(
                            uniqueKeysWithValues: [one, two, three, four].enumerated().map { ([Int64($0)], $1) })
                        let tracks = pool(offered)
                        for count in Set([1, 4, 5, 9, 14, max(1, tracks.count)]) {
                            let found = sample(tracks, count: count, spacing: spacing)
                            let best = longest(offered, spacing: spacing, upTo: count)
                            #expect(found.tracks.count == best, "\(offered), \(count) tracks \(spacing) apart")
                            #expect(keeps(found, spacing: spacing) && found.missing == count - best)
                        }
                        pools += 1
                    }
                }
            }
        }
        #expect(pools > 100)
    }

    @Test func guestsAreKeptApartAndNoListIsLongerThanThereIs() {
        var random = Xoshiro256(seed: 71)
        var (whole, reached) = (0, 0)
        for _ in 0..<200 {
            var offered: [[Int64]: Int] = [:]
            for _ in 0..<(3 + random.integer(below: 5)) {
                let first = Int64(random.integer(below: 4))
                let guest = Int64(random.integer(below: 4))
                offered[random.chance(0.4) && guest != first ? [first, guest] : [first], default: 0] += 1
            }
            let spacing = 1 + random.integer(below: 2)
            let found = sample(pool(offered), count: 8, spacing: spacing)
            let best = longest(offered, spacing: spacing, upTo: 8)
            #expect(found.tracks.count <= best && keeps(found, spacing: spacing), "\(offered)")
            whole += best
            reached += found.tracks.count
        }
        // With several artists a track the question is as hard as packing sets; the answer is close.
        #expect(reached * 100 >= whole * 90, "\(reached) of \(whole)")
    }

    @Test(arguments: [(4, 30, 3), (3, 20, 2), (2, 5, 1), (2, 9, 1), (2, 10, 1), (4, 7, 3), (4, 29, 3)])
    func aPoolThatSufficesMakesAWholeList(_ artists: Int, _ count: Int, _ spacing: Int) {
        let offered = Dictionary(uniqueKeysWithValues: (0..<artists).map { ([Int64($0)], 20) })
        for ladder in [false, true] {
            let found = sample(pool(offered), count: count, spacing: spacing, ladder: ladder)
            #expect(found.missing == 0 && found.relaxed.isEmpty && keeps(found, spacing: spacing))
        }
    }

    @Test func aLongerListMayExistWhereAShorterOneDoesNotHoldItsShares() {
        // Of nine, half must be of part 1, which is five; of eight it is four, and of ten five.
        let tracks = pool([[0]: 5, [1]: 5]).map { track in
            var track = track
            track.parts = track.facts.artists.first?.rawValue == 0 ? [0] : [1]
            return track
        }
        var rules = SamplingRules(count: 12)
        (rules.artistSpacing, rules.shares) = (1, [0.5, 0.5])
        #expect(Sampler(rules: rules, now: 0, seed: 1).sample(tracks).tracks.count == 10)
    }

    @Test func aGreatPoolThatHoldsTooLittleIsToldSoAtOnce() {
        // Two artists fill two of any four places.
        let found = sample(pool([[0]: 4_000, [1]: 3]), count: 500, spacing: 3)
        #expect(found.tracks.count == 2 && found.missing == 498)
    }
}
