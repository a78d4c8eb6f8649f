/// Sums of raw audio vectors by artist, in memory of 14 sums and counts an artist.
struct ArtistSums: Sendable {
    private var rows: [UInt64: Int] = [:]
    private var sums: [Double] = []
    private var counts: [UInt32] = []

    /// Adds a track's raw vector to its artist's.
    mutating func add(_ raw: [Double], of artist: UInt64) {
        let start = row(of: artist) * AudioScaling.dimension
        for (column, value) in raw.enumerated() where !value.isNaN {
            sums[start + column] += value
            counts[start + column] += 1
        }
    }

    private mutating func row(of artist: UInt64) -> Int {
        if let row = rows[artist] { return row }
        let row = rows.count
        rows[artist] = row
        sums.append(contentsOf: repeatElement(0, count: AudioScaling.dimension))
        counts.append(contentsOf: repeatElement(0, count: AudioScaling.dimension))
        return row
    }

    /// The means, over measured values only.
    func profiles() -> ArtistProfiles {
        let artists = rows.keys.sorted()
        var means: [Float] = []
        means.reserveCapacity(sums.count)
        for start in artists.compactMap({ rows[$0] }).map({ $0 * AudioScaling.dimension }) {
            for index in start..<start + AudioScaling.dimension {
                means.append(counts[index] == 0 ? .nan : Float(sums[index] / Double(counts[index])))
            }
        }
        return ArtistProfiles(sorted: artists, means: means)
    }
}
