public import Catalog

/// What all rule sets together make of the catalog.
public struct Classification: Sendable, Hashable, Codable {
    /// What one rule set matches.
    public struct Share: Sendable, Hashable, Codable {
        /// The rule set.
        public var id: String
        /// What people read.
        public var name: String
        /// Tracks that it matches.
        public var tracks: Int
        /// Tracks that only it matches.
        public var only: Int
    }

    /// Two rule sets that match the same tracks.
    public struct Overlap: Sendable, Hashable, Codable {
        /// One of the two.
        public var first: String
        /// The other.
        public var second: String
        /// Tracks that both match.
        public var tracks: Int
    }

    /// Tracks of the catalog.
    public var tracks: Int
    /// Tracks that some rule set matches.
    public var matched: Int
    /// Tracks that none matches.
    public var unmatched: Int
    /// Tracks that more than one matches.
    public var inSeveral: Int
    /// What each matches, in the order in which they were given.
    public var ruleSets: [Share]
    /// Pairs that share tracks, those that share most first.
    public var overlaps: [Overlap]
    /// Some that none matches, the ones that came last first.
    public var unmatchedSample: [TrackID]

    private enum CodingKeys: String, CodingKey {
        case tracks, matched, unmatched, overlaps
        case inSeveral = "in_several"
        case ruleSets = "rule_sets"
        case unmatchedSample = "unmatched_sample"
    }

    /// Counts.
    ///
    /// - Parameters:
    ///   - tracks: all tracks, ascending.
    ///   - sets: rule sets with the tracks that each matches, ascending.
    ///   - sample: how many unmatched tracks are named.
    ///   - pairs: how many overlaps are named.
    public init(
        tracks: [TrackID], sets: [(id: String, name: String, matching: [TrackID])], sample: Int = 20, pairs: Int = 20
    ) {
        let rows = sets.map { Self.rows($0.matching, in: tracks) }
        var (once, twice) = (RowSet(rowCount: tracks.count), RowSet(rowCount: tracks.count))
        for set in rows {
            var again = once
            again.formIntersection(set)
            twice.formUnion(again)
            once.formUnion(set)
        }
        self.tracks = tracks.count
        (matched, inSeveral) = (once.count, twice.count)
        unmatched = tracks.count - matched
        ruleSets = zip(sets, rows).map { set, rows in
            var alone = rows
            alone.subtract(twice)
            return Share(id: set.id, name: set.name, tracks: rows.count, only: alone.count)
        }
        overlaps = Self.overlaps(sets.map(\.id), rows, pairs)
        unmatchedSample = Self.last(sample, of: once.inverted).map { tracks[$0] }
    }

    private static func rows(_ matching: [TrackID], in tracks: [TrackID]) -> RowSet {
        var rows = RowSet(rowCount: tracks.count)
        var row = 0
        for track in matching {
            while row < tracks.count, tracks[row] < track { row += 1 }
            if row < tracks.count, tracks[row] == track { rows.insert(row) }
        }
        return rows
    }

    private static func overlaps(_ ids: [String], _ rows: [RowSet], _ limit: Int) -> [Overlap] {
        var found: [Overlap] = []
        for first in rows.indices {
            for second in rows.indices.dropFirst(first + 1) {
                var both = rows[first]
                both.formIntersection(rows[second])
                if !both.isEmpty {
                    found.append(Overlap(first: ids[first], second: ids[second], tracks: both.count))
                }
            }
        }
        return Array(found.sorted { ($1.tracks, $0.first, $0.second) < ($0.tracks, $1.first, $1.second) }.prefix(limit))
    }

    private static func last(_ count: Int, of rows: RowSet) -> [Int] {
        var all: [Int] = []
        rows.forEachRow { all.append($0) }
        return all.suffix(count).reversed()
    }
}
