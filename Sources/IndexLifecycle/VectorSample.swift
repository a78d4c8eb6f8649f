internal import Catalog
internal import Features

/// A sample of a catalog's vectors, which lists are placed by and recall is measured with.
///
/// Chosen by a hash of the id, so that it is random and yet the same in every build of the same catalog.
struct VectorSample: Sendable {
    /// Whose vectors.
    private(set) var ids: [Int64] = []
    /// ids.count x dimension, row-major.
    private(set) var values: [Float] = []
    private let threshold: UInt64

    /// Admits about `wanted` of `total` tracks, all where there are no more.
    init(about wanted: Int, of total: Int) {
        threshold = total <= wanted ? .max : UInt64(Double(UInt64.max) * Double(wanted) / Double(total))
    }

    /// Takes in those of the vectors that belong to the sample.
    mutating func add(_ vectors: some Sequence<TrackVector>) {
        for vector in vectors where SplitMix64.mixed(UInt64(bitPattern: vector.track.rawValue)) <= threshold {
            ids.append(vector.track.rawValue)
            values += vector.values
        }
    }

    /// At most `count` of its vectors, evenly spread.
    func spread(_ count: Int, dimension: Int) -> [(id: Int64, vector: [Float])] {
        stride(from: 0, to: ids.count, by: max(1, ids.count / max(1, count))).prefix(count).map { place in
            (ids[place], Array(values[place * dimension..<(place + 1) * dimension]))
        }
    }
}
