public import Catalog
internal import Postgres

extension PostgresStore: SoundStore {
    /// Those of some tracks whose sound a provider has described.
    /// - Throws: `CatalogStoreError`.
    public func described(_ tracks: [TrackID], by provider: String) async throws -> Set<TrackID> {
        guard !tracks.isEmpty else { return [] }
        let found = try await withSession { session in
            try await session.rows(
                """
                SELECT track_id FROM sound_descriptors
                WHERE track_id = ANY(\(tracks.map(\.rawValue))) AND provider = \(provider)
                """
            ) { TrackID(rawValue: try $0[0]) }
        }
        return Set(found)
    }

    /// Keeps descriptors in place of the provider's earlier ones.
    /// - Throws: `CatalogStoreError`.
    public func keep(_ sounds: [TrackID: SoundRecord], by provider: String) async throws {
        guard !sounds.isEmpty else { return }
        try await withSession { session in
            try await session.withTransaction { session in
                try await session.takeWriterLock(waiting: importTimeout)
                for (track, sound) in sounds.sorted(by: { $0.key < $1.key }) {
                    let wanted: SQL = "SELECT id FROM tracks WHERE id = \(track.rawValue)"
                    try await Self.keep(
                        sound, of: wanted, by: provider, source: sound.source ?? provider, session)
                }
            }
        }
    }

    /// Keeps descriptors with the tracks that a query gives; gives how many say something new.
    @discardableResult
    static func keep(
        _ sound: SoundRecord, of tracks: SQL, by provider: String, source: String, _ session: PostgresSession
    ) async throws -> Int {
        let changed = try await session.rows(
            """
            INSERT INTO sound_descriptors AS s (track_id, provider, version, descriptors, sound, form, source)
            SELECT g.id, \(provider), \(sound.version), \(sound.descriptors)::jsonb, \(sound.sound), \(sound.form),
                \(source)
            FROM (\(fragment: tracks)) AS g (id)
            ON CONFLICT (track_id, provider) DO UPDATE
            SET (version, descriptors, sound, form, source, updated_at)
                = (excluded.version, excluded.descriptors, excluded.sound, excluded.form, excluded.source, now())
            WHERE (s.version, s.descriptors, s.source)
                IS DISTINCT FROM (excluded.version, excluded.descriptors, excluded.source)
            RETURNING track_id
            """
        ) { try $0[0] as Int64 }
        try await mark(changed, session)
        return changed.count
    }

    /// Tracks that changed are announced, and vectorized again.
    static func mark(_ tracks: [Int64], _ session: PostgresSession) async throws {
        guard !tracks.isEmpty else { return }
        let marked = try await session.execute(
            "UPDATE tracks SET changed_in = pg_current_xact_id() WHERE id = ANY(\(tracks))")
        if marked > 0 { try await session.notify(Channel.catalog.rawValue) }
    }
}
