import Catalog
import FakeServices
import Foundation
import Postgres
import Storage
import TestSupport

@testable import Providers

let wideWorld = FakeWorld(tracks: 300)

/// A catalog of the world's tracks, and a provider over a fake.
struct Workshop {
    let database: TestDatabase
    let bench: Bench

    var store: PostgresStore { database.store }

    /// - Parameter named: whether tracks have recording ids from the beginning, as after a pass of MusicBrainz.
    init(_ database: TestDatabase, world: FakeWorld = wideWorld, named: Bool = false) async throws {
        self.database = database
        bench = Bench(memory: database.store)
        let session = try await database.store.beginImport(of: ImportSource(name: "world", authority: .table))
        try await session.append(
            world.tracks.map { track in
                .track(
                    TrackRecord(
                        ids: [.spotify(track.spotify), .isrc(track.isrc)]
                            + (named ? [ExternalID(namespace: "mbid", value: track.mbid)] : []), name: track.name,
                        artists: [ArtistRecord(name: track.artistName)], duration: track.duration))
            })
        _ = try await session.commit()
    }

    func enricher(_ provider: any FeatureProvider, _ change: (inout Enricher.Options) -> Void = { _ in }) -> Enricher {
        var options = Enricher.Options()
        options.tracksPerCommit = 80
        change(&options)
        return Enricher(provider, over: store, into: store, options: options, clock: bench.support.clock)
    }

    /// Everything that a pass leaves, in order.
    func contents() async throws -> [String] {
        let session = try await database.session()
        return try await session.rows(
            """
            SELECT 'feature ' || track_id || ' ' || provider || ' ' || (to_jsonb(f) - 'updated_at')::text AS line
            FROM audio_features f
            UNION ALL
            SELECT 'enrichment ' || track_id || ' ' || source || ' ' || version || ' ' || categories::text || ' '
                || coalesce(confidence::text, '-') || ' ' || (retry_at IS NULL) FROM enrichments
            UNION ALL
            SELECT 'id ' || entity_id || ' ' || namespace || ' ' || value FROM external_ids
            UNION ALL
            SELECT 'similar ' || track_id || ' ' || source || ' ' || similar_id || ' ' || similarity FROM similar_tracks
            ORDER BY line
            """
        ) { try $0[0] as String }
    }
}
