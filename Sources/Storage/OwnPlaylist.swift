public import Catalog
internal import Foundation
internal import Postgres
public import Rules

/// A playlist of Segue's own that a rule set keeps up: by its number, or by a name under which the first change makes it.
///
/// Keys are internal ids of tracks. Each batch is a transaction, with its lines in the playlist's history; the playlist's
/// snapshot says which state a change was meant for.
public struct OwnPlaylist: PlaylistTarget {
    /// Transactions stay short, for imports wait for them.
    public let batchSize = 5_000

    private let store: PostgresStore
    private let name: PlaylistName
    private let title: String
    private let batch: String

    /// Names a playlist.
    /// - Parameters:
    ///   - store: where it is.
    ///   - name: by number or name.
    ///   - title: what it is called once it is made.
    ///   - batch: what its history calls the change.
    public init(in store: PostgresStore, name: PlaylistName, title: String, batch: String) {
        precondition(name.id.namespace == PlaylistName.ownNamespace, "not a playlist of Segue's own")
        (self.store, self.name, self.title, self.batch) = (store, name, title, batch)
    }

    /// Each track's internal id; every track of the catalog has one.
    public func keys(of tracks: [TrackID]) async throws -> [TrackID: String] {
        Dictionary(tracks.map { ($0, String($0.rawValue)) }) { first, _ in first }
    }

    /// The tracks that the keys are the internal ids of.
    public func tracks(of keys: [String]) async throws -> [String: TrackID] {
        Dictionary(keys.compactMap { key in Int64(key).map { (key, TrackID(rawValue: $0)) } }) { first, _ in first }
    }

    /// What it holds now; nothing where it is still to be made.
    /// - Throws: `PlaylistTargetError.gone` where its number is of no playlist, `.notPermitted` where it is not for rule
    ///   sets, `CatalogStoreError`.
    public func contents() async throws -> PlaylistState {
        try await store.withSession { session in
            guard let found = try await find(session) else { return try absent() }
            let tracks = try await session.rows(
                "SELECT track_id FROM playlist_entries WHERE playlist_id = \(found.id) ORDER BY position"
            ) { String(try $0[0] as Int64) }
            return PlaylistState(keys: tracks, version: found.snapshot)
        }
    }

    private func absent() throws -> PlaylistState {
        guard name.number == nil else { throw PlaylistTargetError.gone(name.description) }
        return PlaylistState(keys: [], version: nil)
    }

    /// Adds tracks at the end; those that were removed from the catalog meanwhile are left out.
    /// - Throws: `PlaylistTargetError`, `CatalogStoreError`.
    public func add(_ keys: [String], at version: String?) async throws -> String? {
        try await change(at: version) { session, playlist in
            try await session.first(
                """
                WITH added AS (
                    INSERT INTO playlist_entries (playlist_id, position, track_id, added_at)
                    SELECT \(playlist), last.position + (row_number() OVER (ORDER BY g.place))::integer, t.id, now()
                    FROM unnest(\(keys.compactMap { Int64($0) })) WITH ORDINALITY AS g (id, place)
                    JOIN tracks t ON t.id = g.id,
                    (SELECT coalesce(max(position), -1) AS position FROM playlist_entries
                     WHERE playlist_id = \(playlist)) AS last
                    RETURNING playlist_id, position, track_id),
                marked AS (UPDATE tracks t SET changed_in = pg_current_xact_id() FROM added a WHERE t.id = a.track_id),
                noted AS (\(fragment: PlaylistHistory.noting(.added, "added", batch: batch)))
                SELECT count(*) FROM added
                """
            ) { try $0[0] } ?? 0
        }
    }

    /// Removes tracks wherever they stand; the others keep their order.
    /// - Throws: `PlaylistTargetError`, `CatalogStoreError`.
    public func remove(_ keys: [String], at version: String?) async throws -> String? {
        try await change(at: version) { session, playlist in
            try await session.first(
                """
                WITH removed AS (
                    DELETE FROM playlist_entries
                    WHERE playlist_id = \(playlist) AND track_id = ANY(\(keys.compactMap { Int64($0) }))
                    RETURNING playlist_id, position, track_id),
                marked AS (UPDATE tracks t SET changed_in = pg_current_xact_id() FROM removed r WHERE t.id = r.track_id),
                noted AS (\(fragment: PlaylistHistory.noting(.removed, "removed", batch: batch)))
                SELECT count(*) FROM removed
                """
            ) { try $0[0] } ?? 0
        }
    }

