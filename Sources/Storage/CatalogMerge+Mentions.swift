internal import Catalog
internal import Postgres

extension CatalogMerge {
    /// Finds the tracks that are only mentioned: by their ids, ISRCs last, then by name and length.
    mutating func matchMentions() async throws {
        try await session.execute("ANALYZE in_mention (no, value)")
        try await matchByID()
        try await session.execute("ANALYZE mention_of")
        let matcher = try await MentionMatcher(
            try await unmatchedMentions(), tolerance: source.durationTolerance
        ).offered(by: session)
        var rows = CopyBuffer()
        for (value, id) in matcher.matches {
            rows.beginRow(columns: 2)
            rows.append(value)
            rows.append(id)
        }
        try await session.copyIn("COPY mention_of (value, id) FROM STDIN (FORMAT binary)", rows.drain())
        note(matcher)
    }

    private mutating func matchByID() async throws {
        let ways = try await session.rows(
            """
            WITH found AS (
                SELECT DISTINCT ON (m.value) m.value, x.entity_id, u.namespace
                FROM in_mention m
                CROSS JOIN unnest(m.namespaces, m.ids) WITH ORDINALITY AS u (namespace, id, place)
                JOIN external_ids x ON x.kind = 'track' AND x.namespace = u.namespace AND x.value = u.id
                ORDER BY m.value, u.namespace = 'isrc', u.place),
            kept AS (INSERT INTO mention_of SELECT value, entity_id FROM found)
            SELECT count(*) FILTER (WHERE namespace <> 'isrc'), count(*) FILTER (WHERE namespace = 'isrc') FROM found
            """
        ) { (byID: try $0[0] as Int, byISRC: try $0[1] as Int) }
        counts.matching.byID = ways.first?.byID ?? 0
        counts.matching.byISRC = ways.first?.byISRC ?? 0
    }

    private func unmatchedMentions() async throws -> [MentionMatcher.Wanted] {
        try await session.rows(
            """
            SELECT * FROM (
                SELECT DISTINCT ON (value) value, line, namespaces, ids, artist, title, duration_ms, no FROM in_mention m
                WHERE NOT EXISTS (SELECT FROM mention_of o WHERE o.value = m.value)
                ORDER BY value, no) AS m
            ORDER BY no
            """
        ) { row in
            let ids = zip(try row[2] as [String], try row[3] as [String]).map { ExternalID(namespace: $0, value: $1) }
            return MentionMatcher.Wanted(
                value: try row[0],
                mention: MentionRecord(
                    ids: ids, title: try row[5], artist: try row[4], duration: (try row[6] as Int?),
                    line: try row[1]))
        }
    }

    private mutating func note(_ matcher: MentionMatcher) {
        let missing = matcher.unmatched
        counts.matching.byName = matcher.matches.count
        counts.matching.notFound = missing.count
        counts.matching.unmatched = missing.prefix(source.maximumUnmatched).map { mention in
            ImportMatching.Unmatched(
                line: mention.line, artist: mention.artist, title: mention.title, duration: mention.duration,
                ids: mention.ids.map { "\($0.namespace):\($0.value)" })
        }
    }
}
