internal import Foundation
internal import SoundMeters

/// How strongly onsets come back after a time: 1 where they do each time, about 0 where each comes by chance.
///
/// The autocovariance of the onset envelope in windows of 384 frames under a Hann window, each less its mean, over that at
/// lag 0, and over the window's own autocorrelation, by which it falls with the lag even for a perfect beat.
struct BeatStrength {
    private static let window = 384
    private static let stride = 16
    /// A strict beat comes back after two and three times its distance as well, and what was one chance does not.
    private static let multiples = 1...3
    /// Where the window's own autocorrelation is less than this, too little of the envelope is compared.
    private static let leastOverlap: Float = 0.1
    /// Times 1/√n, the deviation of a correlation of n independent values: what the greatest of a few reach by chance.
    private static let chance: Float = 1.5

    /// By lag, 1 at lag 0; empty where nothing ever begins.
    private let covariance: [Float]
    private let floor: Float

    /// Takes an onset envelope, one value of 0 or more for each frame.
    init(of envelope: [Float]) {
        covariance = Self.covariance(of: envelope)
        floor = Self.chance / Float(max(1, envelope.count)).squareRoot()
    }

    private static func covariance(of envelope: [Float]) -> [Float] {
        let width = min(window, envelope.count)
        guard width > 1 else { return [] }
        let hann = (0..<width).map { 0.5 - 0.5 * cos(2 * Float.pi * Float($0) / Float(width)) }
        let weight = hann.reduce(0, +)
        var transform = RealTransform(length: 1_024)
        let overlap = transform.autocorrelation(of: hann[...], lags: width)
        var sum = [Float](repeating: 0, count: width)
        for start in Swift.stride(from: 0, through: envelope.count - width, by: stride) {
            let windowed = (0..<width).map { envelope[start + $0] * hann[$0] }
            let mean = windowed.reduce(0, +) / weight
            let stretch = zip(windowed, hann).map { $0 - mean * $1 }
            let products = transform.autocorrelation(of: stretch[...], lags: width)
            for lag in 0..<width { sum[lag] += products[lag] }
        }
        guard sum[0] > 1e-6 else { return [] }
        let comparable = (0..<width).prefix { overlap[$0] >= leastOverlap * overlap[0] }
        return comparable.map { sum[$0] / sum[0] * overlap[0] / overlap[$0] }
    }

    /// The strength from 0 to 1 of a beat of so many frames, each multiple of which may be off by as many.
    func strength(every frames: Float) -> Float {
        var found: [Float] = []
        for multiple in Self.multiples {
            let lag = Int((Float(multiple) * frames).rounded())
            guard lag > multiple, lag + multiple < covariance.count else { break }
            found.append(covariance[lag - multiple...lag + multiple].max() ?? 0)
        }
        guard !found.isEmpty else { return 0 }
        return max(0, min(1, found.reduce(0, +) / Float(found.count) - floor))
    }
}
