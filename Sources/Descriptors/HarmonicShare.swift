internal import Foundation

/// How much of the energy is sustained and how much is struck (D. Fitzgerald, "Harmonic/percussive separation using median
/// filtering", 2010).
///
/// With H the median of a bin's magnitude over 31 frames and P that over 31 bins, the masks are H²/(H²+P²) and
/// P²/(H²+P²). Every fourth frame is judged, which is an even sample of all.
///
/// Bins are worked on sixteen at a time, those that lie 64 apart: lane l of row r is bin 64 l + r. So the neighbours of
/// all sixteen are the rows before and after.
struct HarmonicShare {
    private static let span = 31
    private static let half = span / 2
    private static let interval = 4
    private static let rows = (FrameGrid.bins - 1) / Lanes.scalarCount
    /// Rows whose medians are found at once.
    private static let together = 4

    /// The rows of the last frames; the frame that stood longest is replaced.
    private var frames = [Lanes](repeating: Lanes(), count: span * rows)
    private var seen = 0
    /// The rows of the frame that is judged, with those beyond its ends.
    private var widened = [Lanes](repeating: Lanes(), count: rows + 2 * half)
    private var harmonic = 0.0
    private var percussive = 0.0

    /// Takes a frame's magnitudes in.
    mutating func add(_ magnitudes: [Float]) {
        let start = seen % Self.span * Self.rows
        for row in 0..<Self.rows {
            var values = Lanes()
            for lane in 0..<Lanes.scalarCount { values[lane] = magnitudes[lane * Self.rows + row] }
            frames[start + row] = values
        }
        seen += 1
        if seen >= Self.span, seen % Self.interval == 0 { judge() }
    }

    /// Judges the frame in the middle of those that are kept.
    private mutating func judge() {
        let middle = (seen + Self.half) % Self.span * Self.rows
        widen(from: middle)
        var (sustained, struck) = (Lanes(), Lanes())
        var common = MiddleValues()
        var selection = MiddleValues()
        for row in stride(from: 0, to: Self.rows, by: Self.together) {
            // These lie within the reach of all four.
            let (first, shared) = (row + Self.together - 1, Self.span - Self.together + 1)
            common.keep(Self.together, of: shared) { widened[first + $0] }
            for place in 0..<Self.together {
                // Before the shared rows, as many as come after them for the last of the four.
                let own = Self.together - 1
                selection.keep(1, of: Self.together + own) { index in
                    if index < Self.together { return common[index] }
                    let other = index - Self.together + place
                    return widened[other < own ? row + other : row + other + shared]
                }
                let across = selection[0]
                let at = row + place
                selection.keep(1, of: Self.span) { frames[$0 * Self.rows + at] }
                let (energy, mask) = (frames[middle + at] * frames[middle + at], Mask(selection[0], across))
                sustained += mask.harmonic * energy
                struck += mask.percussive * energy
            }
        }
        harmonic += Double(sustained.sum())
        percussive += Double(struck.sum())
    }

    /// Lays out the rows of a frame with half a span of neighbours on both sides, the ends of the spectrum mirrored.
    private mutating func widen(from start: Int) {
        let (rows, half, last) = (Self.rows, Self.half, Lanes.scalarCount - 1)
        for row in 0..<rows { widened[half + row] = frames[start + row] }
        for distance in 1...half {
            let (before, after) = (frames[start + rows - distance], frames[start + distance - 1])
            var (left, right) = (Lanes(), Lanes())
            for lane in 0..<last {
                left[lane + 1] = before[lane]
                right[lane] = after[lane + 1]
            }
            (left[0], right[last]) = (after[0], before[last])
            widened[half - distance] = left
            widened[half + rows + distance - 1] = right
        }
    }

    /// The squares of the shares of a bin's magnitude.
    private struct Mask {
        let harmonic: Lanes
        let percussive: Lanes

        init(_ along: Lanes, _ across: Lanes) {
            let (h, p) = (along * along, across * across)
            let isSilent = h + p .<= Float.leastNormalMagnitude
            let sum = (h + p).replacing(with: 1, where: isSilent)
            let (shareH, shareP) = (h / sum, p / sum)
            harmonic = (shareH * shareH).replacing(with: 0, where: isSilent)
            percussive = (shareP * shareP).replacing(with: 0, where: isSilent)
        }
    }

    /// The ratio in dB, -60 to 60; 0 where nothing could be judged.
    var ratio: Float {
        guard harmonic + percussive > 0 else { return 0 }
        let ratio = 10 * log10(max(harmonic, 1e-12) / max(percussive, 1e-12))
        return Float(max(-60, min(60, ratio)))
    }
}
