import Descriptors
import SoundDocument

/// The descriptors of a signal at the analysis's rate, fed in pieces of uneven length.
func described(_ signal: [Float]) throws -> SoundDescriptors {
    var analysis = SpectralAnalysis()
    var start = 0
    var piece = 777
    while start < signal.count {
        let end = min(signal.count, start + piece)
        analysis.add(Array(signal[start..<end]))
        start = end
        piece = piece * 3 % 9_001 + 1
    }
    return try analysis.finish(with: SpectralAnalysis.Measured(integrated: nil, range: nil, truePeak: nil))
}
