internal import Catalog
internal import Postgres

/// Merges the staging tables into the catalog, set by set and chunk by chunk.
///
/// Every statement that writes is guarded by a comparison, so that what is already there is not written again. Each
/// aggregate's part is in an extension. Artists, albums, tracks and their features are merged with the chunk that brings
/// them; the rest waits for the end of the import, when every track is known.
struct CatalogMerge: Sendable {
    let session: PostgresSession
    let source: ImportSource
    /// New tracks on their way.
    let copies: PendingCopies
    /// For what needs nothing of the import's transaction.
    let second: SecondSession
    var counts = ImportCounts()
    /// The chunk that is being merged.
    var chunk = StagedChunk()
    /// Rows of all chunks.
    private var total = StagedChunk()
    /// Ids of artists and albums by the numbers of their staged rows, as far back as the chunk may refer.
    var artistIDs: [Int64] = []
    var albumIDs: [Int64] = []
    /// Numbers of those that `artist_of` and `album_of` lack, since their chunk needed no staging.
    var unlisted: (artists: [Range<Int>], albums: [Range<Int>]) = ([], [])
    /// Rows that wait for the end, numbered through all chunks.
    var waiting = StagingRows()
    /// The playlists, where the catalog was empty before and they have room; nil where they are staged.
    var newPlaylists: NewPlaylists?
    /// The chunk's tracks, as far as entries of new playlists name them.
    var trackIDs = ChunkTrackIDs()
    /// Everything that was brought so far, where the catalog was empty before; nil where it was not.
    var brought: BroughtCatalog?
    /// By which the import is told apart.
    let importID: Int64
    /// The greatest ids before the import: whatever is past them is new and needs no mark.
    let lastKnown: (artist: Int64, album: Int64, track: Int64)

    /// Whether artists and albums are found by name without looking through all of them.
    var namesAreIndexed: Bool
    /// Whether rows are told apart by keys, which an import into an empty catalog leaves for its end as long as it
    /// remembers what it brought.
    private var hasKeys = false
    /// How many of what this import makes the planner need not be told of, as it knows of as many ids: artists, albums and
    /// tracks.
    private var described = [0, 0, 0]
    /// Whether there are tables to stage rows in.
    private(set) var isStaging = false

    /// Begins on a session with an open transaction.
    init(
        session: PostgresSession, source: ImportSource, copies: PendingCopies, second: SecondSession
    ) async throws {
        (self.session, self.source, self.copies, self.second) = (session, source, copies, second)
        importID = try await Self.begin(source, session)
        lastKnown =
            try await session.first(
                """
                SELECT (SELECT coalesce(max(id), 0) FROM artists), (SELECT coalesce(max(id), 0) FROM albums),
                    (SELECT coalesce(max(id), 0) FROM tracks)
                """
            ) { (artist: try $0[0], album: try $0[1], track: try $0[2]) } ?? (0, 0, 0)
        let (hasIDs, missing) =
            try await session.first(
                """
                SELECT EXISTS (SELECT FROM external_ids),
                    EXISTS (SELECT FROM unnest(\(CatalogTidying.names.map(\.name))) AS n WHERE to_regclass(n) IS NULL)
                """
            ) { (try $0[0] as Bool, try $0[1] as Bool) } ?? (true, true)
        namesAreIndexed = !missing
        let isEmpty = !hasIDs && lastKnown == (0, 0, 0)
        brought = isEmpty ? BroughtCatalog() : nil
        newPlaylists = isEmpty ? NewPlaylists(maximumSize: Self.maximumListed) : nil
        guard !isEmpty else { return }
        try await makeKeys()
        described = try await Self.described(session)
    }

    /// Bytes of new playlists and their entries that are kept in memory: some 400,000 entries.
    private static let maximumListed = 16 << 20

    /// Whether given values replace stored ones.
    var replaces: Bool { source.authority == .service }

    /// The aggregate that picks among the records of one entity: the first of a table, a service's last.
    var pick: String { replaces ? "last_known" : "first_known" }

