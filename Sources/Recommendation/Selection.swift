internal import Catalog
internal import Rules
internal import VectorIndex

/// Which tracks an answer may hold: the request's rules, exclusions and caps, ready to be asked of each candidate.
struct Selection: Sendable {
    /// For each segment the rows that filter, `min` and `max` allow; nil where they allow every row.
    let allowed: [RowSet?]
    let catalog: ServingCatalog
    let excluded: [TrackHandle]
    let known: [UInt64]
    let request: RecommendationRequest
    private let pool: Int

    /// Allows what the request allows, and none of `known`, the tracks of seeds and negative seeds, nor another release
    /// of their recordings.
    /// - Throws: `RecommendationError.cancelled`.
    init(
        catalog: ServingCatalog, request: RecommendationRequest, known: [TrackHandle], excluded: [TrackHandle],
        tuning: RecommendationTuning
    ) throws(RecommendationError) {
        self.catalog = catalog
        self.request = request
        pool = max(tuning.diversityPool, 2 * request.k)
        self.excluded = known + excluded
        self.known = known.map { catalog.snapshot($0).recording($0.row) }
        do throws(CancellationError) {
            allowed = try catalog.segments.map { (segment) throws(CancellationError) in
                try Self.allowed(request, in: segment)
            }
        } catch { throw .cancelled }
    }

    /// How many candidates beyond the wanted ones may have to be thrown away.
    var margin: Int { excluded.count }

    private static func allowed(
        _ request: RecommendationRequest, in segment: ServingSegment
    ) throws(CancellationError) -> RowSet? {
        let fields = Set(request.minimum.keys).union(request.maximum.keys)
        guard request.filter != nil || !fields.isEmpty else { return nil }
        var rows =
            try request.filter?.rows(in: segment.snapshot, resolved: request.resolved)
            ?? RowSet(rowCount: segment.snapshot.count, all: true)
        for field in fields {
            let range = NumberRange(
                lower: request.minimum[field].map(Double.init) ?? -.infinity,
                upper: request.maximum[field].map(Double.init) ?? .infinity)
            rows = segment.snapshot.rows(where: field, in: [range], among: rows)
        }
        rows.subtract(segment.hidden)
        return rows
    }

    /// Chooses from candidates of `query` and counts what each rule leaves.
    /// - Throws: `VectorIndexError` where an index is damaged.
    func choose(_ candidates: [Candidate], of query: [Float], k: Int) throws(VectorIndexError) -> ([Candidate], Pool) {
        if request.temperature > 0 { return try draw(candidates, of: query, k) }
        var filter = Filter(
            excluded: excluded, recordings: known, resting: request.resting, capacity: candidates.count)
        var ranking = Ranking(candidates, query: query, catalog: catalog)
        // Without a cap or diversity the first k are it, and of the others only the numbers matter.
        let wanted = request.perArtist == nil ? (request.diversity > 0 ? pool + k : k) : candidates.count
        var eligible: [Candidate] = []
        eligible.reserveCapacity(min(wanted, candidates.count))
        while eligible.count < wanted, let candidate = try ranking.next() {
            if filter.admits(candidate) { eligible.append(candidate) }
        }
        for candidate in ranking.rest { _ = filter.admits(candidate) }
        var cap = ArtistCap(catalog: catalog, limit: request.perArtist)
        let capped = request.perArtist == nil ? eligible : eligible.filter { cap.admits($0) }
        let chosen = request.diversity > 0 ? try diverse(capped, k) : Array(capped.prefix(k))
        var counts = Pool()
        counts.candidates = candidates.count
        (counts.afterRules, counts.afterCooldown) = (filter.allowed, filter.rested)
        counts.afterDuplicates = filter.admitted
        counts.afterArtistCap = request.perArtist == nil ? filter.admitted : capped.count
        counts.returned = chosen.count
        return (chosen, counts)
    }

    /// Lets pass what is not excluded, one track of each recording, and counts.
    struct Filter {
        private var excluded: HashSet
        private var recordings: HashSet
        private let resting: [UInt64: Float]
        /// How many were not excluded.
        private(set) var allowed = 0
        /// How many of these no cooldown holds back.
        private(set) var rested = 0
        /// How many of these passed.
        private(set) var admitted = 0

        init(
            excluded: [TrackHandle], recordings known: [UInt64], resting: [UInt64: Float], capacity: Int
        ) {
            self.resting = resting
            self.excluded = HashSet(capacity: excluded.count)
            for track in excluded { _ = self.excluded.insert(track.hash) }
            recordings = HashSet(capacity: known.count + capacity)
            for recording in known { _ = recordings.insert(recording) }
        }

        mutating func admits(_ candidate: Candidate) -> Bool {
            guard !excluded.contains(candidate.track.hash) else { return false }
            allowed += 1
            if !resting.isEmpty, resting[candidate.recording] == 0 { return false }
            rested += 1
            guard recordings.insert(candidate.recording) else { return false }
            admitted += 1
            return true
        }
    }

    /// Diverse ones of the best that the cap allows; where these are too few, the best of the rest behind them.
    func diverse(_ capped: [Candidate], _ k: Int) throws(VectorIndexError) -> [Candidate] {
        let chosen = try Diversification(catalog: catalog, diversity: request.diversity)
            .choose(k, of: Array(capped.prefix(pool)))
        return chosen + capped.dropFirst(pool).prefix(k - chosen.count)
    }
}

/// Counts the tracks of each credited artist and says when there are enough.
struct ArtistCap {
    let catalog: ServingCatalog
    let limit: Int?
    private var counts: [ArtistID: Int] = [:]

    init(catalog: ServingCatalog, limit: Int?) {
        self.catalog = catalog
        self.limit = limit
    }

    /// Whether none of the candidate's artists has enough tracks yet; if so it counts as taken.
    mutating func admits(_ candidate: Candidate) -> Bool {
        guard let limit else { return true }
        let artists = catalog.snapshot(candidate.track).artists(candidate.track.row)
        guard artists.allSatisfy({ counts[$0, default: 0] < limit }) else { return false }
        for artist in artists { counts[artist, default: 0] += 1 }
        return true
    }
}
