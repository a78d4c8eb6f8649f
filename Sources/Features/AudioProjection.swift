internal import LinearAlgebra

/// A discriminant transform of the 14 standardised audio columns, learned from which tracks share playlists.
///
/// It is invertible, so that what each named feature adds to a score can be told from vectors alone.
public struct AudioProjection: Sendable, Hashable, Codable {
    /// 14 x 14, row-major: a row of standardised columns x becomes x T.
    public let transform: [Double]
    /// The inverse of `transform`.
    let inverse: [Double]

    private enum CodingKeys: String, CodingKey { case transform }

    private static let dimension = AudioScaling.dimension

    init(_ transform: Matrix) throws(LinearAlgebraError) {
        self.transform = transform.elements
        inverse = try transform.inverted().elements
    }

    /// Reads what was encoded.
    /// - Throws: `DecodingError` where the array is not 196 finite numbers of an invertible transform.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let numbers = try container.decodeNumbers(Self.dimension * Self.dimension, forKey: .transform)
        do {
            try self.init(Matrix(rows: Self.dimension, columns: Self.dimension, elements: numbers))
        } catch {
            throw DecodingError.dataCorruptedError(
                forKey: .transform, in: container, debugDescription: "\(error); build the index again")
        }
    }

    /// x T.
    func applied(to x: [Double]) -> [Double] { Self.product(x, transform) }

    /// y T^-1: the standardised columns that `applied(to:)` made y from.
    func undone(_ y: [Double]) -> [Double] { Self.product(y, inverse) }

    /// Coefficients c of what each standardised column adds to the inner product of a query y and a vector v:
    /// half of (y T^-1)_i (T v)_i + (v T^-1)_i (T y)_i for column i, which is linear in v. 14 x 14, row-major.
    func columnCoefficients(_ y: [Double]) -> [Double] {
        let size = Self.dimension
        let columns = undone(y)
        let gradients = (0..<size).map { row in (0..<size).reduce(0) { $0 + transform[row * size + $1] * y[$1] } }
        return (0..<size * size).map { place in
            let (row, column) = place.quotientAndRemainder(dividingBy: size)
            return 0.5 * (columns[row] * transform[place] + gradients[row] * inverse[column * size + row])
        }
    }

    private static func product(_ row: [Double], _ matrix: [Double]) -> [Double] {
        (0..<dimension).map { column in
            (0..<dimension).reduce(0) { $0 + row[$1] * matrix[$1 * dimension + column] }
        }
    }
}
