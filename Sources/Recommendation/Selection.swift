internal import Catalog
internal import Rules

/// Which tracks an answer may hold: the request's rules, exclusions and caps, ready to be asked of each candidate.
struct Selection: Sendable {
    /// For each segment the rows that filter, `min` and `max` allow; nil where they allow every row.
    let allowed: [RowSet?]
    private let catalog: ServingCatalog
    private let excluded: Set<TrackHandle>
    private let seedRecordings: Set<UInt64>
    private let perArtist: Int?

    init(catalog: ServingCatalog, request: RecommendationRequest, seeds: [TrackHandle]) {
        self.catalog = catalog
        perArtist = request.perArtist
        excluded = Set(seeds + request.exclude.compactMap { $0.kind == .track ? catalog.track($0.id) : nil })
        seedRecordings = Set(seeds.map { catalog.snapshot($0).recording($0.row) })
        allowed = catalog.segments.map { Self.allowed(request, in: $0) }
    }

    /// How many candidates beyond the wanted ones may have to be thrown away.
    var margin: Int { excluded.count }

    private static func allowed(_ request: RecommendationRequest, in segment: ServingSegment) -> RowSet? {
        let fields = Set(request.minimum.keys).union(request.maximum.keys)
        guard request.filter != nil || !fields.isEmpty else { return nil }
        var rows = request.filter?.rows(in: segment.snapshot) ?? RowSet(rowCount: segment.snapshot.count, all: true)
        for field in fields {
            let range = NumberRange(
                lower: request.minimum[field] ?? -.infinity, upper: request.maximum[field] ?? .infinity)
            rows.formIntersection(segment.snapshot.rows(where: field) { range.contains($0) })
        }
        rows.subtract(segment.hidden)
        return rows
    }

    /// Chooses from candidates, best first, and counts what each rule leaves.
    func choose(_ candidates: [Candidate], k: Int) -> ([Candidate], Pool) {
        var pool = Pool()
        pool.candidates = candidates.count
        var recordings = seedRecordings
        var perArtistCount: [ArtistID: Int] = [:]
        var chosen: [Candidate] = []
        for candidate in candidates where !excluded.contains(candidate.track) {
            pool.afterRules += 1
            let snapshot = catalog.snapshot(candidate.track)
            guard recordings.insert(snapshot.recording(candidate.track.row)).inserted else { continue }
            pool.afterDuplicates += 1
            guard isWithinCap(snapshot.artists(candidate.track.row), &perArtistCount) else { continue }
            pool.afterArtistCap += 1
            if chosen.count < k { chosen.append(candidate) }
        }
        pool.afterCooldown = pool.afterRules
        pool.returned = chosen.count
        return (chosen, pool)
    }

    private func isWithinCap(_ artists: [ArtistID], _ counts: inout [ArtistID: Int]) -> Bool {
        guard let perArtist else { return true }
        guard artists.allSatisfy({ counts[$0, default: 0] < perArtist }) else { return false }
        for artist in artists { counts[artist, default: 0] += 1 }
        return true
    }
}
