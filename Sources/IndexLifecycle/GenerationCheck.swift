internal import Catalog
internal import Recommendation
internal import VectorIndex

/// What a generation must show before it is published, and whenever somebody asks for it to be verified.
struct GenerationCheck {
    /// Tracks whose own vector must be their nearest neighbour.
    static let sampleSize = 200

    let generation: LoadedGeneration

    /// Looks sampled tracks up by their own vectors, in exactly the lists that a server would look into.
    /// - Throws: `unverified` with the first track that does not find itself.
    func run() throws(GenerationError) {
        let segment = generation.segment
        let manifest = generation.manifest
        for recall in [manifest.recall, manifest.deepRecall] {
            guard recall.measured >= recall.target else {
                throw GenerationError(
                    .unverified, "recall@\(recall.k) \(recall.measured) is below the target \(recall.target)")
            }
        }
        var checked = 0
        let step = max(1, segment.snapshot.count / Self.sampleSize)
        for row in stride(from: 0, to: segment.snapshot.count, by: step) {
            guard let location = segment.snapshot.location(row) else { continue }
            try check(row, location, segment)
            checked += 1
        }
        guard checked > 0 || manifest.vectors == 0 || segment.snapshot.count > Self.sampleSize else {
            throw GenerationError(.unverified, "no track of the snapshot has a vector in the index")
        }
    }

    private func check(_ row: Int, _ location: UInt64, _ segment: ServingSegment) throws(GenerationError) {
        let track = segment.snapshot.id(row).rawValue
        let (length, best) = try ownNeighbor(track, location, segment)
        guard abs(length - 1) < 1e-3 else {
            throw GenerationError(.unverified, "the vector of track \(track) is no unit vector")
        }
        guard let best, best.location == location, best.score > 1 - 1e-3 else {
            throw GenerationError(.unverified, "track \(track) does not find itself in the index")
        }
    }

    /// The squared length of the vector at a location, and what a search for it finds under the track's own id.
    ///
    /// Only that id is admitted, because releases of one recording have equal vectors.
    private func ownNeighbor(
        _ track: Int64, _ location: UInt64, _ segment: ServingSegment
    ) throws(GenerationError) -> (length: Float, Neighbor?) {
        do throws(VectorIndexError) {
            let vector = try segment.index.vector(at: location)
            let result = try segment.index.search(
                vector.span, k: 1, probes: segment.probes, filter: IDBitmap(ids: [track]))
            return (vector.reduce(0) { $0 + $1 * $1 }, result.neighbors.first)
        } catch {
            throw GenerationError(.unverified, "a vector of the snapshot cannot be read: \(error)")
        }
    }
}

extension GenerationDirectory {
    /// Reads every byte of a generation against its manifest and looks sampled tracks up by their own vectors.
    /// - Throws: what is wrong with it.
    public func verify(_ id: String) throws(GenerationError) -> GenerationManifest {
        let generation = try LoadedGeneration(id, in: self, .everything)
        try GenerationCheck(generation: generation).run()
        return generation.manifest
    }
}
