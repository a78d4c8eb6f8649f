internal import Foundation
internal import SoundMeters

/// What one pass of Fourier transforms over a recording leaves for the descriptors: values of every frame.
struct SpectralFrames {
    /// Decibels in `MelFilters.count` bands.
    private(set) var mel: [Float] = []
    /// Twelve pitch classes.
    private(set) var chroma: [Float] = []
    /// Hz.
    private(set) var centroid: [Float] = []
    /// Hz.
    private(set) var spread: [Float] = []
    /// Hz.
    private(set) var rolloff: [Float] = []
    /// 0 to 1.
    private(set) var flatness: [Float] = []
    private(set) var contrast = SpectralContrast()
    private(set) var harmonic = HarmonicShare()
    /// Semitones from a' = 440 Hz.
    private(set) var tuning = 0.0

    private let melFilters = MelFilters()
    private var chromaFilters: ChromaFilters?
    private var tuningEstimate = TuningEstimate()
    /// Spectra of the beginning, until the tuning is known.
    private var waiting: [[Float]] = []
    private static let tuningFrames = Int(30 * FrameGrid.rate)

    private var power = [Float](repeating: 0, count: FrameGrid.bins)
    private var magnitudes = [Float](repeating: 0, count: FrameGrid.bins)
    private let window = (0..<FrameGrid.length).map { index in
        Float(0.5 - 0.5 * cos(2 * Double.pi * Double(index) / Double(FrameGrid.length)))
    }

    /// Takes the frame that begins at `start` in.
    mutating func add(_ samples: [Float], from start: Int, transform: inout RealTransform) {
        transform.power(of: samples, from: start, window: window, into: &power)
        for bin in 0..<FrameGrid.bins { magnitudes[bin] = power[bin].squareRoot() }
        addShape()
        melFilters.appendDecibels(of: power, to: &mel)
        contrast.add(magnitudes)
        harmonic.add(magnitudes)
        addChroma()
    }

    /// Hands the mel spectrum over, which is most of what is kept: two of it are too much for a long recording.
    mutating func takeMel() -> [Float] {
        defer { mel = [] }
        return mel
    }

    /// Brings the pitch classes of a short recording out.
    mutating func finish() {
        if chromaFilters == nil { settleTuning() }
    }

    private mutating func addChroma() {
        if let chromaFilters {
            chromaFilters.append(of: power, to: &chroma)
        } else {
            tuningEstimate.add(power)
            waiting.append(power)
            if waiting.count == Self.tuningFrames { settleTuning() }
        }
    }

    private mutating func settleTuning() {
        tuning = tuningEstimate.tuning
        let filters = ChromaFilters(tuning: tuning)
        for power in waiting { filters.append(of: power, to: &chroma) }
        waiting = []
        chromaFilters = filters
    }

    /// Centroid, spread and rolloff of the magnitudes, and flatness of the power.
    private mutating func addShape() {
        var (sum, first, second): (Float, Float, Float) = (0, 0, 0)
        for bin in 0..<FrameGrid.bins {
            let (magnitude, place) = (magnitudes[bin], Float(bin))
            sum += magnitude
            first += place * magnitude
            second += place * place * magnitude
        }
        let hertz = FrameGrid.frequency(1)
        let mean = sum > 0 ? first / sum : 0
        centroid.append(mean * hertz)
        spread.append(sum > 0 ? max(0, second / sum - mean * mean).squareRoot() * hertz : 0)
        rolloff.append(FrameGrid.frequency(rolloffBin(of: sum)))
        flatness.append(flatnessOfPower())
    }

    private func rolloffBin(of sum: Float) -> Int {
        var reached: Float = 0
        for bin in 0..<FrameGrid.bins {
            reached += magnitudes[bin]
            if reached >= 0.85 * sum { return bin }
        }
        return FrameGrid.bins - 1
    }

    /// Geometric over arithmetic mean, values below 1e-10 counting as that; one logarithm for eight values.
    private func flatnessOfPower() -> Float {
        var (logarithms, sum, product): (Double, Float, Double) = (0, 0, 1)
        for bin in 0..<FrameGrid.bins {
            let value = max(1e-10, power[bin])
            sum += value
            product *= Double(value)
            if bin & 7 == 7 {
                logarithms += log(product)
                product = 1
            }
        }
        logarithms += log(product)
        let count = Double(FrameGrid.bins)
        return Float(exp(logarithms / count) / (Double(sum) / count))
    }
}
