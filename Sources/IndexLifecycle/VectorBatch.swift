internal import Catalog
internal import Features

/// Makes the vectors of a page of tracks on several threads.
struct VectorBatch: Sendable {
    /// What a space says of one track.
    struct Made: Sendable {
        var vector: TrackVector?
        var familiarity: Float
    }

    let vectorizer: Vectorizer
    let threads: Int

    /// One answer for each track, in order.
    func make(_ tracks: [CatalogTrack]) async -> [Made] {
        let share = max(1, (tracks.count + threads - 1) / max(1, threads))
        return await withTaskGroup(of: (Int, [Made]).self) { group in
            for start in stride(from: 0, to: tracks.count, by: share) {
                group.addTask { (start, tracks[start..<min(start + share, tracks.count)].map(make)) }
            }
            let parts = await group.reduce(into: []) { $0.append($1) }
            return parts.sorted { $0.0 < $1.0 }.flatMap(\.1)
        }
    }

    private func make(_ track: CatalogTrack) -> Made {
        Made(vector: vectorizer.vector(for: track), familiarity: vectorizer.familiarity(of: track))
    }
}
