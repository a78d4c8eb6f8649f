public import Catalog
public import Foundation
internal import Postgres

extension PostgresStore: EnrichmentStore {
    /// The next tracks that a source has not been asked about in this version, or whose miss is due again, apart from those
    /// that were put off.
    /// - Throws: `CatalogStoreError`.
    public func subjects(
        lacking source: String, version: String, namespaces: [String], after id: TrackID, limit: Int, at moment: Date
    ) async throws -> [EnrichmentSubject] {
        try await withSession { session in
            let ids = try await session.rows(
                """
                SELECT t.id FROM tracks t
                WHERE t.id > \(id.rawValue)
                AND EXISTS (SELECT FROM external_ids x WHERE x.kind = 'track' AND x.entity_id = t.id
                    AND x.namespace = ANY(\(namespaces)))
                AND NOT EXISTS (SELECT FROM enrichments e WHERE e.track_id = t.id AND e.source = \(source)
                    AND e.version = \(version)
                    AND (e.retry_at IS NULL OR e.retry_at > to_timestamp(\(moment.timeIntervalSince1970))
                        OR \(fragment: Self.isPostponed)))
                ORDER BY t.id LIMIT \(max(0, limit))
                """
            ) { try $0[0] as Int64 }
            return try await Self.subjects(ids, session)
        }
    }

    /// Whether a row `e` that is no answer is no miss either.
    private static let isPostponed: SQL = "(e.retry_at IS NOT NULL AND e.categories ? 'postponed')"

    /// Tracks that were put off in this version and are due, those that were asked about longest ago first.
    /// - Throws: `CatalogStoreError`.
    public func postponed(
        by source: String, version: String, namespaces: [String], since begun: Date, limit: Int, at moment: Date
    ) async throws -> [EnrichmentSubject] {
        try await withSession { session in
            let rows = try await session.rows(
                """
                SELECT e.track_id, (e.categories ->> 'postponed')::integer
                FROM enrichments e WHERE \(fragment: Self.postponed(by: source, version, namespaces))
                AND e.retry_at <= to_timestamp(\(moment.timeIntervalSince1970))
                AND NOT (e.updated_at >= to_timestamp(\(begun.timeIntervalSince1970))
                    AND \(fragment: Self.isGivenUp))
                ORDER BY e.updated_at, e.track_id LIMIT \(max(0, limit))
                """
            ) { (id: try $0[0] as Int64, number: try $0[1] as Int) }
            let subjects = Dictionary(
                try await Self.subjects(rows.map(\.id), session).map { ($0.id.rawValue, $0) }, uniquingKeysWith: { $1 })
            return rows.compactMap { row in
                var subject = subjects[row.id]
                subject?.postponements = row.number
                return subject
            }
        }
    }

    /// When the first track is due that was put off in this version and, unless those count too, is not given up.
    /// - Throws: `CatalogStoreError`.
    public func due(
        by source: String, version: String, namespaces: [String], isGivenUpToo: Bool
    ) async throws -> Date? {
        let seconds = try await withSession { session in
            try await session.first(
                """
                SELECT extract(epoch FROM min(e.retry_at))::float8
                FROM enrichments e WHERE \(fragment: Self.postponed(by: source, version, namespaces))
                AND (\(isGivenUpToo) OR NOT \(fragment: Self.isGivenUp))
                """
            ) { try $0[0] as Double? }
        }
        return (seconds ?? nil).map(Date.init(timeIntervalSince1970:))
    }

    /// Whether a row `e` that is put off was so more than four times in a row, while the source answered about others; where
    /// it answered about nobody, that says something of the source and nothing of the track, for five days or so.
    private static let isGivenUp: SQL = """
        ((e.categories ->> 'postponed')::integer > CASE WHEN e.categories ->> 'others_answered' = 'true' THEN 4 ELSE 11 END)
        """

    /// Whether a row `e` is of a track that a source was to be asked about and is put off.
    private static func postponed(by source: String, _ version: String, _ namespaces: [String]) -> SQL {
        """
        e.source = \(source) AND e.version = \(version) AND \(fragment: isPostponed)
        AND EXISTS (SELECT FROM external_ids x WHERE x.kind = 'track' AND x.entity_id = e.track_id
            AND x.namespace = ANY(\(namespaces)))
        """
    }

