public import Catalog
internal import LinearAlgebra

/// Fits a feature space in one pass over a catalog, in memory that grows with its artists and not with its tracks.
///
/// The same tracks in the same order give the same space to the last bit.
public struct FeatureSpaceFitter: Sendable {
    private var count = 0
    private var columns = Array(repeating: RunningMoments(), count: AudioScaling.dimension)
    private var artists = ArtistSums()
    private var timbre = RunningCovariance(dimension: StructureTransform.dimension)

    /// Begins with an empty catalog.
    public init() {}

    /// Takes one track in. What is missing takes no part in any mean or deviation.
    public mutating func add(_ track: CatalogTrack) {
        count += 1
        let raw = AudioColumn.rawVector(of: track)
        for (index, value) in raw.enumerated() where !value.isNaN { columns[index].add(value) }
        if let artist = track.artists.first { artists.add(raw, of: artist.id) }
        if let values = track.structure.flatMap(StructureTransform.values) {
            // The values are finite, which is all that could be refused.
            try? timbre.add(values)
        }
    }

    /// Takes tracks in, in order.
    public mutating func add(_ tracks: some Sequence<CatalogTrack>) {
        for track in tracks { add(track) }
    }

    /// The space and the artists' means; an empty catalog gives a space in which a track has at most a year and an
    /// artist.
    /// - Throws: `FeatureSpaceError.decomposition` where LAPACK fails on the timbre covariance.
    public func finish() throws(FeatureSpaceError) -> (space: FeatureSpace, artists: ArtistProfiles) {
        let scaling = AudioScaling(means: columns.map(\.mean), deviations: columns.map(\.deviation))
        let structure = try StructureTransform(fitting: timbre)
        return (FeatureSpace(fittedTracks: count, audio: scaling, structure: structure), artists.profiles())
    }
}
