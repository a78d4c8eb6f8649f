public import Catalog
internal import Postgres

extension PostgresStore: MusicFileStore {
    /// Runs `body` under a lock that a session of its own holds, and the server frees with it: the turn is lost where that
    /// session does not answer any more.
    /// - Throws: `CatalogStoreError`, what `body` throws.
    public func withTurnOfFolders<Result: Sendable>(
        _ body: @Sendable (_ confirm: @escaping @Sendable () async throws -> Void) async throws -> Result
    ) async throws -> Result {
        let session: PostgresSession
        let isFree: Bool?
        do {
            // Not of the pool, which the run itself needs.
            session = try await PostgresSession.connect(pool.configuration)
            isFree = try await session.first("SELECT pg_try_advisory_lock(\(Self.foldersLock))") { try $0[0] as Bool }
        } catch {
            throw CatalogStoreError.translating(error)
        }
        guard isFree == true else {
            throw CatalogStoreError.busy("another run of segue analyze is at it; try again when it has ended")
        }
        let result: Swift.Result<Result, any Error>
        let confirm = { @Sendable in
            do { try await session.execute("SELECT 1") } catch {
                throw CatalogStoreError.unavailable(
                    "the connection under which segue analyze runs alone was lost; the same command goes on from here")
            }
        }
        do { result = .success(try await body(confirm)) } catch { result = .failure(error) }
        _ = try? await session.execute("SELECT pg_advisory_unlock(\(Self.foldersLock))")
        return try result.get()
    }

    /// The key of the advisory lock under which folders take turns.
    private static let foldersLock = 0x5e67_7565_0003

    /// Notes whether files changed of which the catalog as a whole was not settled yet.
    /// - Throws: `CatalogStoreError`.
    public func noteFiles(areSettled: Bool) async throws {
        try await withSession { try await Self.note(filesAreSettled: areSettled, $0) }
    }

    static func note(filesAreSettled: Bool, _ session: PostgresSession) async throws {
        try await session.execute(
            filesAreSettled
                ? "DELETE FROM unsettled_files" : "INSERT INTO unsettled_files VALUES (true) ON CONFLICT DO NOTHING")
    }

    /// Whether nothing has been left to settle by a run over folders, or by a catalog of an earlier version.
    /// - Throws: `CatalogStoreError`.
    public func areFilesSettled() async throws -> Bool {
        try await withSession { session in
            try await session.first("SELECT NOT EXISTS (SELECT FROM unsettled_files)") { try $0[0] } ?? true
        }
    }

    /// The files in a folder and below it, in order of path.
    /// - Throws: `CatalogStoreError`.
    public func musicFiles(under folder: String) async throws -> [MusicFile] {
        let prefix = folder.hasSuffix("/") ? folder : folder + "/"
        return try await withSession { session in
            try await session.rows(
                """
                SELECT \(fragment: Self.fileColumns) FROM music_files
                WHERE starts_with(path, \(prefix)) ORDER BY path
                """, as: Self.file)
        }
    }

    /// Files that are known and name the same tracks as some paths do, these paths among them, in order of path.
    /// - Throws: `CatalogStoreError`.
    public func filesSharingTracks(of paths: [String]) async throws -> [(file: MusicFile, track: FiledTrack)] {
        guard !paths.isEmpty else { return [] }
        return try await withSession { session in
            try await session.rows(
                """
                SELECT \(fragment: Self.fileColumns), t.id, t.name FROM music_files m
                JOIN external_ids x ON x.kind = 'track' AND x.namespace = 'file' AND x.value = m.path
                JOIN tracks t ON t.id = x.entity_id
                WHERE x.entity_id IN (SELECT entity_id FROM external_ids
                    WHERE kind = 'track' AND namespace = 'file' AND value = ANY(\(paths)))
                ORDER BY m.path
                """
            ) { row in
                let file = try Self.file(row)
                let track = FiledTrack(path: file.path, track: TrackID(rawValue: try row[8]), name: try row[9])
                return (file, track)
            }
        }
    }