    /// Merges a chunk, apart from what waits for the end.
    mutating func absorb(_ chunk: consuming StagedChunk, isLast: Bool) async throws {
        self.chunk = chunk
        try await copies.beginChunk()
        try await forgetNames()
        brought?.makeRoom()
        if brought?.rows == nil, counts.newArtists + counts.newAlbums > Self.maximumUnindexed { try await indexNames() }
        try await describeIDs()
        try await admitPlaylists()
        try await absorbArtists()
        try await absorbAlbums()
        if !chunk.tracks.isEmpty { try await loadNewTracks() }
        total.add(self.chunk)
        if hasStaged { try await copies.settle() }
        try await analyze([.track, .alias, .features])
        if self.chunk.count(.track) > 0 { try await mergeTracks() }
        if self.chunk.count(.alias) > 0 { try await addOtherIDs() }
        if self.chunk.count(.track) > 0 { try await takeOverTracks() }
        try await takePlaylists()
        let waiting = isLast ? total.unnumbered[StagingTable.features.rawValue] : 0
        if waiting > 0 { try await copies.settle() }
        if self.chunk.count(.features) + waiting > 0 { try await mergeFeatures(isLast: isLast) }
        if hasNumberedRows {
            try await session.execute(
                "INSERT INTO track_was SELECT no, id FROM track_of o WHERE NOT EXISTS (SELECT FROM track_was w WHERE w.no = o.no)"
            )
        }
    }

    /// Makes the tables that rows are staged in, before the first are.
    ///
    /// An import of what is new needs none of them.
    mutating func prepareStaging() async throws {
        guard !isStaging else { return }
        isStaging = true
        brought?.forget()
        try await copies.settle()
        try await makeKeys()
        try await indexNames()
        try await session.executeScript(StagingTable.allCases.map(\.definition).joined() + Self.scratch)
    }

    /// Tells the planner of ids that came since, once those of a kind are twice as many: where it believes in a handful of
    /// them, any index that begins with the kind will do, and then each id is looked for among all.
    private mutating func describeIDs() async throws {
        let made = [counts.newArtists, counts.newAlbums, counts.newTracks]
        guard brought?.rows == nil, zip(made, described).contains(where: { $0 > $1 + 1_000 }) else { return }
        try await copies.settle()
        try await session.execute("ANALYZE external_ids (kind, namespace, value)")
        described = zip(made, described).map { max(2 * $0, $1) }
    }

    /// How many ids of each kind the planner believes in.
    private static func described(_ session: PostgresSession) async throws -> [Int] {
        try await session.rows(
            """
            SELECT coalesce(sum(k.share * c.reltuples), 0)::bigint
            FROM unnest(ARRAY['artist', 'album', 'track']) WITH ORDINALITY AS given (kind, place)
            CROSS JOIN (SELECT reltuples FROM pg_class WHERE oid = 'external_ids'::regclass) AS c
            LEFT JOIN (SELECT unnest(most_common_vals::text::text[]) AS kind, unnest(most_common_freqs) AS share
                FROM pg_stats WHERE schemaname = current_schema() AND tablename = 'external_ids' AND attname = 'kind') AS k
                USING (kind)
            GROUP BY given.place ORDER BY given.place
            """
        ) { try $0[0] as Int }
    }

    /// Makes the keys, once rows are looked up by them.
    mutating func makeKeys() async throws {
        guard !hasKeys else { return }
        await copies.follow { try await $0.makeKeys() }
        try await copies.settle()
        hasKeys = true
    }

    /// Makes the keys behind the tracks while the playlists are being prepared, but for those of playlists.
    mutating func makeKeysOfTracks() async {
        guard !hasKeys else { return }
        await copies.follow { try await $0.makeKeys(CatalogTidying.keysOfTracks) }
    }

    /// Makes the indexes by which names are found, which an import into an empty catalog leaves for its end as long as
    /// looking through all names is cheaper.
    private mutating func indexNames() async throws {
        guard !namesAreIndexed else { return }
        try await copies.settle()
        // A session whose program was killed may be making them still: that is waited for, and then seen.
        try await session.execute("LOCK TABLE artists, albums IN SHARE ROW EXCLUSIVE MODE")
        for index in CatalogTidying.names { try await session.execute(index.creation) }
        namesAreIndexed = true
    }

    private static let maximumUnindexed = 1 << 16

    /// Whether the chunk has rows that the database has to merge now.
    private var hasStaged: Bool { StagingTable.allCases.contains { !$0.waits && chunk.count($0) > 0 } }

    private mutating func absorbArtists() async throws {
        if !chunk.artists.isEmpty, try await !loadArtists() {
            brought = nil
            try await stageArtists()
        }
        guard self.chunk.count(.artist) > 0 else { return }
        try await copies.settle()
        try await analyze([.artist])
        try await mergeArtists()
        if !chunk.artists.isEmpty { artistIDs += try await ids("artist_of", from: chunk.firstArtist) }
    }