    private func change(
        at version: String?, _ body: @Sendable (PostgresSession, Int64) async throws -> Int
    ) async throws -> String? {
        try await store.withSession { session in
            try await session.withTransaction { session in
                try await session.takeWriterLock(waiting: store.importTimeout)
                let found = try await find(session)
                guard found?.snapshot == version else {
                    if found == nil { throw PlaylistTargetError.gone(name.description) }
                    throw PlaylistTargetError.changedMeanwhile(name.description)
                }
                let playlist: Int64
                if let found { playlist = found.id } else { playlist = try await make(session) }
                let count = try await body(session, playlist)
                let snapshot = UUID().uuidString.lowercased()
                try await session.execute("UPDATE playlists SET snapshot = \(snapshot) WHERE id = \(playlist)")
                if count > 0 { try await session.notify(Channel.catalog.rawValue) }
                return snapshot
            }
        }
    }

    private func make(_ session: PostgresSession) async throws -> Int64 {
        guard name.number == nil else { throw PlaylistTargetError.gone(name.description) }
        let made = try await number(session)
        try await session.execute(
            "INSERT INTO playlists (id, name, owner) VALUES (\(made), \(title), \(PlaylistName.ownNamespace))")
        try await session.execute(
            """
            INSERT INTO external_ids (kind, namespace, value, entity_id)
            VALUES ('playlist', \(name.id.namespace), \(name.id.value), \(made))
            """)
        return made
    }

    /// The next number that no rule set names already, or two of them would keep one playlist.
    private func number(_ session: PostgresSession) async throws -> Int64 {
        let named = Set(
            try await session.rows("SELECT target_key FROM rule_sets WHERE target_key IS NOT NULL") {
                try $0[0] as String
            })
        while let number = try await session.first("SELECT nextval('playlists_id_seq')", as: { try $0[0] as Int64 }) {
            if !named.contains(PlaylistName(PlaylistID(rawValue: number)).description) { return number }
        }
        throw CatalogStoreError.failed("the database gave the playlist no number")
    }

    private func find(_ session: PostgresSession) async throws -> (id: Int64, snapshot: String?)? {
        let place: SQL =
            name.number.map { "id = \($0)" }
                ?? """
                id = (SELECT entity_id FROM external_ids WHERE kind = 'playlist' AND namespace = \(name.id.namespace)
                    AND value = \(name.id.value))
                """
        let found = try await session.first(
            """
            SELECT id, snapshot, \(fragment: RulePlaylistTable.isKept)
            FROM playlists p WHERE \(fragment: place)
            """
        ) { (id: try $0[0] as Int64, snapshot: try $0[1] as String?, isForRules: try $0[2] as Bool) }
        guard let found else { return nil }
        guard found.isForRules else {
            throw PlaylistTargetError.notPermitted(
                "\(name) was imported or is made by a recipe, and would be lost; name a playlist that is the rule set's alone,"
                    + " as in segue:playlist:NAME")
        }
        return (found.id, found.snapshot)
    }
}

extension PostgresStore {
    /// The first id of each track in a namespace; tracks without one are left out.
    /// - Throws: `CatalogStoreError`.
    public func externalIDs(of tracks: [TrackID], in namespace: String) async throws -> [TrackID: String] {
        guard !tracks.isEmpty else { return [:] }
        let found = try await withSession { session in
            try await session.rows(
                """
                SELECT entity_id, min(value) FROM external_ids
                WHERE kind = 'track' AND namespace = \(namespace) AND entity_id = ANY(\(tracks.map(\.rawValue)))
                GROUP BY entity_id
                """
            ) { (TrackID(rawValue: try $0[0]), try $0[1] as String) }
        }
        return Dictionary(uniqueKeysWithValues: found)
    }

    /// The tracks that have these ids in a namespace.
    /// - Throws: `CatalogStoreError`.
    public func tracks(named values: [String], in namespace: String) async throws -> [String: TrackID] {
        guard !values.isEmpty else { return [:] }
        let found = try await withSession { session in
            try await session.rows(
                """
                SELECT value, entity_id FROM external_ids
                WHERE kind = 'track' AND namespace = \(namespace) AND value = ANY(\(values))
                """
            ) { (try $0[0] as String, TrackID(rawValue: try $0[1])) }
        }
        return Dictionary(uniqueKeysWithValues: found)
    }
}