    /// Analysed files with one of these contents, in this version or, where it is nil, in any, in order of path.
    /// - Throws: `CatalogStoreError`.
    public func musicFiles(contents: [String], version: Int?) async throws -> [MusicFile] {
        guard !contents.isEmpty else { return [] }
        return try await withSession { session in
            try await session.rows(
                """
                SELECT \(fragment: Self.fileColumns) FROM music_files
                WHERE content = ANY(\(contents)) AND version = coalesce(\(version), version) AND refusal IS NULL ORDER BY path
                """, as: Self.file)
        }
    }

    /// For each of some prints, by its place among them, files whose prints share a number with it and that last as long
    /// to three seconds, at most 50 of each.
    /// - Throws: `CatalogStoreError`.
    public func recordings(
        like prints: [RecordingPrint]
    ) async throws -> [(place: Int, path: String, print: RecordingPrint)] {
        // Arrays of several dimensions have rows of one length, so each number comes with the print that it is of.
        var (places, keys): ([Int64], [Int64]) = ([], [])
        for (place, print) in prints.enumerated() {
            let own = Self.keys(of: print)
            places += Array(repeating: Int64(place), count: own.count)
            keys += own
        }
        guard !keys.isEmpty else { return [] }
        let durations = prints.map(\.duration)
        return try await withSession { [places, keys] session in
            try await session.rows(
                """
                SELECT w.place, m.path, m.duration, m.print
                FROM (SELECT k.place, array_agg(k.key) AS keys, (\(durations))[k.place + 1] AS duration
                    FROM unnest(\(places), \(keys)) AS k (place, key) GROUP BY k.place) w
                CROSS JOIN LATERAL (SELECT path, duration, print FROM music_files f
                    WHERE f.keys && w.keys AND f.duration BETWEEN w.duration - 3 AND w.duration + 3
                    ORDER BY path LIMIT 50) m
                """
            ) { row in
                let (place, values): (Int64, [Int64]) = (try row[0], try row[3])
                let print = RecordingPrint(
                    duration: try row[2], values: values.map { UInt32(truncatingIfNeeded: $0) })
                return (Int(place), try row[1], print)
            }
        }
    }

    /// Keeps files in place of what was known under their paths, with the descriptors of their tracks.
    /// - Throws: `CatalogStoreError`.
    public func keep(_ files: [AnalyzedFile], provider: String) async throws {
        try await withSession { session in
            try await session.withTransaction { session in
                try await session.takeWriterLock(waiting: importTimeout)
                var changed = 0
                for file in files {
                    try await Self.keep(file, session)
                    changed += try await Self.keepSound(of: file, provider: provider, session)
                }
                if changed > 0 { try await session.notify(Channel.catalog.rawValue) }
            }
        }
    }

    /// Lets a file's track be known by another path.
    /// - Throws: `CatalogStoreError`.
    public func move(_ path: String, to file: MusicFile) async throws {
        try await withSession { session in
            try await session.withTransaction { session in
                try await session.takeWriterLock(waiting: importTimeout)
                try await session.execute("DELETE FROM music_files WHERE path = \(file.path)")
                try await session.execute(
                    """
                    UPDATE music_files SET (path, size, modified) = (\(file.path), \(file.size), \(file.modified))
                    WHERE path = \(path)
                    """)
                let moved = try await session.rows(
                    """
                    UPDATE external_ids SET value = \(file.path)
                    WHERE kind = 'track' AND namespace = 'file' AND value = \(path)
                    AND NOT EXISTS (SELECT FROM external_ids WHERE kind = 'track' AND namespace = 'file'
                        AND value = \(file.path))
                    RETURNING entity_id
                    """
                ) { try $0[0] as Int64 }
                try await session.execute(
                    """
                    UPDATE sound_descriptors SET source = \(file.path)
                    WHERE track_id = ANY(\(moved)) AND source = \(path)
                    """)
                try await Self.mark(moved, session)
            }
        }
    }

