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

    /// What each of the 14 columns adds to the inner product of two blocks; sums to it.
    ///
    /// The product is a sum over pairs of a column of the query and a column of the vector. A pair of two different
    /// columns, which only a learned transform has, is split evenly between them.
    func columnProducts(_ query: [Double], _ vector: [Double]) -> [Double] {
        guard let projection else { return zip(query, vector).map { $0 * $1 } }
        let (columns, gradients) = (
            (projection.undone(query), projection.undone(vector)),
            (projection.gradient(query), projection.gradient(vector))
        )
        return AudioColumn.allCases.map { column in
            let index = column.rawValue
            return 0.5 * (columns.0[index] * gradients.1[index] + columns.1[index] * gradients.0[index])
        }
    }
}
