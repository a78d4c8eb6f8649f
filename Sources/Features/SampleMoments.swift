internal import Catalog
internal import LinearAlgebra

/// The sums from which a linear map of sounds to features is fitted; those of parts add up to those of the whole.
struct SampleMoments: Sendable {
    private var count = 0.0
    private let length: Int
    private var sums: [Double]
    private var products: [Double]
    /// By feature.
    private var targets: [Double]
    private var mixed: [[Double]]

    /// Sums over samples that have every feature of `SoundEstimate.features`.
    init(_ samples: [SoundSample], length: Int) {
        let features = SoundEstimate.features
        self.length = length
        sums = Array(repeating: 0, count: length)
        products = Array(repeating: 0, count: length * length)
        targets = Array(repeating: 0, count: features.count)
        mixed = Array(repeating: sums, count: features.count)
        for sample in samples {
            let sound = sample.sound.map(Double.init)
            count += 1
            for row in 0..<length {
                sums[row] += sound[row]
                for column in 0...row { products[row * length + column] += sound[row] * sound[column] }
            }
            for (place, feature) in features.enumerated() {
                let target = Double(sample.reference[feature] ?? 0)
                targets[place] += target
                for row in 0..<length { mixed[place][row] += target * sound[row] }
            }
        }
    }

    func adding(_ other: SampleMoments) -> SampleMoments { combined(other, +) }
    func subtracting(_ other: SampleMoments) -> SampleMoments { combined(other, -) }

    private func combined(_ other: SampleMoments, _ combine: (Double, Double) -> Double) -> SampleMoments {
        var result = self
        result.count = combine(count, other.count)
        result.sums = zip(sums, other.sums).map(combine)
        result.products = zip(products, other.products).map(combine)
        result.targets = zip(targets, other.targets).map(combine)
        result.mixed = zip(mixed, other.mixed).map { zip($0, $1).map(combine) }
        return result
    }

    /// The mean of a feature over all but some samples.
    func subtracting(_ other: SampleMoments, mean place: Int) -> Double {
        (targets[place] - other.targets[place]) / max(1, count - other.count)
    }

    /// For each feature its value at a sound of zeros, then what each number of a sound adds.
    ///
    /// - Parameter ridge: what is added to the variances of the standardised numbers.
    /// - Throws: `LinearAlgebraError`.
    func weights(ridge: Double) throws(LinearAlgebraError) -> [[Double]] {
        let means = sums.map { $0 / count }
        let deviations = (0..<length).map { row in
            max(1e-6, max(0, products[row * length + row] / count - means[row] * means[row]).squareRoot())
        }
        var matrix = Matrix(rows: length, columns: length, elements: products)
        for row in 0..<length {
            for column in 0...row {
                let covariance = products[row * length + column] / count - means[row] * means[column]
                let value = covariance / (deviations[row] * deviations[column])
                (matrix[row, column], matrix[column, row]) = (value, value)
            }
        }
        matrix = matrix.adding(toDiagonal: ridge)
        var result: [[Double]] = []
        for place in targets.indices {
            let mean = targets[place] / count
            let right = (0..<length).map { (mixed[place][$0] / count - means[$0] * mean) / deviations[$0] }
            let slopes = zip(try matrix.solve(right), deviations).map { $0 / $1 }
            result.append([zip(slopes, means).reduce(mean) { $0 - $1.0 * $1.1 }] + slopes)
        }
        return result
    }
}
