import Catalog
import Postgres
import Storage
import TestSupport
import Testing

@Suite struct WatermarkTests {
    private func watermark(_ store: PostgresStore) async throws -> Watermark {
        try await store.withView { try await $0.watermark() }
    }

    private func changes(_ store: PostgresStore, since mark: Watermark, limit: Int = 1_000) async throws
        -> CatalogChanges
    {
        try await store.withView { try await $0.changes(since: mark, limit: limit) }
    }

    @Test func changesTellWhatWasAddedChangedAndRemoved() async throws {
        try await withTestDatabase { store in
            try await store.load((1...3).map { .track(TrackRecord(ids: [spotify($0)])) })
            let mark = try await watermark(store)
            try await store.load([
                .track(TrackRecord(ids: [spotify(2)], name: "named")), .track(TrackRecord(ids: [spotify(4)])),
            ])
            #expect(try await store.removeTrack(TrackID(rawValue: 3)))
            #expect(try await !store.removeTrack(TrackID(rawValue: 3)))
            let changes = try await changes(store, since: mark)
            #expect(changes.changed.map(\.rawValue).filter { $0 != 1 } == [2, 4])
            #expect(changes.removed.map(\.rawValue) == [3])
            #expect(try await store.trackID(for: spotify(3)) == nil)
        }
    }

    @Test func anOlderTransactionThatCommitsLaterIsNotLost() async throws {
        try await withMigratedDatabase { database in
            let store = database.store
            try await store.load([.track(TrackRecord(ids: [spotify(1)])), .track(TrackRecord(ids: [spotify(2)]))])
            let start = try await watermark(store)
            let older = try await database.session()
            try await older.begin()
            try await older.execute(
                "UPDATE tracks SET popularity = 5, changed_in = pg_current_xact_id() WHERE id = 1")
            try await store.load([.track(TrackRecord(ids: [spotify(2)], name: "newer"))])
            let first = try await changes(store, since: start)
            #expect(first.changed.contains(TrackID(rawValue: 2)))
            try await older.commit()
            let second = try await changes(store, since: first.watermark)
            #expect(second.changed.contains(TrackID(rawValue: 1)))
        }
    }

    @Test func stepsAreShortAndMissNothing() async throws {
        try await withTestDatabase { store in
            let start = try await watermark(store)
            for number in 1...12 { try await store.load([.track(TrackRecord(ids: [spotify(number)]))]) }
            var seen: Set<Int64> = []
            var mark = start
            // What others have under way holds it back.
            try await eventually {
                let step = try await changes(store, since: mark, limit: 3)
                #expect(step.watermark.position >= mark.position)
                seen.formUnion(step.changed.map(\.rawValue))
                mark = step.watermark
                return seen.count >= 12
            }
            #expect(seen == Set(1...12))
        }
    }

    @Test func anotherDatabasesWatermarkIsRefused() async throws {
        try await withTestDatabase { store in
            let foreign = Watermark(database: "elsewhere.1", position: 3)
            await #expect(throws: CatalogStoreError.foreignWatermark) {
                try await changes(store, since: foreign)
            }
        }
    }

    @Test func aViewSeesOneMoment() async throws {
        try await withTestDatabase { store in
            try await store.load([.track(TrackRecord(ids: [spotify(1)]))])
            try await store.withView { view in
                #expect(try await view.trackCount() == 1)
                try await store.load([.track(TrackRecord(ids: [spotify(2)]))])
                #expect(try await view.trackCount() == 1)
                #expect(try await view.tracks(after: TrackID(rawValue: 0), limit: 10).count == 1)
            }
            #expect(try await store.withView { try await $0.trackCount() } == 2)
        }
    }

    @Test func pagesCoverTheCatalogInOrder() async throws {
        try await withTestDatabase { store in
            try await store.load(sampleRecords)
            let pages = try await store.withView { view in
                var pages: [[CatalogTrack]] = []
                while true {
                    let page = try await view.tracks(after: pages.last?.last?.id ?? TrackID(rawValue: 0), limit: 7)
                    if page.isEmpty { return pages }
                    pages.append(page)
                }
            }
            #expect(pages.map(\.count) == [7, 7, 7, 7, 7, 5])
            #expect(try await store.allTracks() == pages.flatMap(\.self))
        }
    }
}
