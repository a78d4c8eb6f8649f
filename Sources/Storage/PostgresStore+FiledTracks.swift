public import Catalog
internal import Postgres

extension PostgresStore {
    /// The tracks that files in a folder and below it name, in order of path.
    /// - Throws: `CatalogStoreError`.
    public func filedTracks(under folder: String) async throws -> [FiledTrack] {
        let prefix = folder.hasSuffix("/") ? folder : folder + "/"
        return try await withSession { session in
            try await session.rows(
                """
                SELECT x.value, x.entity_id, t.name FROM external_ids x JOIN tracks t ON t.id = x.entity_id
                WHERE x.kind = 'track' AND x.namespace = 'file' AND starts_with(x.value, \(prefix)) ORDER BY x.value
                """
            ) { FiledTrack(path: try $0[0], track: TrackID(rawValue: try $0[1]), name: try $0[2]) }
        }
    }

    /// Lets a file name another track, or none, and notes what it holds with that, as of an earlier version; the track that
    /// it named stays, until it is tidied, and one that it names already is not touched.
    /// - Throws: `CatalogStoreError`.
    public func name(_ file: AnalyzedFile, _ track: TrackID?) async throws {
        let path = file.file.path
        var due = file
        due.file.version = 0
        try await withSession { [due] session in
            try await session.withTransaction { session in
                try await session.takeWriterLock(waiting: importTimeout)
                try await Self.keep(due, session)
                let left = try await session.rows(
                    """
                    DELETE FROM external_ids WHERE kind = 'track' AND namespace = 'file' AND value = \(path)
                    AND entity_id IS DISTINCT FROM \(track?.rawValue) RETURNING entity_id
                    """
                ) { try $0[0] as Int64 }
                let named = try await session.rows(
                    """
                    INSERT INTO external_ids (kind, namespace, value, entity_id)
                    SELECT 'track', 'file', \(path), id FROM tracks WHERE id = \(track?.rawValue)
                    ON CONFLICT DO NOTHING RETURNING entity_id
                    """
                ) { try $0[0] as Int64 }
                try await Self.mark(left + named, session)
            }
        }
    }

    /// Those of some ids, each with the path of a file that names it, that tracks have which other files name and this one
    /// does not, by these paths.
    /// - Throws: `CatalogStoreError`.
    public func idsOfOtherFiles(_ named: [(path: String, id: ExternalID)]) async throws -> [String: Set<ExternalID>] {
        let (paths, spaces) = (named.map(\.path), named.map(\.id.namespace))
        let values = named.map(\.id.value)
        let held = try await withSession { session in
            try await session.rows(
                """
                SELECT w.path, w.namespace, w.value FROM unnest(\(paths), \(spaces), \(values)) AS w (path, namespace, value)
                JOIN external_ids x ON x.kind = 'track' AND x.namespace = w.namespace AND x.value = w.value
                WHERE EXISTS (SELECT FROM external_ids f
                    WHERE f.kind = 'track' AND f.namespace = 'file' AND f.entity_id = x.entity_id)
                AND NOT EXISTS (SELECT FROM external_ids f WHERE f.kind = 'track' AND f.namespace = 'file'
                    AND f.value = w.path AND f.entity_id = x.entity_id)
                """
            ) { (path: try $0[0] as String, id: ExternalID(namespace: try $0[1], value: try $0[2])) }
        }
        return Dictionary(grouping: held, by: \.path).mapValues { Set($0.map(\.id)) }
    }

    /// Those of some paths whose tracks have no title, or one that a provider gave, in order.
    /// - Throws: `CatalogStoreError`.
    public func untitled(_ paths: [String], by provider: String) async throws -> [String] {
        guard !paths.isEmpty else { return [] }
        return try await withSession { session in
            try await session.rows(
                """
                SELECT x.value FROM external_ids x JOIN tracks t ON t.id = x.entity_id
                LEFT JOIN value_imports v ON v.kind = 'track' AND v.entity_id = t.id AND v.field = 'name'
                LEFT JOIN imports i ON i.id = coalesce(v.import_id, t.import_id)
                WHERE x.kind = 'track' AND x.namespace = 'file' AND x.value = ANY(\(paths))
                AND (t.name IS NULL OR i.source = \(provider)) ORDER BY 1
                """
            ) { try $0[0] as String }
        }
    }

