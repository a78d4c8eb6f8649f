internal import Foundation

/// From mel spectra in decibels to cepstral coefficients: an orthonormal discrete cosine transform of type II.
struct CepstralTransform {
    /// Coefficients that are kept.
    static let count = 20

    private let low: [SIMD16<Float>]
    private let high: [SIMD4<Float>]

    /// Tabulates the cosines.
    init() {
        let bands = MelFilters.count
        let table = (0..<bands).map { band in
            (0..<Self.count).map { order -> Float in
                let scale = ((order == 0 ? 1 : 2) / Double(bands)).squareRoot()
                return Float(scale * cos(Double.pi * Double(order) * (Double(band) + 0.5) / Double(bands)))
            }
        }
        low = table.map { SIMD16($0[0..<16]) }
        high = table.map { SIMD4($0[16..<20]) }
    }

    /// `count` coefficients for each row of `MelFilters.count` decibels.
    func coefficients(of decibels: [Float]) -> [Float] {
        let bands = MelFilters.count
        var rows: [Float] = []
        rows.reserveCapacity(decibels.count / bands * Self.count)
        for row in 0..<decibels.count / bands {
            var (first, second) = (SIMD16<Float>(), SIMD4<Float>())
            for band in 0..<bands {
                let value = decibels[row * bands + band]
                first += low[band] * value
                second += high[band] * value
            }
            for index in 0..<16 { rows.append(first[index]) }
            for index in 0..<4 { rows.append(second[index]) }
        }
        return rows
    }

    /// The coefficients' slopes: for each row the regression over it and four rows on both sides, the outermost rows
    /// repeated (L. Rabiner and B.-H. Juang, "Fundamentals of Speech Recognition", 1993, section 4.6).
    static func slopes(of rows: [Float]) -> [Float] {
        let frames = rows.count / count
        return rows.indices.map { index in
            let (frame, column) = (index / count, index % count)
            var sum: Float = 0
            for distance in 1...4 {
                let after = rows[min(frames - 1, frame + distance) * count + column]
                let before = rows[max(0, frame - distance) * count + column]
                sum += Float(distance) * (after - before)
            }
            return sum / 60
        }
    }
}
