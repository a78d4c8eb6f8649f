import Catalog
import Postgres
import Storage
import TestSupport
import Testing

@Suite struct GenerationTests {
    private func record(_ id: String, space: Int64, at time: Double) -> GenerationRecord {
        GenerationRecord(
            id: id, space: space, tracks: 3, publishedAt: time,
            watermark: Watermark(database: "123.4", position: UInt64(1) << 40), manifest: "{\"b\": 1, \"a\": 2}")
    }

    @discardableResult
    private func withSpace<Value: Sendable>(
        _ body: @Sendable (TestDatabase, Int64) async throws -> Value
    ) async throws -> Value {
        try await withMigratedDatabase { database in
            let id = try await database.session().first("INSERT INTO feature_spaces (space) VALUES ('{}') RETURNING id")
            {
                try $0[0] as Int64
            }
            return try await body(database, try #require(id))
        }
    }

    @Test func recordsComeBackNewestFirstWithTheCurrentOne() async throws {
        try await withSpace { database, space in
            let store = database.store
            let (a, b) = (record("a", space: space, at: 1.5), record("b", space: space, at: 2.5))
            #expect(try await store.generations().current == nil)
            try await store.record(a)
            try await store.record(b)
            var found = try await store.generations()
            #expect(found.all == [b, a])
            #expect(found.current == "b")
            #expect(try await store.activate("a"))
            #expect(try await !store.activate("nothing"))
            found = try await store.generations()
            #expect(found.current == "a")
            try await store.forget("a")
            found = try await store.generations()
            #expect(found.all == [b])
            #expect(found.current == nil)
        }
    }

    @Test func everybodyHearsOfActivationsAndImports() async throws {
        try await withSpace { database, space in
            let store = database.store
            var heard = store.announcements().makeAsyncIterator()
            #expect(await heard.next() == .missed)
            try await store.record(record("a", space: space, at: 1))
            #expect(await heard.next() == .generationActivated("a"))
            try await store.load([.track(TrackRecord(ids: [spotify(1)]))])
            #expect(await heard.next() == .catalogChanged)
            try await store.load([.track(TrackRecord(ids: [spotify(1)]))])
            _ = try await store.removeTrack(TrackID(rawValue: 1))
            #expect(await heard.next() == .catalogChanged)
            _ = try await store.activate("a")
            #expect(await heard.next() == .generationActivated("a"))
        }
    }

    @Test func afterALostConnectionSomethingMayHaveBeenMissed() async throws {
        try await withSpace { database, space in
            var heard = database.store.announcements().makeAsyncIterator()
            #expect(await heard.next() == .missed)
            try await database.session().execute(
                "SELECT pg_terminate_backend(pid, 120000) FROM pg_stat_activity WHERE \(unsafeRaw: Self.listening)")
            #expect(await heard.next() == .missed)
            try await database.store.record(record("a", space: space, at: 1))
            #expect(await heard.next() == .generationActivated("a"))
        }
    }

    @Test func aListenerThatIsLetGoDisconnects() async throws {
        try await withMigratedDatabase { database in
            let task = Task { for await _ in database.store.announcements() {} }
            try await waitForListeners(1, in: database)
            task.cancel()
            try await waitForListeners(0, in: database)
        }
    }

    private static let listening = "datname = current_database() AND query = 'LISTEN \"segue_generation\"'"

    private func waitForListeners(_ count: Int, in database: TestDatabase) async throws {
        try await eventually {
            try await database.count("pg_stat_activity WHERE state = 'idle' AND \(Self.listening)") == count
        }
    }
}
