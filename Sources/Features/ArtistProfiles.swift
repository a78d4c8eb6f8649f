/// The mean raw audio vector of every artist of a catalog, which the `artist_audio` block is made from.
///
/// Kept beside the feature space and not in it, because it grows with the catalog (about 64 bytes an artist). Plain
/// columns, sorted by artist, so that a file can hold them as they are. An artist is known by the hash of the normalized
/// name (`TrackIdentity.artist`), so that files which number artists differently still mean the same one.
public struct ArtistProfiles: Sendable {
    /// Artists that are the first credited one of some track, ascending.
    public let artists: [UInt64]
    /// artists.count x 14, row-major: means of the transformed features over the artist's tracks that have them; NaN
    /// where none has.
    public let means: [Float]

    /// No artists.
    public init() {
        artists = []
        means = []
    }

    /// Takes columns that an earlier pass made, or nil where they cannot be such: artists not ascending, a number of
    /// means other than 14 for each, or an infinite mean.
    public init?(artists: [UInt64], means: [Float]) {
        guard means.count == artists.count * AudioScaling.dimension,
            zip(artists, artists.dropFirst()).allSatisfy(<), !means.contains(where: \.isInfinite)
        else { return nil }
        self.artists = artists
        self.means = means
    }

    /// Takes columns that are known to be in order.
    init(sorted artists: [UInt64], means: [Float]) {
        self.artists = artists
        self.means = means
    }

    /// The 14 means of an artist, NaN where never measured, or nil for an artist without tracks in the catalog.
    func mean(of artist: UInt64) -> [Double]? {
        guard let index = artists.sortedIndex(of: artist) else { return nil }
        let start = index * AudioScaling.dimension
        return means[start..<start + AudioScaling.dimension].map(Double.init)
    }
}

extension RandomAccessCollection where Index == Int, Element: Comparable {
    /// Where an element is in an ascending collection, or nil.
    func sortedIndex(of element: Element) -> Int? {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = low + (high - low) / 2
            if self[middle] < element { low = middle + 1 } else { high = middle }
        }
        return low < endIndex && self[low] == element ? low : nil
    }
}
