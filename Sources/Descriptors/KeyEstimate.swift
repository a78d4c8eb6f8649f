internal import SoundDocument

/// The key that a recording's pitch classes resemble most.
///
/// The correlation of the mean chroma with the 24 profiles of C. Krumhansl and E. Kessler ("Tracing the dynamic changes in
/// perceived tonal organization", 1982), after Krumhansl and Schmuckler (1990).
enum KeyEstimate {
    private static let major: [Float] = [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88]
    private static let minor: [Float] = [6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17]

    /// The key of a mean chroma of twelve values, or nil where all are alike.
    ///
    /// Its confidence is how far its correlation r₁ stands above the next best r₂, (r₁ - r₂) / r₁.
    static func key(of chroma: [Float]) -> Tonality.Key? {
        var candidates: [(pitchClass: Int, mode: Int, fit: Float)] = []
        for pitchClass in 0..<12 {
            let turned = (0..<12).map { chroma[($0 + pitchClass) % 12] }
            candidates.append((pitchClass, 1, correlation(turned, major)))
            candidates.append((pitchClass, 0, correlation(turned, minor)))
        }
        candidates.sort { $0.fit > $1.fit }
        guard let best = candidates.first, best.fit > 0 else { return nil }
        let margin = (best.fit - candidates[1].fit) / best.fit
        return Tonality.Key(pitchClass: best.pitchClass, mode: best.mode, confidence: max(0, min(1, margin)))
    }

    private static func correlation(_ first: [Float], _ second: [Float]) -> Float {
        let (meanA, meanB) = (first.reduce(0, +) / 12, second.reduce(0, +) / 12)
        var (product, squareA, squareB): (Float, Float, Float) = (0, 0, 0)
        for (a, b) in zip(first, second) {
            product += (a - meanA) * (b - meanB)
            squareA += (a - meanA) * (a - meanA)
            squareB += (b - meanB) * (b - meanB)
        }
        return squareA > 0 ? product / (squareA * squareB).squareRoot() : 0
    }
}
