import Catalog
import Postgres
import Storage
import TestSupport
import Testing

@Suite struct PlaylistImportTests {
    private let playlist = spotify(700)

    private func tracks(_ numbers: ClosedRange<Int>) -> [CatalogRecord] {
        numbers.map { .track(TrackRecord(ids: [spotify($0)])) }
    }

    private func entry(_ track: Int, at position: Int? = nil) -> CatalogRecord {
        .playlistEntry(PlaylistEntryRecord(playlist: playlist, track: spotify(track), position: position))
    }

    private func contents(_ store: PostgresStore) async throws -> [Int64] {
        let reference = EntityReference(kind: .playlist, id: playlist)
        return try #require(try await store.tracks(of: reference, limit: 100)).map(\.rawValue)
    }

    @Test func membershipsAppendInOrderOfArrivalOnce() async throws {
        try await withTestDatabase { store in
            try await store.load(tracks(1...5) + [entry(3), entry(1), entry(3)])
            #expect(try await contents(store) == [3, 1])
            let counts = try await store.load([entry(1), entry(5), entry(2)])
            #expect(counts.newEntries == 2)
            #expect(try await contents(store) == [3, 1, 5, 2])
        }
    }

    @Test func positionsReplaceWhatStoodThereAndTheTotalTrims() async throws {
        try await withMigratedDatabase { database in
            let store = database.store
            try await store.load(tracks(1...6) + (0..<5).map { entry($0 + 1, at: $0) }, name: "first")
            let counts = try await store.load(
                [entry(6, at: 1), entry(1, at: 0), .playlist(PlaylistRecord(id: playlist, name: "P", total: 3))],
                .service, name: "second")
            #expect(counts.newEntries == 1)
            #expect(counts.removedEntries == 3)
            #expect(counts.changedPlaylists == 1)
            #expect(try await contents(store) == [1, 6, 3])
            let history = try await database.session().rows(
                "SELECT batch || ' ' || change || ' ' || position || ' ' || track_id FROM playlist_entry_changes ORDER BY number"
            ) { try $0[0] as String }
            #expect(history.prefix(5) == (0..<5).map { "first added \($0) \($0 + 1)" }[...])
            #expect(
                Set(history.dropFirst(5)) == [
                    "second removed 1 2", "second removed 3 4", "second removed 4 5", "second added 1 6",
                ])
        }
    }

    @Test func aTotalBelowThePositionsGivenCountsForNothing() async throws {
        try await withTestDatabase { store in
            try await store.load(tracks(1...6) + (0..<6).map { entry($0 + 1, at: $0) })
            let counts = try await store.load(
                [.playlist(PlaylistRecord(id: playlist, total: 2))] + (0..<4).map { entry(6 - $0, at: $0) }, .service)
            #expect(counts.newEntries == 4)
            #expect(try await contents(store) == [6, 5, 4, 3])
        }
    }

    @Test func aTrackMayStandTwiceAndIsListedOnce() async throws {
        try await withTestDatabase { store in
            try await store.load(tracks(1...2) + [entry(2, at: 0), entry(1, at: 1), entry(2, at: 2)])
            #expect(try await contents(store) == [2, 1])
            #expect(try await store.track(spotify(2)).playlistCount == 1)
        }
    }

    @Test func membershipsPastTheTotalChangeNothingHoweverOften() async throws {
        try await withTestDatabase { store in
            let records =
                tracks(1...4) + [.playlist(PlaylistRecord(id: playlist, total: 2))] + (1...4).map { entry($0) }
            let added = try await store.load(records).newEntries
            #expect(added == 2)
            let isUnchanged = try await store.load(records).isUnchanged
            #expect(isUnchanged)
        }
    }
}