    private mutating func absorbAlbums() async throws {
        if !chunk.albums.isEmpty, try await !loadAlbums() {
            brought = nil
            try await stageAlbums()
        }
        guard self.chunk.count(.album) > 0 else { return }
        try await copies.settle()
        try await analyze([.album])
        try await mergeAlbums()
        if !chunk.albums.isEmpty { albumIDs += try await ids("album_of", from: chunk.firstAlbum) }
    }

    private func analyze(_ tables: [StagingTable]) async throws {
        for table in tables where chunk.count(table) > 0 {
            try await session.execute("ANALYZE \(unsafeRaw: table.name) (\(unsafeRaw: table.keys))")
        }
    }

    /// Forgets artists and albums that neither this chunk nor a later one refers to.
    private mutating func forgetNames() async throws {
        if chunk.firstArtist == 0, !artistIDs.isEmpty {
            (artistIDs, unlisted.artists) = ([], [])
            if isStaging { try await session.executeScript("TRUNCATE artist_of") }
        }
        if chunk.firstAlbum == 0, !albumIDs.isEmpty {
            (albumIDs, unlisted.albums) = ([], [])
            if isStaging { try await session.executeScript("TRUNCATE album_of") }
        }
    }

    /// Empties the staging tables for another chunk.
    mutating func makeRoom() async throws {
        guard hasStaged else { return }
        if total.unnumbered[StagingTable.features.rawValue] > 0 {
            try await session.execute("DELETE FROM in_features WHERE track IS NOT NULL")
        } else {
            try await session.executeScript("TRUNCATE in_features")
        }
        try await session.executeScript(Self.room)
    }

    /// Merges what waited for the end, as far as to send all of it.
    mutating func finish() async throws {
        if isStaging { try await copies.settle() }
        if total.count(.mention) > 0 { try await matchMentions() }
        if total.count(.analysis) > 0 { try await mergeAnalyses() }
        try await loadPlaylists()
        if total.count(.playlist) + total.count(.entry) > 0 {
            try await mergePlaylists(hasEntries: total.count(.entry) > 0)
        }
        if total.count(.saved) > 0 { try await mergeSavedTracks() }
        if total.count(.play) > 0 { try await mergePlays() }
        if !hasKeys { await copies.follow { try await $0.makeKeys() } }
    }

    /// Waits until all has arrived, and counts what the whole import changed.
    mutating func end() async throws -> ImportCounts {
        // None of this is needed any more. To free it takes a while; the database makes keys now, on one processor.
        (chunk, brought, newPlaylists, waiting) = (StagedChunk(), nil, nil, StagingRows())
        (artistIDs, albumIDs, trackIDs) = ([], [], ChunkTrackIDs())
        try await copies.settle()
        try await markTouched()
        return counts
    }

    /// `*_of` tell which entity a staged row is that the chunk may refer to, `track_was` those of all chunks; `touched` collects known
    /// tracks of which something outside their row changed, `reworded` those with another name or other artists.
    private static let scratch = """
        CREATE TEMP TABLE artist_of (no integer, id bigint, is_new boolean, was_named boolean) ON COMMIT DROP;
        CREATE TEMP TABLE album_of (LIKE artist_of) ON COMMIT DROP;
        CREATE TEMP TABLE track_of (no integer, id bigint, is_new boolean, records bigint) ON COMMIT DROP;
        CREATE TEMP TABLE track_was (no integer, id bigint) ON COMMIT DROP;
        CREATE TEMP TABLE mention_of (value text COLLATE "C", id bigint) ON COMMIT DROP;
        CREATE TEMP TABLE touched (id bigint) ON COMMIT DROP;
        CREATE TEMP TABLE reworded (LIKE touched) ON COMMIT DROP;
        CREATE TEMP TABLE renamed (id bigint) ON COMMIT DROP;
        """

    private static let room = """
        TRUNCATE in_artist, in_album, in_track, in_alias, track_of;
        DROP TABLE IF EXISTS artist_key, artist_name, artist_given, artist_given_by_name, album_key, album_name,
            album_given, album_given_by_name, track_key, track_given, credit_given, recredited, in_features_of;
        """

