internal import Catalog
internal import Features
internal import VectorIndex

/// The mean of the vectors of every artist's tracks, summed up while they are made: `4 * dimension` bytes an artist.
struct ArtistCentroids: Sendable {
    private let dimension: Int
    private var rows: [ArtistID: Int] = [:]
    private var sums: [Float] = []

    init(dimension: Int) { self.dimension = dimension }

    /// Adds a track's vector to its first credited artist's sum.
    mutating func add(_ vector: TrackVector, of artist: ArtistID) {
        let row = rows[artist] ?? rows.count
        if row == rows.count {
            rows[artist] = row
            sums.append(contentsOf: repeatElement(0, count: dimension))
        }
        for (place, value) in vector.values.enumerated() { sums[row * dimension + place] += value }
    }

    /// An index of one unit vector an artist, under the artists' ids. Its search is exact: artists are few beside
    /// tracks. Opposite tracks that cancel out leave their artist without a vector.
    func index() throws -> VectorIndex {
        var building = try VectorIndexBuilder(VectorIndexParameters(dimension: dimension))
        for (artist, row) in rows.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            let sum = sums[row * dimension..<(row + 1) * dimension]
            let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
            guard length > 1e-6 else { continue }
            let (id, unit) = ([artist.rawValue], sum.map { $0 / length })
            try building.add(ids: id.span, vectors: unit.span)
        }
        return try building.finish()
    }
}
