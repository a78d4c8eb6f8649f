import Catalog
import Postgres
import Storage
import TestSupport
import Testing

@Suite struct SearchTests {
    @discardableResult
    private func withCatalog<Value: Sendable>(
        _ body: @Sendable (PostgresStore) async throws -> Value
    ) async throws -> Value {
        try await withTestDatabase { store in
            let songs: [(String, String, Int)] = [
                ("Halo", "Beyonc\u{e9}", 80), ("Blinding Lights", "The Weeknd", 95),
                ("Blinding Lights - Remix", "The Weeknd", 60), ("City Lights", "Blanche", 40),
                ("Halo", "Depeche Mode", 50),
                ("\u{4E0A}\u{3092}\u{5411}\u{3044}\u{3066}", "\u{5742}\u{672C}\u{4E5D}", 30),
            ]
            try await store.load(
                songs.enumerated().map { number, song in
                    .track(
                        TrackRecord(
                            ids: [spotify(number + 1)], name: song.0, artists: [ArtistRecord(name: song.1)],
                            popularity: song.2))
                })
            return try await body(store)
        }
    }

    @Test(
        arguments: [
            ("beyonce", [1]), ("BEYONC\u{C9} halo", [1]), ("halo", [1, 5]), ("halo depeche mode", [5]),
            ("blinding lights", [2, 3]), ("weeknd blinding lights", [2, 3]), ("blindin lights weeknd", [2, 3]),
            ("\u{5742}\u{672C}\u{4E5D}", [6]), ("qqqqq", []), ("%_\\'; --", []),
        ] as [(String, [Int64])])
    func findsWhatPeopleMeanBestFirst(query: String, expected: [Int64]) async throws {
        try await withCatalog { store in
            let found = try await store.search(query, limit: 10, cursor: nil).tracks.map(\.id.rawValue)
            #expect(found.prefix(expected.count) == expected[...])
            if expected.isEmpty { #expect(found.isEmpty) }
        }
    }

    @Test func itsIndexIsMadeOnceThereIsSomethingToSearch() async throws {
        try await withMigratedDatabase { database in
            let store = database.store
            try await store.makeSearchIndex()
            try await store.load([.track(TrackRecord(ids: [spotify(1)], name: "Halo"))])
            #expect(try await database.count(Self.indexes) == 0)
            #expect(try await store.search("halo", limit: 1, cursor: nil).tracks.count == 1)
            let importing = try await store.beginImport(of: ImportSource(name: "t", authority: .table))
            try await store.makeSearchIndex()
            #expect(try await database.count(Self.indexes) == 0, "an import has the lock")
            await importing.cancel()
            try await store.makeSearchIndex()
            try await store.makeSearchIndex()
            #expect(try await database.count(Self.indexes) == 2)
            let session = try await database.session()
            try await session.execute("SET enable_seqscan = off")
            let plan = try await session.rows(
                "EXPLAIN SELECT FROM tracks WHERE 'halo' <% search_text AND (id % 2 = 0 OR id % 2 = 1)"
            ) { try $0[0] as String }
            #expect(plan.contains { $0.contains("tracks_search_even") }, "\(plan)")
            try await store.load([.track(TrackRecord(ids: [spotify(2)], name: "Halo"))])
            #expect(try await store.search("halo", limit: 2, cursor: nil).tracks.count == 2)
        }
    }

    private static let indexes = "pg_indexes WHERE indexname IN ('tracks_search_even', 'tracks_search_odd')"

    @Test func withoutAQueryEverythingIsListedInPages() async throws {
        try await withCatalog { store in
            let first = try await store.search(nil, limit: 4, cursor: nil)
            #expect(first.tracks.map(\.id.rawValue) == [1, 2, 3, 4])
            let second = try await store.search(" ", limit: 4, cursor: first.next)
            #expect(second.tracks.map(\.id.rawValue) == [5, 6])
            #expect(second.next == nil)
        }
    }

    @Test func pagesOfASearchJoinUpWithoutGapOrRepetition() async throws {
        try await withTestDatabase { store in
            try await store.load(
                (1...50).map {
                    .track(
                        TrackRecord(ids: [spotify($0)], name: "Love \($0 % 7)", popularity: $0 % 3 == 0 ? nil : $0 % 5))
                })
            let whole = try await store.search("love", limit: 100, cursor: nil)
            #expect(whole.tracks.count == 50)
            #expect(whole.next == nil)
            var joined: [TrackID] = []
            var cursor: String?
            repeat {
                let page = try await store.search("love", limit: 7, cursor: cursor)
                joined += page.tracks.map(\.id)
                cursor = page.next
            } while cursor != nil
            #expect(joined == whole.tracks.map(\.id))
        }
    }

    @Test(arguments: ["", "x", "1-2-3", "-1", "0-0-0-0-0", "99999999999999999999"])
    func aForgedCursorIsRefused(cursor: String) async throws {
        try await withCatalog { store in
            await #expect(throws: CatalogStoreError.badCursor) {
                try await store.search("halo", limit: 3, cursor: cursor)
            }
        }
    }

    @Test func aCursorOfAnotherQueryIsRefused() async throws {
        try await withCatalog { store in
            let next = try #require(try await store.search("halo", limit: 1, cursor: nil).next)
            await #expect(throws: CatalogStoreError.badCursor) {
                try await store.search("lights", limit: 1, cursor: next)
            }
            await #expect(throws: CatalogStoreError.badCursor) { try await store.search(nil, limit: 1, cursor: next) }
        }
    }
}