    /// Puts tracks off: for ten minutes, and twice as long each time in a row, up to a day.
    /// - Throws: `CatalogStoreError`.
    public func postpone(
        _ tracks: [TrackID], of source: String, version: String, at moment: Date
    ) async throws {
        guard !tracks.isEmpty else { return }
        let ids = Set(tracks.map(\.rawValue)).sorted()
        _ = try await withSession { session in
            try await session.execute(
                """
                WITH tries AS (
                    SELECT t.id, 1 + coalesce((e.categories ->> 'postponed')::integer, 0) AS number,
                        coalesce((e.categories ->> 'since')::float8, \(moment.timeIntervalSince1970)) AS since
                    FROM tracks t LEFT JOIN enrichments e ON e.track_id = t.id AND e.source = \(source)
                        AND e.version = \(version) AND \(fragment: Self.isPostponed)
                    WHERE t.id = ANY(\(ids))),
                answered AS (
                    SELECT max(e.updated_at) AS last FROM enrichments e
                    WHERE e.source = \(source) AND NOT \(fragment: Self.isPostponed))
                INSERT INTO enrichments (track_id, source, version, categories, updated_at, retry_at)
                SELECT id, \(source), \(version),
                    jsonb_build_object('postponed', number, 'since', since,
                        'others_answered', coalesce((SELECT last FROM answered) >= to_timestamp(since), false)),
                    to_timestamp(\(moment.timeIntervalSince1970)), to_timestamp(\(moment.timeIntervalSince1970))
                        + least(interval '10 minutes' * 2 ^ least(number - 1, 8), interval '1 day')
                FROM tries ORDER BY id
                ON CONFLICT (track_id, source) DO UPDATE
                SET (version, categories, confidence, updated_at, retry_at)
                    = (excluded.version, excluded.categories, NULL, excluded.updated_at, excluded.retry_at)
                """)
        }
    }

    private static func subjects(_ ids: [Int64], _ session: PostgresSession) async throws -> [EnrichmentSubject] {
        guard !ids.isEmpty else { return [] }
        let names = try await session.rows(
            """
            SELECT entity_id, namespace, value FROM external_ids WHERE kind = 'track' AND entity_id = ANY(\(ids))
            ORDER BY entity_id, namespace <> 'spotify', namespace, value
            """
        ) { (track: try $0[0] as Int64, id: ExternalID(namespace: try $0[1], value: try $0[2])) }
        let idsOf = Dictionary(grouping: names, by: \.track)
        return try await session.rows(
            """
            SELECT t.id, t.name, a.name, t.duration_ms FROM tracks t
            LEFT JOIN track_artists c ON c.track_id = t.id AND c.position = 0 LEFT JOIN artists a ON a.id = c.artist_id
            WHERE t.id = ANY(\(ids)) ORDER BY t.id
            """
        ) { row in
            let id: Int64 = try row[0]
            return EnrichmentSubject(
                id: TrackID(rawValue: id), externalIDs: idsOf[id, default: []].map(\.id), name: try row[1],
                artist: try row[2], duration: try row[3])
        }
    }

    /// Keeps enrichments in place of earlier ones of the same track and source; tracks that are gone are skipped.
    /// - Throws: `CatalogStoreError`, `EncodingError`.
    public func keep(_ enrichments: [Enrichment]) async throws {
        guard !enrichments.isEmpty else { return }
        let rows = Self.lastOfEach(enrichments)
        let categories = try rows.map { String(decoding: try JSONEncoder().encode($0.categories), as: UTF8.self) }
        _ = try await withSession { session in
            try await session.execute(
                """
                INSERT INTO enrichments (track_id, source, version, categories, confidence, updated_at)
                SELECT t.id, g.source, g.version, g.categories::jsonb, nullif(g.confidence, -1)::numeric,
                    to_timestamp(g.at::float8)
                FROM unnest(\(rows.map(\.track.rawValue)), \(rows.map(\.source)), \(rows.map(\.version)),
                    \(categories), \(rows.map { Float($0.confidence.map { min(max($0, 0), 1) } ?? -1) }),
                    \(rows.map { "\($0.updatedAt.timeIntervalSince1970)" })
                ) AS g (track_id, source, version, categories, confidence, at)
                JOIN tracks t ON t.id = g.track_id
                ON CONFLICT (track_id, source) DO UPDATE SET (version, categories, confidence, updated_at, retry_at)
                    = (excluded.version, excluded.categories, excluded.confidence, excluded.updated_at, NULL)
                """)
        }
    }

