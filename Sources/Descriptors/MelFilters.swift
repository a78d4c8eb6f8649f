internal import Foundation

/// Triangular filters at equal distances on Slaney's mel scale, each of unit area (M. Slaney, "Auditory Toolbox", 1998).
struct MelFilters {
    /// Number of filters.
    static let count = 128

    private let first: [Int]
    private let weights: [[Float]]

    /// Filters from 0 Hz to half the sampling rate.
    init() {
        let top = Self.mel(Double(FrameGrid.sampleRate) / 2)
        let edges = (0..<Self.count + 2).map { Self.hertz(top * Double($0) / Double(Self.count + 1)) }
        let frequencies = (0..<FrameGrid.bins).map { bin in
            Double(bin) * Double(FrameGrid.sampleRate) / Double(FrameGrid.length)
        }
        var first: [Int] = []
        var weights: [[Float]] = []
        for filter in 0..<Self.count {
            let (low, middle, high) = (edges[filter], edges[filter + 1], edges[filter + 2])
            let triangle = frequencies.map { frequency in
                max(0, min((frequency - low) / (middle - low), (high - frequency) / (high - middle))) * 2 / (high - low)
            }
            let start = triangle.firstIndex { $0 > 0 } ?? 0
            let end = (triangle.lastIndex { $0 > 0 } ?? -1) + 1
            first.append(start)
            weights.append(end > start ? triangle[start..<end].map(Float.init) : [])
        }
        self.first = first
        self.weights = weights
    }

    /// The spectrum's power in each filter, in decibels over 1 and at least -100, added to the end of `rows`.
    func appendDecibels(of power: [Float], to rows: inout [Float]) {
        for filter in 0..<Self.count {
            var sum: Float = 0
            let start = first[filter]
            let triangle = weights[filter]
            for place in 0..<triangle.count { sum += triangle[place] * power[start + place] }
            rows.append(Decibels.ofPower(sum))
        }
    }

    private static func mel(_ frequency: Double) -> Double {
        frequency < 1_000 ? frequency * 3 / 200 : 15 + log(frequency / 1_000) * 27 / log(6.4)
    }

    private static func hertz(_ mel: Double) -> Double {
        mel < 15 ? mel * 200 / 3 : 1_000 * exp((mel - 15) * log(6.4) / 27)
    }
}

/// Powers as decibels over 1.
enum Decibels {
    /// What is below this power counts as it.
    private static let least: Float = 1e-10
    /// How far below the greatest value of a recording others may lie.
    static let span: Float = 80

    /// Ten times the decimal logarithm.
    static func ofPower(_ power: Float) -> Float { 10 * log10(max(least, power)) }

    /// Raises what lies more than `span` below the greatest to that.
    static func limit(_ values: inout [Float]) {
        let floor = (values.max() ?? 0) - span
        for index in values.indices where values[index] < floor { values[index] = floor }
    }
}
