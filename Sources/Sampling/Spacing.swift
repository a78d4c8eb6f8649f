/// Keeps tracks that share an artist apart.
struct Spacing {
    /// How many tracks stand between two that share an artist, at least.
    let distance: Int
    private let conflicts: [[Bool]]

    /// Prepares for tracks that are named by their places.
    init(_ tracks: [TrackFacts], distance: Int) {
        self.distance = distance
        let artists = tracks.map { Set($0.artists) }
        conflicts =
            distance == 0
            ? [] : tracks.indices.map { one in tracks.indices.map { !artists[one].isDisjoint(with: artists[$0]) } }
    }

    /// Whether a sequence keeps the distance everywhere.
    func holds(_ sequence: [Int]) -> Bool { sequence.indices.allSatisfy { isFree(sequence[$0], at: $0, in: sequence) } }

    /// Whether a sequence that kept the distance everywhere still does now that a stretch of it is turned around.
    ///
    /// Only tracks on both sides of an end of the stretch are another distance apart.
    func holds(_ sequence: [Int], turned stretch: ClosedRange<Int>) -> Bool {
        let before = max(0, stretch.lowerBound - distance)..<stretch.lowerBound
        let after = stretch.upperBound + 1..<min(sequence.count, stretch.upperBound + 1 + distance)
        return before.allSatisfy { isFree(sequence[$0], at: $0, in: sequence) }
            && after.allSatisfy { isFree(sequence[$0], at: $0, in: sequence) }
    }

    private func isFree(_ track: Int, at place: Int, in sequence: [Int]) -> Bool {
        guard distance > 0 else { return true }
        let around = max(0, place - distance)...min(sequence.count - 1, place + distance)
        return around.allSatisfy { $0 == place || !conflicts[track][sequence[$0]] || sequence[$0] == track }
    }

    /// The sequence with as little moved as it takes; nil where no way was found.
    func arranged(_ sequence: [Int]) -> [Int]? {
        guard distance > 0 else { return sequence }
        return repaired(sequence) ?? rebuilt(sequence)
    }

    /// Exchanges each track that stands too close with the nearest one that mends it.
    private func repaired(_ sequence: [Int]) -> [Int]? {
        var sequence = sequence
        for place in sequence.indices where !isFree(sequence[place], at: place, in: sequence) {
            let others = sequence.indices.filter { $0 != place }.sorted { abs($0 - place) < abs($1 - place) }
            let mend = others.first { other in
                sequence.swapAt(place, other)
                defer { sequence.swapAt(place, other) }
                return isFree(sequence[place], at: place, in: sequence)
                    && isFree(sequence[other], at: other, in: sequence)
            }
            guard let mend else { return nil }
            sequence.swapAt(place, mend)
        }
        return holds(sequence) ? sequence : nil
    }

    /// Begins anew: whoever has most left of its artist comes first, the sequence decides between equals. For tracks
    /// of one artist each, this finds a way where there is one.
    private func rebuilt(_ sequence: [Int]) -> [Int]? {
        var left = sequence
        var built: [Int] = []
        var rivals = conflicts.map { row in sequence.count { row[$0] } }
        var freeFrom = Array(repeating: 0, count: conflicts.count)
        for place in sequence.indices {
            guard !Task.isCancelled else { return nil }
            let free = left.indices.filter { freeFrom[left[$0]] <= place }
            let best = free.max { one, other in
                let (first, second) = (rivals[left[one]], rivals[left[other]])
                return first != second ? first < second : one > other
            }
            guard let best else { return nil }
            let track = left.remove(at: best)
            built.append(track)
            for other in sequence where conflicts[track][other] {
                rivals[other] -= 1
                freeFrom[other] = place + distance + 1
            }
        }
        return built
    }
}
