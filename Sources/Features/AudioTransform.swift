internal import LinearAlgebra

/// How audio features become the `audio` and `artist_audio` blocks: scaled, and where playlists taught it, rotated and
/// stretched to the directions in which playlists differ.
public struct AudioTransform: Sendable, Hashable, Codable {
    /// Means and deviations of the columns.
    public let scaling: AudioScaling
    /// The learned transform; nil where there are too few playlists, and the columns then stay as they are.
    public let projection: AudioProjection?

    /// The block of a raw vector, unit length.
    func direction(of raw: [Double]) -> Direction {
        scaling.standardised(raw).flatMap { columns in
            projection.map { $0.applied(to: columns).direction } ?? columns.direction
        }
    }

    /// For each of the 14 columns the row of coefficients whose inner product with another block is what the column adds
    /// to the inner product of the two blocks; 14 x 14, row-major.
    ///
    /// The product is a sum over pairs of a column of the query and a column of the vector. A pair of two different
    /// columns, which only a learned transform has, is split evenly between them.
    func columnCoefficients(_ query: [Double]) -> [Double] {
        if let projection { return projection.columnCoefficients(query) }
        var diagonal = [Double](repeating: 0, count: query.count * query.count)
        for column in query.indices { diagonal[column * query.count + column] = query[column] }
        return diagonal
    }
}
