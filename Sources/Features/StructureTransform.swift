internal import Catalog
internal import LinearAlgebra

/// Mean and projection of the 24 timbre statistics (12 means, 12 deviations) of analysed tracks.
public struct StructureTransform: Sendable, Hashable, Codable {
    /// Number of timbre statistics.
    public static let dimension = 24

    /// 24 means over analysed tracks.
    public let means: [Double]
    /// 24 x 24, row-major, applied to what exceeds the means: 1/deviation on the diagonal when few tracks were
    /// analysed, a whitening transform otherwise.
    public let projection: [Double]

    private init(means: [Double], projection: Matrix) {
        self.means = means
        self.projection = projection.elements
    }

    /// Reads what was encoded.
    /// - Throws: `DecodingError` where the arrays are not 24 and 576 finite numbers.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        means = try container.decodeNumbers(Self.dimension, forKey: .means)
        projection = try container.decodeNumbers(Self.dimension * Self.dimension, forKey: .projection)
    }

    /// The structure block of a track, unit length.
    func direction(of track: CatalogTrack) -> Direction {
        guard let values = track.structure.flatMap(Self.values) else { return .failure(.unknown) }
        let projection = Matrix(rows: Self.dimension, columns: Self.dimension, elements: projection)
        return projection.times(zip(values, means).map { $0 - $1 }).direction
    }

    /// The 24 statistics, or nil where one is not finite or beyond what any timbre coefficient reaches (they stay
    /// within some hundreds).
    static func values(_ metrics: StructureMetrics) -> [Double]? {
        let values = (metrics.timbreMean + metrics.timbreDeviation).map(Double.init)
        return values.count == dimension && values.allSatisfy { abs($0) <= 1e6 } ? values : nil
    }
}

extension StructureTransform {
    /// Analysed tracks below which covariances are not estimated and columns are only scaled.
    static let leastForWhitening = 100

    /// Fits a transform, or nil where fewer than two tracks were analysed or all are equal.
    /// - Throws: what `Matrix.whitening` throws.
    init?(fitting statistics: RunningCovariance) throws(LinearAlgebraError) {
        guard statistics.count >= 2 else { return nil }
        let covariance = statistics.covariance()
        let deviations = (0..<Self.dimension).map { covariance[$0, $0].squareRoot() }
        let informative = zip(deviations, statistics.mean).map { $0 > 1e-6 * max(abs($1), 1e-3) }
        guard informative.contains(true) else { return nil }
        guard statistics.count >= Self.leastForWhitening else {
            let scales = zip(deviations, informative).map { $1 ? 1 / $0 : 0 }
            self.init(means: statistics.mean, projection: Matrix(diagonal: scales))
            return
        }
        self.init(means: statistics.mean, projection: try covariance.whitening(ridge: 0.05))
    }
}
