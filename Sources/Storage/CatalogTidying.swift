internal import Postgres

/// What is done for readers once an import was committed: indexes that the first import makes, statistics, and the
/// backlog of the indexes over texts. The search's index, which takes longer than all of these together, is made with the
/// first index of vectors: of all that was imported until then, at once.
///
/// Making an index over the rows of a first import costs half of what keeping it up row by row does. Readers do not wait
/// for it: until it is there they scan. Two sessions share the work; the one that imported holds the writers' lock for
/// both, since an import that wrote meanwhile would wait for the indexes anyway.
struct CatalogTidying: Sendable {
    let session: PostgresSession
    let second: SecondSession

    /// An index that migrations leave to the first import.
    struct DeferredIndex: Sendable, Hashable {
        let name: String
        let definition: String
        var isUnique = false

        /// Makes it where it is missing.
        var creation: SQL {
            "CREATE \(unsafeRaw: isUnique ? "UNIQUE " : "")INDEX IF NOT EXISTS \(unsafeRaw: name) ON \(unsafeRaw: definition)"
        }
    }

    /// It is made in two halves, at the same time.
    static let search = ["even", "odd"].enumerated().map { rest, name in
        DeferredIndex(
            name: "tracks_search_\(name)",
            definition: "tracks USING gin (search_text gin_trgm_ops) WHERE id % 2 = \(rest)")
    }

    /// What older databases have in place of the halves, and serves as well.
    private static let wholeSearch = "tracks_search"

    /// Those by which rows are told apart, which the first import makes before it commits. Values of external ids differ
    /// early where kinds and namespaces are the same: by value first they are sorted in half the time.
    static let keys = keysOfTracks + [key(of: "playlist_entries", "playlist_id, position")]

    /// Those that nothing is added to once all tracks are there, but for the ids of playlists.
    static let keysOfTracks = [
        key(of: "external_ids", "value, kind, namespace"), key(of: "track_artists", "track_id, position"),
        key(of: "audio_features", "track_id, provider"),
    ]

    private static func key(of table: String, _ columns: String) -> DeferredIndex {
        DeferredIndex(name: "\(table)_pkey", definition: "\(table) (\(columns))", isUnique: true)
    }

    /// Those by which imports look for names, which a large one makes early.
    static let names = [
        DeferredIndex(name: "artists_name_key", definition: "artists (name_key)"),
        DeferredIndex(name: "albums_name_key", definition: "albums (name_key, artist_id)"),
    ]

    static let others = [
        DeferredIndex(name: "external_ids_entity", definition: "external_ids (kind, entity_id)"),
        DeferredIndex(name: "tracks_changed_in", definition: "tracks (changed_in, id)"),
        DeferredIndex(name: "tracks_album", definition: "tracks (album_id)"),
        DeferredIndex(
            name: "track_artists_first", definition: "track_artists (artist_id, track_id) WHERE position = 0"),
        DeferredIndex(
            name: "playlist_entries_track", definition: "playlist_entries (track_id, playlist_id)"),
        DeferredIndex(name: "tracks_genres", definition: "tracks USING gin (genres) WHERE genres <> '{}'"),
    ]

    /// Makes what is missing but for the search's index; after a large import also gathers statistics and sorts in what
    /// waits to be.
    func run(afterMuch isLarge: Bool) async throws {
        let missing = try await missing(of: Self.others + Self.names)
        if missing.isEmpty, !isLarge { return }
        // Where another import came first, it will tidy up for both.
        guard try await lock() else { return }
        let work = IndexQueue(missing)
        async let others: Void = help(work, gathering: isLarge)
        try await make(work, on: session)
        if isLarge { try await sortIn() }
        // What the search looks at is left to PostgreSQL's own care: its index is used whatever the texts are like.
        if isLarge {
            try await session.executeScript(
                """
                ANALYZE tracks (id, album_id, changed_in, genres), external_ids,
                    playlist_entries (playlist_id, position, track_id)
                """)
        }
        try await others
        try await session.execute("SELECT pg_advisory_unlock(\(PostgresSession.writerLock))")
    }

    /// Makes the search's index where it is missing, unless there is nothing to search or something is imported now.
    func makeSearch() async throws {
        let missing = try await missing(of: Self.search)
        let hasTracks = try await session.first("SELECT EXISTS (SELECT FROM tracks)") { try $0[0] as Bool }
        guard !missing.isEmpty, hasTracks == true, try await lock() else { return }
        let work = IndexQueue(missing)
        async let half: Void = help(work, gathering: false)
        try await make(work, on: session)
        try await half
    }

    private func lock() async throws -> Bool {
        try await session.first("SELECT pg_try_advisory_lock(\(PostgresSession.writerLock))") { try $0[0] } ?? false
    }

    private func missing(of indexes: [DeferredIndex]) async throws -> [DeferredIndex] {
        let present = Set(
            try await session.rows(
                "SELECT relname::text FROM pg_class WHERE relkind = 'i' AND relnamespace = current_schema()::regnamespace"
            ) { try $0[0] as String })
        let isWhole = present.contains(Self.wholeSearch)
        return indexes.filter { !present.contains($0.name) && !(isWhole && Self.search.contains($0)) }
    }

    /// The memory is small on purpose: building an index over texts is a third slower once its tree no longer fits into
    /// the processor's cache.
    private func make(_ work: IndexQueue, on session: PostgresSession) async throws {
        // An index that is lost with the power is missing then: made by the next import that changes something, or build.
        try await session.execute("SET synchronous_commit = off")
        try await session.execute("SET maintenance_work_mem = '48MB'")
        while let index = await work.next() { try await session.execute(index.creation) }
    }

    private func help(_ work: IndexQueue, gathering: Bool) async throws {
        let session = try await second.open().value
        try await make(work, on: session)
        guard gathering else { return }
        try await session.executeScript(
            """
            SET default_statistics_target = 10;
            ANALYZE artists (id, name_key), albums (id, name_key, artist_id), track_artists,
                audio_features (track_id, provider)
            """)
    }

    /// Sorts in the backlog, so that the first readers are not the ones who wait.
    private func sortIn() async throws {
        try await session.execute("SET default_statistics_target = 10")
        for index in Self.search.map(\.name) + [Self.wholeSearch, "tracks_genres", "artists_genres"] {
            try await session.execute(
                "SELECT gin_clean_pending_list(to_regclass(\(index))) WHERE to_regclass(\(index)) IS NOT NULL")
        }
    }
}

/// Indexes that two sessions make, the longest work first.
private actor IndexQueue {
    private var waiting: [CatalogTidying.DeferredIndex]

    init(_ indexes: [CatalogTidying.DeferredIndex]) { waiting = indexes.reversed() }

    func next() -> CatalogTidying.DeferredIndex? { waiting.popLast() }
}
