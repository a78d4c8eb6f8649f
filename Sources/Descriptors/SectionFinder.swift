internal import Foundation
internal import SoundDocument

/// Finds the parts of a recording by self-similarity (J. Foote, "Automatic audio segmentation using a measure of audio
/// novelty", 2000).
///
/// Each second is described by its mean cepstral coefficients 1 to 12 and its mean chroma, standardised over the
/// recording. A checkerboard kernel of 16 seconds on either side, tapered by a Gaussian, runs along the matrix of their
/// cosines; a section begins where this novelty has a maximum above its mean by half its deviation, eight seconds from
/// any stronger one.
struct SectionFinder {
    /// What is known of a second of sound.
    struct Second {
        /// Coefficients and chroma, 24 values.
        var features: [Float]
        /// Mean square.
        var power: Float
        /// Hz.
        var centroid: Float
    }

    private static let reach = 16
    private static let distance = 8
    private let seconds: [Second]
    private let directions: [[Float]]

    /// Takes the seconds of a recording, one at least.
    init(_ seconds: [Second]) {
        self.seconds = seconds
        directions = Self.standardised(seconds.map(\.features)).map { features in
            let length = features.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return length > 0 ? features.map { $0 / length } : features
        }
    }

    private static func standardised(_ rows: [[Float]]) -> [[Float]] {
        guard let width = rows.first?.count else { return rows }
        let statistics = (0..<width).map { column in Statistic(of: rows.lazy.map { $0[column] }) }
        return rows.map { row in
            zip(row, statistics).map { $1.deviation > 0 ? ($0 - $1.mean) / $1.deviation : 0 }
        }
    }

    /// The sections in order, covering all seconds.
    func sections() -> [Section] {
        let starts = [0] + boundaries()
        let ranges = zip(starts, starts.dropFirst() + [seconds.count]).map { $0..<$1 }
        let means = ranges.map { range in
            (0..<(directions.first?.count ?? 0)).map { column in
                directions[range].reduce(0) { $0 + $1[column] } / Float(range.count)
            }
        }
        return zip(ranges, means.indices).map { range, index in
            let others = means.indices.filter { $0 != index }.map { Self.cosine(means[$0], means[index]) }
            let part = seconds[range]
            let power = part.reduce(0) { $0 + $1.power } / Float(range.count)
            return Section(
                start: Float(range.lowerBound), duration: Float(range.count), level: Decibels.ofPower(power),
                centroid: part.reduce(0) { $0 + $1.centroid } / Float(range.count), likeness: others.max())
        }
    }

    private func boundaries() -> [Int] {
        let novelty = novelty()
        let statistic = Statistic(of: novelty)
        let threshold = statistic.mean + 0.5 * statistic.deviation
        let peaks = novelty.indices.filter { place in
            place >= Self.distance && place + Self.distance <= novelty.count && novelty[place] > threshold
                && novelty[place] >= novelty[place - 1]
                && (place + 1 == novelty.count || novelty[place] > novelty[place + 1])
        }
        var kept: [Int] = []
        for peak in peaks.sorted(by: { (novelty[$0], $1) > (novelty[$1], $0) })
        where kept.allSatisfy({ abs($0 - peak) >= Self.distance }) {
            kept.append(peak)
        }
        return kept.sorted()
    }

    /// How much what follows a second differs from what precedes it.
    private func novelty() -> [Float] {
        let taper = (0..<Self.reach).map { exp(-pow(Float($0) / (0.5 * Float(Self.reach)), 2)) }
        return directions.indices.map { place in
            let reach = min(Self.reach, place, directions.count - place)
            var sum: Float = 0
            for i in 0..<reach {
                for j in 0..<reach {
                    let (before, beforeToo) = (directions[place - 1 - i], directions[place - 1 - j])
                    let (after, afterToo) = (directions[place + i], directions[place + j])
                    let alike = Self.dot(before, beforeToo) + Self.dot(after, afterToo)
                    sum += taper[i] * taper[j] * (alike - 2 * Self.dot(before, afterToo))
                }
            }
            return sum / Float(max(1, reach * reach))
        }
    }

    private static func dot(_ first: [Float], _ second: [Float]) -> Float {
        var sum: Float = 0
        for index in first.indices { sum += first[index] * second[index] }
        return sum
    }

    private static func cosine(_ first: [Float], _ second: [Float]) -> Float {
        let length = (dot(first, first) * dot(second, second)).squareRoot()
        return length > 0 ? max(-1, min(1, dot(first, second) / length)) : 0
    }
}
