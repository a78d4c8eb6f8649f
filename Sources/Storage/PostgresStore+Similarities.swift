public import Catalog
public import Foundation
internal import Postgres

extension PostgresStore: SimilarityStore {
    /// Keeps what a source says of tracks in place of what it said of them before; says how many pairs.
    /// - Throws: `CatalogStoreError`.
    @discardableResult
    public func keep(
        _ similar: [TrackID: [SimilarTrack]], by source: String, at moment: Date
    ) async throws -> Int {
        guard !similar.isEmpty else { return 0 }
        let seeds = similar.keys.map(\.rawValue).sorted()
        return try await withSession { session in
            let found = try await MentionLookup(session: session).tracks(
                of: similar.values.flatMap { $0.map(\.mention) })
            let pairs = Self.pairs(similar, found)
            return try await session.withTransaction { session in
                try await session.execute(
                    "DELETE FROM similar_tracks WHERE source = \(source) AND track_id = ANY(\(seeds))")
                return try await session.execute(
                    """
                    INSERT INTO similar_tracks (track_id, source, similar_id, similarity, asked_at)
                    SELECT g.track, \(source), g.other, max(g.similarity), to_timestamp(\(moment.timeIntervalSince1970))
                    FROM unnest(\(pairs.map(\.track)), \(pairs.map(\.other)), \(pairs.map(\.similarity)))
                        AS g (track, other, similarity)
                    JOIN tracks t ON t.id = g.track JOIN tracks s ON s.id = g.other
                    WHERE g.track <> g.other
                    GROUP BY g.track, g.other ORDER BY 1, 3
                    ON CONFLICT DO NOTHING
                    """)
            }
        }
    }

    private struct Pair {
        var track: Int64
        var other: Int64
        var similarity: Float
    }

    private static func pairs(_ similar: [TrackID: [SimilarTrack]], _ found: [String: Int64]) -> [Pair] {
        similar.flatMap { track, others in
            others.compactMap { other in
                found[other.mention.handle.value].map {
                    Pair(track: track.rawValue, other: $0, similarity: Float(min(max(other.similarity, 0), 1)))
                }
            }
        }
    }

    /// The tracks that a source holds similar to any of the seeds, or the other way about; never a seed itself.
    /// - Throws: `CatalogStoreError`.
    public func similar(
        to seeds: [TrackID], by source: String, limit: Int
    ) async throws -> [SimilarityMatch] {
        let ids = seeds.map(\.rawValue)
        return try await withSession { session in
            try await session.rows(
                """
                SELECT id, max(similarity)::float8 AS best FROM (
                    SELECT similar_id, similarity FROM similar_tracks WHERE track_id = ANY(\(ids)) AND source = \(source)
                    UNION ALL
                    SELECT track_id, similarity FROM similar_tracks WHERE similar_id = ANY(\(ids)) AND source = \(source)
                ) AS s (id, similarity)
                WHERE id <> ALL(\(ids)) GROUP BY id ORDER BY best DESC, id LIMIT \(max(0, limit))
                """
            ) { SimilarityMatch(track: TrackID(rawValue: try $0[0]), similarity: try $0[1]) }
        }
    }
}

extension PostgresStore: FavouriteStore {
    /// Keeps a ranking in place of the one that the account had over the same time.
    /// - Throws: `CatalogStoreError`.
    public func keep(_ favourites: Favourites, of account: String, at moment: Date) async throws {
        let span = favourites.span
        _ = try await withSession { session in
            try await session.withTransaction { session in
                try await session.execute("DELETE FROM favourites WHERE account = \(account) AND span = \(span)")
                try await session.execute(
                    """
                    INSERT INTO favourites (account, span, rank, namespace, value, ranked_at)
                    SELECT \(account), \(span), rank, namespace, value, to_timestamp(\(moment.timeIntervalSince1970))
                    FROM unnest(\(favourites.tracks.map(\.namespace)), \(favourites.tracks.map(\.value)))
                        WITH ORDINALITY AS f (namespace, value, rank)
                    """)
            }
        }
    }
}
