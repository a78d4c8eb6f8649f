/// Peaks over valleys of the spectrum in seven bands (D.-N. Jiang et al., "Music type classification by spectral contrast
/// feature", 2002).
///
/// A band's peak and valley are the means of its greatest and of its least magnitudes, two in a hundred of them and one at
/// least. Bands begin at 0, 200, 400, … 6,400 Hz, each with the bin below it.
struct SpectralContrast {
    /// Number of bands.
    static let count = 7

    private struct Band {
        let bins: Range<Int>
        let kept: Int
    }

    private let bands: [Band]
    private var peaks: [Float] = []
    private var valleys: [Float] = []

    /// Lays the bands out.
    init() {
        let edges = [0, 200, 400, 800, 1_600, 3_200, 6_400, 12_800].map(Float.init)
        let hertz = Float(FrameGrid.sampleRate) / Float(FrameGrid.length)
        bands = (0..<Self.count).map { band in
            let isLast = band == Self.count - 1
            let first = Int((edges[band] / hertz).rounded(.up)) - (band > 0 ? 1 : 0)
            let last = isLast ? FrameGrid.bins - 1 : Int(edges[band + 1] / hertz)
            let kept = max(1, Int((0.02 * Float(last - first + 1)).rounded(.toNearestOrEven)))
            // The last bin is the next band's first.
            return Band(bins: first..<(isLast ? last + 1 : last), kept: kept)
        }
    }

    /// Takes a frame's magnitudes in.
    mutating func add(_ magnitudes: [Float]) {
        for band in bands {
            let (peak, valley) = Self.extremes(magnitudes, band)
            peaks.append(Decibels.ofPower(peak))
            valleys.append(Decibels.ofPower(valley))
        }
    }

    /// The means of the band's `kept` greatest and least values.
    private static func extremes(_ magnitudes: [Float], _ band: Band) -> (Float, Float) {
        var (greatest, least) = (Extremes(count: band.kept), Extremes(count: band.kept))
        for bin in band.bins {
            let value = magnitudes[bin]
            if value > greatest.threshold { greatest.insert(value) }
            if -value > least.threshold { least.insert(-value) }
        }
        return (greatest.mean, -least.mean)
    }

    /// The greatest of the values that pass by.
    private struct Extremes {
        private let count: Int
        // In falling order.
        private var values = InlineArray<16, Float>(repeating: -.infinity)
        /// What a value has to exceed to be among them.
        private(set) var threshold = -Float.infinity

        init(count: Int) {
            precondition(count > 0 && count <= 16)
            self.count = count
        }

        mutating func insert(_ value: Float) {
            var place = count - 1
            while place > 0, values[place - 1] < value {
                values[place] = values[place - 1]
                place -= 1
            }
            values[place] = value
            threshold = values[count - 1]
        }

        var mean: Float { (0..<count).reduce(0) { $0 + values[$1] } / Float(count) }
    }

    /// Seven values in dB for each frame.
    consuming func finish() -> [Float] {
        Decibels.limit(&peaks)
        Decibels.limit(&valleys)
        return zip(peaks, valleys).map { $0 - $1 }
    }
}