    /// The ids of staged rows in order of their numbers.
    private func ids(_ table: String, from first: Int32) async throws -> [Int64] {
        try await session.rows("SELECT id FROM \(unsafeRaw: table) WHERE no >= \(first) ORDER BY no") {
            try $0[0] as Int64
        }
    }

    /// Makes a temporary table of staged rows with the id of the track that they name by number.
    func resolve(_ table: StagingTable, except settled: SQL) async throws {
        try await session.execute(
            """
            CREATE TEMP TABLE \(unsafeRaw: table.name)_of ON COMMIT DROP AS
            SELECT s.*, o.id AS track_id FROM \(unsafeRaw: table.name) s JOIN track_of o ON o.no = s.track
            WHERE NOT (\(fragment: settled))
            """)
    }

    /// Makes a temporary table of all rows that waited for the end, with the id of their track, and counts those that
    /// have none.
    mutating func resolveWaiting(_ table: StagingTable) async throws {
        try await session.execute("ANALYZE \(unsafeRaw: table.name) (\(unsafeRaw: table.keys))")
        try await session.execute("ANALYZE track_was")
        try await session.execute(
            """
            CREATE TEMP TABLE \(unsafeRaw: table.name)_of ON COMMIT DROP AS
            SELECT s.*, o.id AS track_id FROM \(unsafeRaw: table.name) s JOIN track_was o ON o.no = s.track
            """)
        try await resolveUnnumbered(table)
    }

    /// Adds the rows of all chunks that name their track by external id, and counts those that have none.
    mutating func resolveUnnumbered(_ table: StagingTable) async throws {
        let wanted = total.unnumbered[table.rawValue]
        guard wanted > 0 else { return }
        let found = try await session.execute(
            """
            INSERT INTO \(unsafeRaw: table.name)_of
            SELECT s.*, x.entity_id FROM \(unsafeRaw: table.name) s
            JOIN external_ids x ON x.kind = 'track' AND x.namespace = s.namespace AND x.value = s.value
            WHERE s.track IS NULL
            UNION ALL
            SELECT s.*, m.id FROM \(unsafeRaw: table.name) s JOIN mention_of m ON m.value = s.value
            WHERE s.track IS NULL AND s.namespace = \(MentionRecord.namespace)
            """)
        counts.unresolved += wanted - found
    }

    /// Runs a statement that returns the id of every row it changes, and counts those that were there before the import.
    func countKnown(upTo last: Int64, _ statement: SQL) async throws -> Int {
        try await session.rows(statement) { try $0[0] as Int64 }.count { $0 <= last }
    }

    /// Runs a statement that returns the `track_id` of every row it writes, marks those tracks, and counts the rows.
    func countMarking(_ statement: SQL) async throws -> Int {
        try await session.first(
            """
            WITH changed AS (\(fragment: statement)),
            marking AS (INSERT INTO touched SELECT track_id FROM changed WHERE track_id <= \(lastKnown.track))
            SELECT count(*) FROM changed
            """
        ) { try $0[0] } ?? 0
    }

    /// Marks tracks of which something outside their own row changed, and rewrites what the search looks at.
    private mutating func markTouched() async throws {
        guard isStaging else { return }
        try await session.execute(
            """
            INSERT INTO reworded
            SELECT c.track_id FROM track_artists c JOIN renamed r ON r.id = c.artist_id
            """)
        try await session.execute("INSERT INTO reworded SELECT id FROM touched WHERE id <= \(lastKnown.track)")
        try await session.execute("ANALYZE reworded")
        try await session.execute(
            """
            WITH credited AS (
                SELECT t.id, string_agg(a.name, ' ' ORDER BY c.position) AS credit
                FROM (SELECT DISTINCT id FROM reworded) t
                LEFT JOIN track_artists c ON c.track_id = t.id LEFT JOIN artists a ON a.id = c.artist_id
                GROUP BY t.id)
            UPDATE tracks t
            SET changed_in = pg_current_xact_id(), search_text = coalesce(fold(concat_ws(' ', t.name, c.credit)), '')
            FROM credited c
            WHERE t.id = c.id AND (t.changed_in <> pg_current_xact_id()
                OR t.search_text <> coalesce(fold(concat_ws(' ', t.name, c.credit)), ''))
            """)
        guard lastKnown.track > 0 else { return }
        let marked = try await session.first(
            "SELECT count(*) FROM tracks WHERE changed_in = pg_current_xact_id()"
        ) { try $0[0] as Int }
        counts.changedTracks = (marked ?? 0) - counts.newTracks
    }
}