    /// Forgets files, and what they alone said; a track that had nothing but such files, and ids that they brought, leaves
    /// the catalog.
    /// - Throws: `CatalogStoreError`.
    public func forget(_ paths: [String], provider: String) async throws -> Int {
        guard !paths.isEmpty else { return 0 }
        return try await withSession { session in
            try await session.withTransaction { session in
                try await session.takeWriterLock(waiting: importTimeout)
                try await session.execute("DELETE FROM music_files WHERE path = ANY(\(paths))")
                let tracks = try await session.rows(
                    """
                    DELETE FROM external_ids
                    WHERE kind = 'track' AND namespace = 'file' AND value = ANY(\(paths)) RETURNING entity_id
                    """
                ) { try $0[0] as Int64 }
                let bare = try await session.rows(
                    """
                    SELECT t.id FROM tracks t WHERE t.id = ANY(\(tracks)) AND NOT EXISTS (SELECT FROM external_ids x
                        WHERE x.kind = 'track' AND x.namespace = 'file' AND x.entity_id = t.id)
                    """
                ) { try $0[0] as Int64 }
                try await Self.mark(tracks, session)
                return try await Self.letGo(of: bare, by: provider, session)
            }
        }
    }

    private static let fileColumns: SQL = """
        path, size, modified, content, version, refusal, message, duration IS NOT NULL
        """

    @Sendable private static func file(_ row: borrowing PostgresRow) throws -> MusicFile {
        let (code, message): (String?, String?) = (try row[5], try row[6])
        let refusal = code.map { MusicFile.Refusal(code: $0, message: message ?? "") }
        return MusicFile(
            path: try row[0], size: try row[1], modified: try row[2], content: try row[3], version: try row[4],
            refusal: refusal, hasPrint: try row[7])
    }

    /// Numbers by which the same recording is found: the lower four bits differ most between encodings, and a hundred
    /// numbers from past the first seconds are as good as all.
    private static func keys(of print: RecordingPrint) -> [Int64] {
        let silence = Set(print.values.prefix(1))
        let chosen = print.values.dropFirst(min(40, print.values.count / 3)).prefix(100)
        return Set(chosen.filter { !silence.contains($0) }.map { Int64($0 >> 4) }).sorted()
    }

    static func keep(_ analyzed: AnalyzedFile, _ session: PostgresSession) async throws {
        let file = analyzed.file
        let print = analyzed.print
        try await session.execute(
            """
            INSERT INTO music_files
                (path, size, modified, content, version, refusal, message, duration, print, keys, ids)
            VALUES (\(file.path), \(file.size), \(file.modified), \(file.content), \(file.version),
                \(file.refusal?.code), \(file.refusal?.message), \(print?.duration),
                \((print?.values ?? []).map(Int64.init)), \(print.map(keys) ?? []),
                \(analyzed.ids.map { "\($0.namespace):\($0.value)" }))
            ON CONFLICT (path) DO UPDATE
            SET (size, modified, content, version, refusal, message, duration, print, keys, ids, analyzed_at)
                = (excluded.size, excluded.modified, excluded.content, excluded.version, excluded.refusal,
                   excluded.message, excluded.duration, excluded.print, excluded.keys, excluded.ids, now())
            """)
    }

    /// Keeps descriptors with the track of the file's path; gives 1 where they say something new.
    private static func keepSound(
        of analyzed: AnalyzedFile, provider: String, _ session: PostgresSession
    ) async throws -> Int {
        guard let sound = analyzed.sound else { return 0 }
        let tracks: SQL = """
            SELECT entity_id FROM external_ids
            WHERE kind = 'track' AND namespace = 'file' AND value = \(analyzed.file.path)
            """
        return try await keep(sound, of: tracks, by: provider, source: analyzed.file.path, session)
    }
}
