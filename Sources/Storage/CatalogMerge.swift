internal import Catalog
internal import Postgres

/// Merges the staging tables into the catalog, set by set.
///
/// Every statement that writes is guarded by a comparison, so that what is already there is not written again. Each
/// aggregate's part is in an extension.
struct CatalogMerge: Sendable {
    let session: PostgresSession
    let source: ImportSource
    let staging: ImportStaging
    var counts = ImportCounts()
    /// The greatest id of a track before the import: whatever is past it is new and needs no mark.
    private(set) var lastKnown: Int64 = 0

    init(session: PostgresSession, source: ImportSource, staging: ImportStaging) {
        self.session = session
        self.source = source
        self.staging = staging
    }

    /// Whether given values replace stored ones.
    var replaces: Bool { source.authority == .service }

    /// The aggregate that picks among the records of one entity: the first of a table, a service's last.
    var pick: String { replaces ? "last_known" : "first_known" }

    /// Merges everything and counts what changed.
    mutating func run() async throws -> ImportCounts {
        for table in StagingTable.allCases where staging.count(table) > 0 {
            try await session.execute("ANALYZE \(unsafeRaw: table.name) (\(unsafeRaw: table.keys))")
        }
        try await session.executeScript(Self.scratch)
        lastKnown = try await session.first("SELECT coalesce(max(id), 0) FROM tracks") { try $0[0] } ?? 0
        if staging.count(.artist) > 0 { try await mergeArtists() }
        if staging.count(.album) > 0 { try await mergeAlbums() }
        if staging.count(.track) > 0 { try await mergeTracks() }
        if staging.count(.features) > 0 { try await mergeFeatures() }
        if staging.count(.analysis) > 0 { try await mergeAnalyses() }
        if staging.count(.playlist) + staging.count(.entry) > 0 { try await mergePlaylists() }
        if staging.count(.saved) > 0 { try await mergeSavedTracks() }
        try await markTouched()
        return counts
    }

    /// `*_of` tell which entity a staged row is; `touched` collects tracks of which something outside their row changed.
    private static let scratch = """
        CREATE TEMP TABLE artist_of (no integer, id bigint, is_new boolean, was_named boolean) ON COMMIT DROP;
        CREATE TEMP TABLE album_of (LIKE artist_of) ON COMMIT DROP;
        CREATE TEMP TABLE track_of (no integer, id bigint, is_new boolean, records bigint) ON COMMIT DROP;
        CREATE TEMP TABLE touched (id bigint) ON COMMIT DROP;
        CREATE TEMP TABLE renamed (id bigint) ON COMMIT DROP;
        """

    /// Staged rows of a table that name tracks, with the track's id (null where there is no such track), without those
    /// for which `settled`, a condition on the row `o` of `track_of`, is true.
    private func resolved(_ table: StagingTable, except settled: SQL) -> SQL {
        """
        SELECT s.*, o.id AS track_id FROM \(unsafeRaw: table.name) s JOIN track_of o ON o.no = s.track
        WHERE NOT (\(fragment: settled))
        UNION ALL
        SELECT s.*, x.entity_id FROM \(unsafeRaw: table.name) s
        LEFT JOIN external_ids x ON x.kind = 'track' AND x.namespace = s.namespace AND x.value = s.value
        WHERE s.track IS NULL
        """
    }

    /// Makes a temporary table of the resolved rows and counts those without a track.
    mutating func resolve(_ table: StagingTable, except settled: SQL = "false") async throws {
        try await session.execute(
            """
            CREATE TEMP TABLE \(unsafeRaw: table.name)_of ON COMMIT DROP AS
            \(fragment: resolved(table, except: settled))
            """)
        counts.unresolved += try await session.execute(
            "DELETE FROM \(unsafeRaw: table.name)_of WHERE track_id IS NULL")
    }

    /// Runs a statement that returns the `track_id` of every row it writes, marks those tracks, and counts the rows.
    func countMarking(_ statement: SQL) async throws -> Int {
        try await session.first(
            """
            WITH changed AS (\(fragment: statement)),
            marking AS (INSERT INTO touched SELECT track_id FROM changed WHERE track_id <= \(lastKnown))
            SELECT count(*) FROM changed
            """
        ) { try $0[0] } ?? 0
    }

    /// Marks tracks of which something outside their own row changed, and rewrites what the search looks at.
    private mutating func markTouched() async throws {
        try await session.execute(
            """
            INSERT INTO touched
            SELECT c.track_id FROM track_artists c JOIN renamed r ON r.id = c.artist_id
            """)
        try await session.execute("ANALYZE touched")
        try await session.execute(
            """
            WITH credited AS (
                SELECT t.id, string_agg(a.name, ' ' ORDER BY c.position) AS credit
                FROM (SELECT DISTINCT id FROM touched WHERE id <= \(lastKnown)) t
                LEFT JOIN track_artists c ON c.track_id = t.id LEFT JOIN artists a ON a.id = c.artist_id
                GROUP BY t.id)
            UPDATE tracks t
            SET changed_in = pg_current_xact_id(), search_text = coalesce(fold(concat_ws(' ', t.name, c.credit)), '')
            FROM credited c
            WHERE t.id = c.id AND (t.changed_in <> pg_current_xact_id()
                OR t.search_text <> coalesce(fold(concat_ws(' ', t.name, c.credit)), ''))
            """)
        let marked = try await session.first(
            "SELECT count(*) FROM tracks WHERE changed_in = pg_current_xact_id()"
        ) { try $0[0] as Int }
        counts.changedTracks = (marked ?? 0) - counts.newTracks
    }
}
