public import Catalog

/// The mean raw audio vector of every artist of a catalog, which the `artist_audio` block is made from.
///
/// Kept beside the feature space and not in it, because it grows with the catalog (about 64 bytes an artist). Plain
/// columns, sorted by artist, so that a file can hold them as they are. They belong to the pass over the catalog that
/// the space was fitted in; a later pass with `FeatureSpaceFitter` gives newer ones that fit any space.
public struct ArtistProfiles: Sendable {
    /// Artists that are the first credited one of some track, ascending.
    public let artists: [ArtistID]
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
    public init?(artists: [ArtistID], means: [Float]) {
        guard means.count == artists.count * AudioScaling.dimension,
            zip(artists, artists.dropFirst()).allSatisfy({ $0.rawValue < $1.rawValue }),
            !means.contains(where: \.isInfinite)
        else { return nil }
        self.artists = artists
        self.means = means
    }

    /// Takes columns that are known to be in order.
    init(sorted artists: [ArtistID], means: [Float]) {
        self.artists = artists
        self.means = means
    }

    /// The 14 means of an artist, NaN where never measured, or nil for an artist without tracks in the catalog.
    func mean(of artist: ArtistID) -> [Double]? {
        let index = artists.partitioningIndex { $0.rawValue >= artist.rawValue }
        guard index < artists.count, artists[index] == artist else { return nil }
        let start = index * AudioScaling.dimension
        return means[start..<start + AudioScaling.dimension].map(Double.init)
    }
}

extension RandomAccessCollection where Index == Int {
    /// The first index whose element satisfies `belongs`, where all that do stand behind all that do not.
    fileprivate func partitioningIndex(where belongs: (Element) -> Bool) -> Int {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = low + (high - low) / 2
            if belongs(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
