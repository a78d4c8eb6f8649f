public import Catalog
public import Features
public import Rules
public import VectorIndex

/// A track by its place among the segments of a serving catalog.
public struct TrackHandle: Hashable, Sendable {
    /// Which segment.
    public var segment: Int
    /// Which row of its snapshot.
    public var row: Int

    /// As good as random, and another one for every other track.
    var hash: UInt64 { (UInt64(row) &+ 1) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(segment) }
}

/// A vector index with the columns of its tracks.
///
/// A published generation is one segment; the tracks that came since are a small second one in memory.
public final class ServingSegment: Sendable {
    /// The vectors.
    public let index: VectorIndex
    /// The facts.
    public let snapshot: CatalogSnapshot
    /// How many inverted lists to look into for the nearest ten.
    public let probes: Int
    /// How many inverted lists to look into for the nearest thousand, which a re-rank chooses from.
    public let deepProbes: Int
    /// One vector for each artist that is first credited on some track, or nil where there is none.
    public let artists: VectorIndex?
    /// Rows that must not be found any more: removed, or replaced in a later segment.
    public let hidden: RowSet
    /// Number of hidden rows.
    let hiddenCount: Int
    /// The ids that may be found, or nil where nothing is hidden.
    let visible: IDBitmap?

    /// Joins an index and a snapshot of the same tracks.
    public init(
        index: VectorIndex, snapshot: CatalogSnapshot, probes: Int, deepProbes: Int, artists: VectorIndex? = nil,
        hidden: RowSet? = nil
    ) {
        self.index = index
        self.snapshot = snapshot
        self.probes = probes
        self.deepProbes = deepProbes
        self.artists = artists
        let hidden = hidden ?? RowSet(rowCount: snapshot.count)
        self.hidden = hidden
        hiddenCount = hidden.count
        visible = hiddenCount == 0 ? nil : IDBitmap(of: hidden.inverted, in: snapshot)
    }

    /// The same segment with other rows hidden.
    public func hiding(_ hidden: RowSet) -> ServingSegment {
        ServingSegment(
            index: index, snapshot: snapshot, probes: probes, deepProbes: deepProbes, artists: artists, hidden: hidden)
    }
}

/// Everything that answers need, at one moment: immutable, so that a swap never disturbs a request.
public final class ServingCatalog: Sendable {
    /// Which generation this is.
    public let generation: GenerationInfo
    /// How its vectors were made.
    public let space: FeatureSpace
    /// The generation's segment, then what came since.
    public let segments: [ServingSegment]

    /// Joins segments of one feature space.
    public init(generation: GenerationInfo, space: FeatureSpace, segments: [ServingSegment]) {
        self.generation = generation
        self.space = space
        self.segments = segments
    }

    /// The visible track with an external id, or nil; later segments first, because they have the newer facts. The
    /// namespace `segue` is the internal id itself.
    public func track(_ id: ExternalID) -> TrackHandle? {
        if id.namespace == "segue" { return Int64(id.value).flatMap { track(TrackID(rawValue: $0)) } }
        return first { $0.row(of: id) }
    }

    /// The visible track with an internal id, or nil.
    public func track(_ id: TrackID) -> TrackHandle? { first { $0.row(of: id) } }

    private func first(_ find: (CatalogSnapshot) -> Int?) -> TrackHandle? {
        for number in segments.indices.reversed() {
            let segment = segments[number]
            if let row = find(segment.snapshot), !segment.hidden.contains(row) {
                return TrackHandle(segment: number, row: row)
            }
        }
        return nil
    }

    /// The facts of a track's segment.
    public func snapshot(_ track: TrackHandle) -> CatalogSnapshot { segments[track.segment].snapshot }

    /// Begins to bring the facts of candidates into the cache, for an answer that is about to be written.
    func prefetchFacts(of candidates: [Candidate]) {
        for (number, segment) in segments.enumerated() {
            segment.snapshot.prefetchFacts(
                of: candidates.lazy.filter { $0.track.segment == number }.map(\.track.row))
        }
    }

    /// The internal id of a track.
    public func id(_ track: TrackHandle) -> TrackID { snapshot(track).id(track.row) }

    /// A copy of a track's vector, or nil where it has none.
    public func vector(_ track: TrackHandle) -> [Float]? {
        let segment = segments[track.segment]
        return segment.snapshot.location(track.row).flatMap { try? segment.index.vector(at: $0) }
    }

    /// A track's vector as a query: without the space's padding, at unit length; nil where it has none.
    func direction(_ track: TrackHandle) -> [Float]? {
        guard let vector = vector(track) else { return nil }
        return try? SeedQuery(seeds: [vector], in: space).values
    }
}
