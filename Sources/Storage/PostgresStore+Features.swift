public import Catalog
public import Features
internal import Foundation
internal import Postgres

extension PostgresStore: FeatureStore {
    /// Stores a fitted space and gives it an identifier.
    /// - Throws: `CatalogStoreError`.
    public func save(_ space: FeatureSpace) async throws -> FeatureSpaceID {
        let json = String(decoding: try JSONEncoder().encode(space), as: UTF8.self)
        return try await withSession { session in
            let id = try await session.first("INSERT INTO feature_spaces (space) VALUES (\(json)::jsonb) RETURNING id")
            {
                FeatureSpaceID(rawValue: try $0[0])
            }
            guard let id else { throw CatalogStoreError.failed("the database gave the feature space no id") }
            return id
        }
    }

    /// A stored space, or nil.
    /// - Throws: `CatalogStoreError`; `DecodingError` where the stored space is of a form that this program cannot read.
    public func space(_ id: FeatureSpaceID) async throws -> FeatureSpace? {
        try await space("SELECT id, space FROM feature_spaces WHERE id = \(id.rawValue)")?.space
    }

    /// The space stored last, or nil.
    /// - Throws: as `space(_:)`.
    public func latestSpace() async throws -> (id: FeatureSpaceID, space: FeatureSpace)? {
        try await space("SELECT id, space FROM feature_spaces ORDER BY id DESC LIMIT 1")
    }

    private func space(_ query: SQL) async throws -> (id: FeatureSpaceID, space: FeatureSpace)? {
        try await withSession { session in
            try await session.first(query) { row in
                let json: String = try row[1]
                return (
                    FeatureSpaceID(rawValue: try row[0]),
                    try JSONDecoder().decode(FeatureSpace.self, from: Data(json.utf8))
                )
            }
        }
    }

    /// Stores vectors of a space, replacing earlier ones of the same tracks; those of tracks that were removed
    /// meanwhile are left out. Of several vectors of one track the last counts.
    /// - Throws: `CatalogStoreError`, with `failed` where there is no such space.
    public func store(_ vectors: [TrackVector], in space: FeatureSpaceID) async throws {
        guard !vectors.isEmpty else { return }
        let bytes = Self.rows(vectors)
        try await withSession { session in
            try await session.withTransaction { session in
                // Only the build that makes them reads them, under a view that a crash of the server ends with them.
                try await session.executeScript(
                    """
                    SET LOCAL synchronous_commit = off;
                    CREATE TEMP TABLE IF NOT EXISTS in_vector (
                        no integer, track_id bigint, vector bytea, coverage bigint
                    ) ON COMMIT DELETE ROWS
                    """)
                try await session.copyIn("COPY in_vector FROM STDIN (FORMAT binary)", bytes)
                try await session.execute(
                    """
                    INSERT INTO feature_vectors AS v (space_id, track_id, vector, coverage)
                    SELECT DISTINCT ON (i.track_id) \(space.rawValue), i.track_id, i.vector, i.coverage
                    FROM in_vector i JOIN tracks t ON t.id = i.track_id ORDER BY i.track_id, i.no DESC
                    ON CONFLICT (space_id, track_id) DO UPDATE
                    SET (vector, coverage) = (excluded.vector, excluded.coverage)
                    WHERE (v.vector, v.coverage) IS DISTINCT FROM (excluded.vector, excluded.coverage)
                    """)
            }
        }
    }

    private static func rows(_ vectors: [TrackVector]) -> [UInt8] {
        var buffer = CopyBuffer(capacity: vectors.count * (40 + 4 * (vectors.first?.values.count ?? 0)))
        for (no, vector) in vectors.enumerated() {
            buffer.beginRow(columns: 4)
            buffer.append(Int32(clamping: no))
            buffer.append(vector.track.rawValue)
            buffer.append(PackedFloats(vector.values))
            buffer.append(Int64(bitPattern: vector.coverage.rawValue))
        }
        return buffer.drain()
    }

    /// The next vectors of a space in order of track id, at most `limit`; empty at the end.
    /// - Throws: `CatalogStoreError`.
    public func vectors(in space: FeatureSpaceID, after id: TrackID, limit: Int) async throws -> [TrackVector] {
        try await withSession { session in
            try await session.rows(
                """
                SELECT track_id, vector, coverage FROM feature_vectors
                WHERE space_id = \(space.rawValue) AND track_id > \(id.rawValue) ORDER BY track_id LIMIT \(max(0, limit))
                """
            ) { row in
                let floats: PackedFloats = try row[1]
                return TrackVector(
                    track: TrackID(rawValue: try row[0]), values: floats.values,
                    coverage: Coverage(rawValue: try row[2]))
            }
        }
    }

    /// Number of vectors of a space.
    /// - Throws: `CatalogStoreError`.
    public func vectorCount(in space: FeatureSpaceID) async throws -> Int {
        try await withSession { session in
            try await session.first("SELECT count(*) FROM feature_vectors WHERE space_id = \(space.rawValue)") {
                try $0[0] as Int
            } ?? 0
        }
    }

    /// Removes spaces other than the given ones, with their vectors; a space that a recorded generation was made from
    /// stays, since the generation could not answer without it.
    /// - Throws: `CatalogStoreError`.
    public func removeSpaces(except kept: [FeatureSpaceID]) async throws {
        try await withSession { session in
            _ = try await session.execute(
                """
                DELETE FROM feature_spaces s WHERE s.id <> ALL(\(kept.map(\.rawValue)))
                AND NOT EXISTS (SELECT FROM index_generations g WHERE g.space_id = s.id)
                """)
        }
    }
}
