internal import LinearAlgebra

/// Puts vectors into a sequence in which neighbours are close: the nearest one follows, then stretches are turned
/// around for as long as that brings the neighbours closer together (2-opt).
enum SmoothOrder {
    /// Rounds of turning stretches around; each costs the square of the number of vectors.
    static let maximumRounds = 20

    /// The sequence as places in `vectors` (unit vectors of equal dimension), beginning with the first.
    static func order(_ vectors: [[Float]]) -> [Int] {
        guard vectors.count > 2 else { return Array(vectors.indices) }
        let distances = Distances(vectors)
        var sequence = chain(vectors.count, distances)
        for _ in 0..<maximumRounds where improve(&sequence, distances) {}
        return sequence
    }

    private static func chain(_ count: Int, _ distances: Distances) -> [Int] {
        var sequence = [0]
        var left = Array(1..<count)
        while let last = sequence.last, !left.isEmpty {
            let next = left.indices.reduce(0) { best, place in
                distances[last, left[place]] < distances[last, left[best]] ? place : best
            }
            sequence.append(left.remove(at: next))
        }
        return sequence
    }

    /// One round of 2-opt with the first place fixed and the end free; false where nothing got better.
    private static func improve(_ sequence: inout [Int], _ distances: Distances) -> Bool {
        var isBetter = false
        for start in 1..<sequence.count - 1 {
            for end in start + 1..<sequence.count {
                let before = distances[sequence[start - 1], sequence[start]]
                let turned = distances[sequence[start - 1], sequence[end]]
                var gain = before - turned
                if end + 1 < sequence.count {
                    gain += distances[sequence[end], sequence[end + 1]] - distances[sequence[start], sequence[end + 1]]
                }
                guard gain > 1e-6 else { continue }
                sequence[start...end].reverse()
                isBetter = true
            }
        }
        return isBetter
    }

    /// 1 - cosine of every pair.
    private struct Distances {
        private let count: Int
        private var values: [Float]

        init(_ vectors: [[Float]]) {
            count = vectors.count
            values = Array(repeating: 0, count: count * count)
            for one in vectors.indices {
                for other in 0..<one {
                    let (x, y) = (vectors[one], vectors[other])
                    let distance = 1 - dot(x.span, y.span)
                    values[one * count + other] = distance
                    values[other * count + one] = distance
                }
            }
        }

        subscript(one: Int, other: Int) -> Float { values[one * count + other] }
    }
}
