import Catalog
import Demo
import Foundation
import IndexLifecycle
import Postgres
import Storage
import TestSupport
import Testing

@testable import Evaluation

@Suite("The quality gate") struct QualityGateTests {
    private func builder(_ store: PostgresStore, _ path: String, overriding: Bool = false) -> IndexBuilder {
        var options = BuildOptions()
        options.overridesGate = overriding
        return IndexBuilder(
            catalog: store, features: store, registry: store, directory: GenerationDirectory(path), options: options,
            gate: QualityGate())
    }

    private func withBuiltIndex(
        _ body: @Sendable (TestDatabase, String, GenerationManifest) async throws -> Void
    ) async throws {
        try await withMigratedDatabase { database in
            try await fill(database.store, tracks: 2_000, playlists: 150)
            try await withTemporaryDirectory { path in
                try await body(database, path, try await builder(database.store, path).build())
            }
        }
    }

    private func execute(_ sql: SQL, _ database: TestDatabase) async throws {
        let session = try await database.session()
        _ = try await session.execute(sql)
    }

    @Test func aRebuildOfTheSameCatalogPasses() async throws {
        try await withBuiltIndex { database, path, first in
            #expect(first.judgement?.summary.contains("nothing serves yet") == true)
            let second = try await builder(database.store, path).build()
            #expect(second.judgement?.isPassed == true)
            #expect(second.judgement?.summary.contains("difference 0.0000 [0.0000, 0.0000]; by content") == true)
            #expect(GenerationDirectory(path).current == second.id)
        }
    }

    @Test func aDamagedCatalogIsRefusedAndTheOldIndexServesOn() async throws {
        try await withBuiltIndex { database, path, first in
            try await damage(database)
            let error = await #expect(throws: GenerationError.self) {
                try await builder(database.store, path).build()
            }
            #expect(error?.code == .refused)
            #expect(error?.description.contains("by content alone 0.") == true)
            #expect(error?.description.contains("--override-gate quality") == true)
            let directory = GenerationDirectory(path)
            #expect(directory.current == first.id && directory.generations == [first.id])
            let forced = try await builder(database.store, path, overriding: true).build()
            #expect(forced.judgement?.isPassed == false)
            #expect(directory.current == forced.id)
        }
    }

    /// Wipes what is known of sound and time: what remains recommends badly.
    private func damage(_ database: TestDatabase) async throws {
        for wipe: SQL in [
            "DELETE FROM audio_features", "UPDATE tracks SET released = NULL, duration_ms = NULL",
            "UPDATE albums SET released = NULL",
        ] {
            try await execute(wipe, database)
        }
    }

    @Test func tooFewPlaylistsPassAndSaySo() async throws {
        try await withMigratedDatabase { database in
            try await fill(database.store, tracks: 400, playlists: 8)
            try await withTemporaryDirectory { path in
                _ = try await builder(database.store, path).build()
                let second = try await builder(database.store, path).build()
                #expect(second.judgement?.isPassed == true)
                #expect(second.judgement?.summary.hasPrefix("too few playlists to compare by") == true)
            }
        }
    }
}
