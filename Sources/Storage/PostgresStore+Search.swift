public import Catalog
internal import Postgres

extension PostgresStore {
    /// The least word similarity of a match: low enough for a slip or two in a word, high enough to mean something.
    static let similarityThreshold = "0.5"

    /// Tracks whose title or artist resembles `query`, best first: by how well some part of title and artists
    /// resembles it, then by how well all of them do, then by popularity. Without a query all tracks, by id.
    ///
    /// Case and diacritics do not count, nor does the order of title and artist.
    /// - Throws: `CatalogStoreError`, with `badCursor` for a cursor of another listing.
    public func search(_ query: String?, limit: Int, cursor: String?) async throws -> TrackPage {
        let limit = max(1, limit)
        guard let query = query?.withoutZeros, !query.allSatisfy(\.isWhitespace) else {
            return try await list(limit: limit, after: cursor)
        }
        let start = try cursor.map { try SearchCursor(parsing: $0, query: query) }
        return try await withSession { session in
            try await session.withTransaction(readOnly: true) { session in
                let found = try await Self.matches(query, limit: limit + 1, after: start, on: session)
                return try await Self.page(found, limit: limit, on: session)
            }
        }
    }

    /// Makes the index of the search where it is missing, as it is until a first import was followed by this; without
    /// it a search looks through all titles. Where there are no tracks, or while some are imported, it does nothing.
    /// - Throws: `CatalogStoreError`.
    public func makeSearchIndex() async throws {
        do {
            let session = try await PostgresSession.connect(pool.configuration)
            try await CatalogTidying(session: session, second: SecondSession(pool.configuration)).makeSearch()
        } catch {
            throw CatalogStoreError.translating(error)
        }
    }

    private func list(limit: Int, after cursor: String?) async throws -> TrackPage {
        let start = try cursor.map { text in
            guard let id = Int64(text), String(id) == text else { throw CatalogStoreError.badCursor }
            return id
        }
        return try await withSession { session in
            var tracks = try await TrackLoading(session: session).tracks(
                "SELECT id FROM tracks WHERE id > \(start ?? 0) ORDER BY id LIMIT \(limit + 1)")
            guard tracks.count > limit else { return TrackPage(tracks: tracks, next: nil) }
            tracks.removeLast(tracks.count - limit)
            return TrackPage(tracks: tracks, next: tracks.last.map { String($0.id.rawValue) })
        }
    }

    private static func matches(
        _ query: String, limit: Int, after start: SearchCursor?, on session: PostgresSession
    ) async throws -> [SearchCursor] {
        try await session.execute(
            "SET LOCAL pg_trgm.word_similarity_threshold = \(unsafeRaw: similarityThreshold)")
        let digest = SearchCursor.digest(of: query)
        return try await session.rows(
            """
            SELECT part, whole, popularity, id
            FROM (SELECT word_similarity(q.text, t.search_text) AS part, similarity(q.text, t.search_text) AS whole,
                      coalesce(t.popularity, -1) AS popularity, t.id
                  FROM (SELECT fold(\(query)) AS text) AS q JOIN tracks t ON q.text <% t.search_text
                  -- The index has two halves.
                  AND (t.id % 2 = 0 OR t.id % 2 = 1)) AS found
            WHERE \(start == nil) OR (part, whole, popularity, -id)
                < (\(start?.part ?? 0), \(start?.whole ?? 0), \(start?.popularity ?? 0), \(-(start?.id ?? 0)))
            ORDER BY part DESC, whole DESC, popularity DESC, id
            LIMIT \(limit)
            """
        ) { row in
            SearchCursor(
                query: digest, part: try row[0], whole: try row[1], popularity: try row[2], id: try row[3])
        }
    }

    private static func page(
        _ found: [SearchCursor], limit: Int, on session: PostgresSession
    ) async throws -> TrackPage {
        let shown = found.prefix(limit)
        let tracks = try await TrackLoading(session: session).tracks(shown.map(\.id))
        let byID = Dictionary(uniqueKeysWithValues: tracks.map { ($0.id.rawValue, $0) })
        return TrackPage(
            tracks: shown.compactMap { byID[$0.id] }, next: found.count > limit ? shown.last?.description : nil)
    }
}