    /// Lets files be known by other paths, with their tracks, all at once; they count as files of an earlier version.
    /// - Throws: `CatalogStoreError`.
    public func exchange(_ moves: [(from: String, to: String)]) async throws {
        guard !moves.isEmpty else { return }
        // No path begins with a new line, so that nothing is in the way.
        let (old, between) = (moves.map(\.from), moves.map { "\n" + $0.to })
        try await withSession { session in
            try await session.withTransaction { session in
                try await session.takeWriterLock(waiting: importTimeout)
                let pairs: SQL = "unnest(\(old), \(between)) AS w (old, between)"
                try await session.execute(
                    "UPDATE music_files SET path = w.between, version = 0 FROM \(fragment: pairs) WHERE path = w.old")
                try await session.execute(
                    "UPDATE music_files SET path = substr(path, 2) WHERE path = ANY(\(between))")
                try await session.execute(
                    """
                    UPDATE external_ids SET value = w.between FROM \(fragment: pairs)
                    WHERE kind = 'track' AND namespace = 'file' AND value = w.old
                    """)
                let moved = try await session.rows(
                    """
                    UPDATE external_ids SET value = substr(value, 2)
                    WHERE kind = 'track' AND namespace = 'file' AND value = ANY(\(between)) RETURNING entity_id
                    """
                ) { try $0[0] as Int64 }
                try await Self.mark(moved, session)
            }
        }
    }

    /// Takes ids that a provider brought off tracks where the first file by path that names them is of another track.
    /// - Throws: `CatalogStoreError`.
    public func releaseIDs(by provider: String) async throws {
        try await withSession { session in
            try await session.withTransaction { session in
                try await session.takeWriterLock(waiting: importTimeout)
                let released = try await session.rows(
                    """
                    WITH named AS (
                        SELECT DISTINCT ON (i.id) i.id, x.entity_id AS track FROM music_files f
                        CROSS JOIN LATERAL unnest(f.ids) AS i (id)
                        JOIN external_ids x ON x.kind = 'track' AND x.namespace = 'file' AND x.value = f.path
                        ORDER BY i.id, f.path),
                    brought AS (
                        DELETE FROM value_imports v USING named n, external_ids h, imports i
                        WHERE h.kind = 'track' AND h.namespace = split_part(n.id, ':', 1)
                        AND h.value = substr(n.id, strpos(n.id, ':') + 1) AND h.entity_id <> n.track
                        AND v.kind = 'track' AND v.entity_id = h.entity_id AND v.field = n.id
                        AND i.id = v.import_id AND i.source = \(provider)
                        RETURNING v.entity_id, v.field)
                    DELETE FROM external_ids x USING brought b
                    WHERE x.kind = 'track' AND x.entity_id = b.entity_id AND x.namespace || ':' || x.value = b.field
                    RETURNING x.entity_id
                    """
                ) { try $0[0] as Int64 }
                if !released.isEmpty { try await Self.mark(released, session) }
            }
        }
    }

    /// The ids that files name their tracks by and that no track has, each with the first of these files by path.
    /// - Throws: `CatalogStoreError`.
    public func unheldIDs() async throws -> [(path: String, id: ExternalID)] {
        try await withSession { session in
            try await session.rows(
                """
                SELECT min(f.path), w.namespace, w.value FROM music_files f
                CROSS JOIN LATERAL (SELECT split_part(i.id, ':', 1), substr(i.id, strpos(i.id, ':') + 1)
                    FROM unnest(f.ids) AS i (id)) AS w (namespace, value)
                WHERE NOT EXISTS (SELECT FROM external_ids x
                    WHERE x.kind = 'track' AND x.namespace = w.namespace AND x.value = w.value)
                AND EXISTS (SELECT FROM external_ids x
                    WHERE x.kind = 'track' AND x.namespace = 'file' AND x.value = f.path)
                GROUP BY w.namespace, w.value ORDER BY 1, 2, 3
                """
            ) { (try $0[0], ExternalID(namespace: try $0[1], value: try $0[2])) }
        }
    }

    /// Lets files count as files of an earlier version, so that a run that is ended early comes back to them.
    /// - Throws: `CatalogStoreError`.
    public func expire(_ paths: [String]) async throws {
        guard !paths.isEmpty else { return }
        _ = try await withSession { session in
            try await session.execute("UPDATE music_files SET version = 0 WHERE path = ANY(\(paths))")
        }
    }

    /// Drops what a provider said of those of some tracks that no file names any more, and those that nothing names,
    /// with what runs that were ended in between left, and brings albums and artists to what files say now.
    /// - Throws: `CatalogStoreError`.
    public func tidy(_ tracks: [TrackID], provider: String) async throws -> Int {
        try await withSession { session in
            try await session.withTransaction { session in
                try await session.takeWriterLock(waiting: importTimeout)
                let silent = try await session.rows(
                    """
                    SELECT t.id FROM tracks t WHERE t.id = ANY(\(tracks.map(\.rawValue)))
                    AND NOT EXISTS (SELECT FROM external_ids x
                        WHERE x.kind = 'track' AND x.namespace = 'file' AND x.entity_id = t.id)
                    UNION SELECT s.track_id FROM sound_descriptors s WHERE s.provider = \(provider)
                    AND NOT EXISTS (SELECT FROM external_ids x
                        WHERE x.kind = 'track' AND x.namespace = 'file' AND x.entity_id = s.track_id)
                    """
                ) { try $0[0] as Int64 }
                let removed = try await Self.letGo(of: silent, by: provider, session)
                try await Self.settleAlbums(by: provider, session)
                return removed
            }
        }
    }
}
