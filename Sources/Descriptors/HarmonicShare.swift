internal import Foundation

/// How much of the energy is sustained and how much is struck (D. Fitzgerald, "Harmonic/percussive separation using median
/// filtering", 2010).
///
/// With H the median of a bin's magnitude over 31 frames and P that over 31 bins, the masks are H²/(H²+P²) and
/// P²/(H²+P²). Every fourth frame is judged, which is an even sample of all.
struct HarmonicShare {
    private static let span = 31
    private static let stride = 4
    private typealias Lanes = SIMD16<Float>
    private static let groups = (FrameGrid.bins - 1) / Lanes.scalarCount

    /// The last frames, their magnitudes by sixteen neighbours; the frame that stood longest is replaced.
    private var frames: [[SIMD16<Float>]] = []
    private var kept = [SIMD16<Float>](repeating: SIMD16(), count: 17)
    private var next = 0
    private var seen = 0
    private var harmonic = 0.0
    private var percussive = 0.0

    /// Takes a frame's magnitudes in.
    mutating func add(_ magnitudes: [Float]) {
        var lanes: [Lanes] = []
        lanes.reserveCapacity(Self.groups)
        for group in 0..<Self.groups {
            var values = Lanes()
            for lane in 0..<Lanes.scalarCount { values[lane] = magnitudes[group * Lanes.scalarCount + lane] }
            lanes.append(values)
        }
        if frames.count < Self.span { frames.append(lanes) } else { frames[next] = lanes }
        next = (next + 1) % Self.span
        seen += 1
        if frames.count == Self.span, seen % Self.stride == 0 { judge() }
    }

    /// Judges the frame in the middle of those that are kept.
    private mutating func judge() {
        let middle = frames[(next + Self.span / 2) % Self.span]
        var magnitudes: [Float] = []
        magnitudes.reserveCapacity(FrameGrid.bins)
        for lanes in middle {
            for lane in 0..<Lanes.scalarCount { magnitudes.append(lanes[lane]) }
        }
        let across = Self.runningMedians(magnitudes)
        var (sustained, struck): (Float, Float) = (0, 0)
        for group in 0..<Self.groups {
            let along = median(ofGroup: group)
            for lane in 0..<Lanes.scalarCount {
                let bin = group * Lanes.scalarCount + lane
                let (h, p) = (along[lane] * along[lane], across[bin] * across[bin])
                guard h + p > Float.leastNormalMagnitude else { continue }
                let (maskH, maskP) = (h / (h + p) * magnitudes[bin], p / (h + p) * magnitudes[bin])
                sustained += maskH * maskH
                struck += maskP * maskP
            }
        }
        harmonic += Double(sustained)
        percussive += Double(struck)
    }

    /// The medians of sixteen neighbouring bins over all kept frames, by forgetful selection: of n/2 + 2 values the least
    /// and the greatest cannot be the median.
    private mutating func median(ofGroup group: Int) -> Lanes {
        var count = Self.span / 2 + 2
        for index in 0..<count { kept[index] = frames[index][group] }
        for following in count..<Self.span {
            dropExtremes(of: count)
            count -= 1
            kept[0] = frames[following][group]
        }
        dropExtremes(of: count)
        return kept[1]
    }

    /// Leaves at places 1 to `count` - 2, lane by lane, what is neither the least nor the greatest of the first `count`.
    private mutating func dropExtremes(of count: Int) {
        let (first, last) = (kept[0], kept[count - 1])
        var least = first.replacing(with: last, where: last .< first)
        var greatest = last.replacing(with: first, where: last .< first)
        for index in 1..<count - 1 {
            let value = kept[index]
            let isLess = value .< least
            let rest = value.replacing(with: least, where: isLess)
            least = least.replacing(with: value, where: isLess)
            let isGreater = rest .> greatest
            kept[index] = rest.replacing(with: greatest, where: isGreater)
            greatest = greatest.replacing(with: rest, where: isGreater)
        }
    }

    /// Medians over 31 neighbours, the ends mirrored.
    private static func runningMedians(_ values: [Float]) -> [Float] {
        let (half, count) = (span / 2, values.count)
        func value(_ index: Int) -> Float {
            values[index < 0 ? -index - 1 : index >= count ? 2 * count - index - 1 : index]
        }
        var window = (-half...half).map(value).sorted()
        var medians = [Float](repeating: 0, count: count)
        medians[0] = window[half]
        for index in 1..<count {
            replace(value(index - half - 1), by: value(index + half), in: &window)
            medians[index] = window[half]
        }
        return medians
    }

    /// Keeps a sorted window sorted while one value leaves and another comes.
    private static func replace(_ old: Float, by new: Float, in window: inout [Float]) {
        var place = window.firstIndex(of: old) ?? 0
        while place + 1 < window.count, window[place + 1] < new {
            window[place] = window[place + 1]
            place += 1
        }
        while place > 0, window[place - 1] > new {
            window[place] = window[place - 1]
            place -= 1
        }
        window[place] = new
    }

    /// The ratio in dB, -60 to 60; 0 where nothing could be judged.
    var ratio: Float {
        guard harmonic + percussive > 0 else { return 0 }
        let ratio = 10 * log10(max(harmonic, 1e-12) / max(percussive, 1e-12))
        return Float(max(-60, min(60, ratio)))
    }
}