    /// An upsert touches a row once; rows in one order everywhere, so that two writers never wait for each other.
    private static func lastOfEach(_ enrichments: [Enrichment]) -> [Enrichment] {
        let last = Dictionary(
            enrichments.map { (EnrichmentPlace(track: $0.track, source: $0.source), $0) }, uniquingKeysWith: { $1 })
        return last.values.sorted { ($0.track.rawValue, $0.source) < ($1.track.rawValue, $1.source) }
    }

    /// Remembers that a source does not know tracks, until a moment.
    /// - Throws: `CatalogStoreError`.
    public func rememberMisses(
        _ tracks: [TrackID], of source: String, version: String, until end: Date, at moment: Date
    ) async throws {
        guard !tracks.isEmpty else { return }
        let ids = Set(tracks.map(\.rawValue)).sorted()
        _ = try await withSession { session in
            try await session.execute(
                """
                INSERT INTO enrichments (track_id, source, version, updated_at, retry_at)
                SELECT id, \(source), \(version), to_timestamp(\(moment.timeIntervalSince1970)),
                    to_timestamp(\(end.timeIntervalSince1970))
                FROM tracks WHERE id = ANY(\(ids)) ORDER BY id
                ON CONFLICT (track_id, source) DO UPDATE
                SET (version, categories, confidence, updated_at, retry_at)
                    = (excluded.version, '{}', NULL, excluded.updated_at, excluded.retry_at)
                """)
        }
    }

    /// The next enrichments by track and source, at most `limit`; misses are not among them.
    /// - Throws: `CatalogStoreError`, `DecodingError`.
    public func enrichments(
        _ filter: EnrichmentFilter, after place: EnrichmentPlace?, limit: Int
    ) async throws -> [Enrichment] {
        let track: SQL = filter.track.map { "track_id = \($0.rawValue)" } ?? "true"
        let source: SQL = filter.source.map { "source = \($0)" } ?? "true"
        let start: SQL = place.map { "(track_id, source) > (\($0.track.rawValue), \($0.source))" } ?? "true"
        return try await withSession { session in
            try await session.rows(
                """
                SELECT track_id, source, version, categories, confidence, extract(epoch FROM updated_at)::float8
                FROM enrichments
                WHERE retry_at IS NULL AND \(fragment: track) AND \(fragment: source) AND \(fragment: start)
                ORDER BY track_id, source LIMIT \(max(0, limit))
                """
            ) { row in
                let json: String = try row[3]
                return Enrichment(
                    track: TrackID(rawValue: try row[0]), source: try row[1], version: try row[2],
                    categories: try JSONDecoder().decode([String: EnrichmentValue].self, from: Data(json.utf8)),
                    confidence: try row[4], updatedAt: Date(timeIntervalSince1970: try row[5]))
            }
        }
    }

    /// How many tracks each source and version knows and does not know; those that were put off are neither.
    /// - Throws: `CatalogStoreError`.
    public func enrichmentCounts() async throws -> [EnrichmentCount] {
        try await withSession { session in
            try await session.rows(
                """
                SELECT source, version, count(*) FILTER (WHERE retry_at IS NULL),
                    count(retry_at) FILTER (WHERE NOT \(fragment: Self.isPostponed))
                FROM enrichments e GROUP BY source, version ORDER BY source, version
                """
            ) { EnrichmentCount(source: try $0[0], version: try $0[1], found: try $0[2], missed: try $0[3]) }
        }
    }
}
