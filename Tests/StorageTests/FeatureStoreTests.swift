import Catalog
import Features
import Foundation
import Postgres
import Storage
import TestSupport
import Testing

@Suite struct FeatureStoreTests {
    /// A space in the database, whatever its form, since vectors only refer to it.
    private func space(_ database: TestDatabase) async throws -> FeatureSpaceID {
        let id = try await database.session().first("INSERT INTO feature_spaces (space) VALUES ('{}') RETURNING id") {
            try $0[0] as Int64
        }
        return FeatureSpaceID(rawValue: try #require(id))
    }

    private func vector(_ track: Int, _ first: Float = 0.5) -> TrackVector {
        TrackVector(
            track: TrackID(rawValue: Int64(track)), values: [first, -0.25, .leastNonzeroMagnitude, Float(track)],
            coverage: Coverage(rawValue: UInt64.max - UInt64(track)))
    }

    @discardableResult
    private func withTracks<Value: Sendable>(
        _ body: @Sendable (TestDatabase) async throws -> Value
    ) async throws -> Value {
        try await withMigratedDatabase { database in
            try await database.store.load((1...20).map { .track(TrackRecord(ids: [spotify($0)])) })
            return try await body(database)
        }
    }

    @Test func vectorsComeBackBitForBitInPages() async throws {
        try await withTracks { database in
            let store = database.store
            let space = try await space(database)
            let vectors = (1...20).map { vector($0) }
            try await store.store(Array(vectors.reversed()), in: space)
            #expect(try await store.vectorCount(in: space) == 20)
            let first = try await store.vectors(in: space, after: TrackID(rawValue: 0), limit: 15)
            let second = try await store.vectors(in: space, after: first[14].track, limit: 15)
            #expect(first + second == vectors)
            #expect(try await store.vectors(in: space, after: TrackID(rawValue: 20), limit: 15).isEmpty)
        }
    }

    @Test func storingAgainReplacesAndTheLastOfTwoCounts() async throws {
        try await withTracks { database in
            let store = database.store
            let space = try await space(database)
            try await store.store([vector(1, 0.1)], in: space)
            try await store.store([vector(1, 0.2), vector(1, 0.3)], in: space)
            #expect(try await store.vectors(in: space, after: TrackID(rawValue: 0), limit: 9) == [vector(1, 0.3)])
        }
    }

    @Test func vectorsOfRemovedTracksAreLeftOutAndGoWithTheirTracks() async throws {
        try await withTracks { database in
            let store = database.store
            let space = try await space(database)
            try await store.store([vector(1), vector(2), vector(999)], in: space)
            #expect(try await store.vectorCount(in: space) == 2)
            _ = try await store.removeTrack(TrackID(rawValue: 1))
            #expect(try await store.vectors(in: space, after: TrackID(rawValue: 0), limit: 9) == [vector(2)])
        }
    }

    @Test func vectorsOfAnUnknownSpaceAreRefused() async throws {
        try await withTracks { database in
            await #expect(throws: CatalogStoreError.self) {
                try await database.store.store([vector(1)], in: FeatureSpaceID(rawValue: 77))
            }
        }
    }

    @Test func removingSpacesKeepsThoseThatAreNamedOrInUse() async throws {
        try await withTracks { database in
            let store = database.store
            let (gone, kept, used) = (try await space(database), try await space(database), try await space(database))
            for space in [gone, kept, used] { try await store.store([vector(1)], in: space) }
            let mark = Watermark(database: "d", position: 1)
            try await store.record(
                GenerationRecord(
                    id: "g", space: used.rawValue, tracks: 1, publishedAt: 1, watermark: mark, manifest: "{}"))
            try await store.removeSpaces(except: [kept])
            #expect(try await store.vectorCount(in: gone) == 0)
            #expect(try await store.vectorCount(in: kept) == 1)
            #expect(try await store.vectorCount(in: used) == 1)
        }
    }

    @Test func noSpaceIsNil() async throws {
        try await withTestDatabase { store in
            let latest = try await store.latestSpace()?.id
            #expect(latest == nil)
            let first = try await store.space(FeatureSpaceID(rawValue: 1))
            #expect(first == nil)
        }
    }
}
