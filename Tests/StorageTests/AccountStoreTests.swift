import Catalog
import Foundation
import Storage
import Synchronization
import TestSupport
import Testing

private let moment = Date(timeIntervalSince1970: 1_800_000_000)

private func account(_ id: String, service: String = "spotify") -> ServiceAccount {
    ServiceAccount(
        service: service, id: id, name: "Ünï", scopes: ["a", "b"], refreshToken: "k:AAAA", accessToken: "k:BBBB",
        accessExpiresAt: moment.addingTimeInterval(3_600), keyID: "k", authorizedAt: moment,
        reconnectBy: moment.addingTimeInterval(15_000_000))
}

/// How many are at it.
private final class Gauge: Sendable {
    private let count = Mutex(0)

    func enter() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }

    func leave() { count.withLock { $0 -= 1 } }
}

@Suite struct AccountStoreTests {
    @Test func accountsAreKeptReplacedAndForgotten() async throws {
        try await withTestDatabase { store in
            try await store.save(account("bob"))
            try await store.save(account("alice"))
            try await store.save(account("carol", service: "other"))
            #expect(try await store.accounts(of: "spotify") == [account("alice"), account("bob")])
            #expect(try await store.accounts(of: nil).map(\.id) == ["carol", "alice", "bob"])
            var bare = ServiceAccount(service: "spotify", id: "bob", keyID: "k2", authorizedAt: moment)
            bare.state = .needsReconnect
            try await store.save(bare)
            #expect(try await store.accounts(of: "spotify").last == bare)
            #expect(try await store.removeAccount("bob", of: "spotify"))
            #expect(try await store.removeAccount("bob", of: "spotify") == false)
            #expect(try await store.accounts(of: "spotify") == [account("alice")])
        }
    }

    @Test func changesOfOneAccountTakeTurns() async throws {
        try await withTestDatabase { store in
            try await store.save(account("alice"))
            let gauge = Gauge()
            try await withThrowingTaskGroup { group in
                for _ in 0..<4 {
                    group.addTask {
                        _ = try await store.changingAccount("alice", of: "spotify") { account in
                            #expect(gauge.enter() == 1)
                            try await Task.sleep(for: .milliseconds(10))
                            gauge.leave()
                            var account = account
                            account.scopes.append("x")
                            return account
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await store.accounts(of: "spotify").first?.scopes == ["a", "b", "x", "x", "x", "x"])
        }
    }

    @Test func aChangeThatFailsChangesNothing() async throws {
        try await withTestDatabase { store in
            struct Oops: Error {}
            try await store.save(account("alice"))
            await #expect(throws: Oops.self) {
                try await store.changingAccount("alice", of: "spotify") { _ in throw Oops() }
            }
            #expect(try await store.changingAccount("alice", of: "spotify") { _ in nil } == account("alice"))
            #expect(try await store.changingAccount("nobody", of: "spotify") { $0 } == nil)
        }
    }

    @Test func refusalsAreRememberedForEachApplicationUntilTheyEnd() async throws {
        try await withTestDatabase { store in
            let end = moment.addingTimeInterval(100)
            try await store.rememberRefusal(of: "/audio-features", by: "spotify", to: "app", until: moment)
            try await store.rememberRefusal(of: "/audio-features", by: "spotify", to: "app", until: end)
            func refusal(_ application: String, _ date: Date) async throws -> Date? {
                try await store.refusal(of: "/audio-features", by: "spotify", to: application, at: date)
            }
            #expect(try await refusal("app", moment) == end)
            #expect(try await refusal("other", moment) == nil)
            #expect(try await refusal("app", end) == nil)
            let known = [ServiceRefusal(application: "app", endpoint: "/audio-features", until: end)]
            #expect(try await store.refusals(by: "spotify", at: moment) == known)
        }
    }
}

@Suite struct CollectionSyncTests {
    @Test func placesAreKeptAcrossRestarts() async throws {
        try await withTestDatabase { store in
            let whole = CollectionSync(version: "v1", completedAt: moment)
            var half = whole
            half.checkpoint = .init(version: "v2", offset: 150, end: 200)
            half.resumeAt = moment.addingTimeInterval(60)
            try await store.save(whole, of: "tracks:me", at: "spotify")
            try await store.save(half, of: "albums:me", at: "spotify")
            let known = try await store.syncs(of: ["tracks:me", "albums:me", "playlist:none"], at: "spotify")
            #expect(known == ["tracks:me": whole, "albums:me": half])
            #expect(try await store.syncs(of: ["tracks:me"], at: "other").isEmpty)
            try await store.save(whole, of: "albums:me", at: "spotify")
            #expect(try await store.syncs(of: ["albums:me"], at: "spotify") == ["albums:me": whole])
        }
    }

    @Test func aPlaylistThatTheCatalogHasLostWasNeverTakenOver() async throws {
        try await withTestDatabase { store in
            let id = spotify(700)
            let sync = CollectionSync(
                version: "v1", completedAt: moment, checkpoint: .init(version: "v2", offset: 50))
            try await store.save(sync, of: "playlist:\(id.value)", at: "spotify")
            func known() async throws -> CollectionSync? {
                try await store.syncs(of: ["playlist:\(id.value)"], at: "spotify").values.first
            }
            #expect(try await known() == CollectionSync(completedAt: moment))
            try await store.load([.playlist(PlaylistRecord(id: id, name: "P"))])
            #expect(try await known() == sync)
        }
    }

    @Test func vacatedPlacesAreEmptyAndTold() async throws {
        try await withMigratedDatabase { database in
            let (store, playlist) = (database.store, spotify(700))
            let entries = (0..<4).map { number in
                CatalogRecord.playlistEntry(
                    PlaylistEntryRecord(playlist: playlist, track: spotify(number), position: number))
            }
            try await store.load((0..<4).map { .track(TrackRecord(ids: [spotify($0)])) } + entries)
            #expect(try await store.vacate([1, 3, 9], of: playlist, source: "spotify") == 2)
            #expect(try await store.vacate([1, 3], of: playlist, source: "spotify") == 0)
            #expect(try await store.vacate([0], of: spotify(701), source: "spotify") == 0)
            #expect(try await database.count("playlist_entries WHERE position IN (0, 2)") == 2)
            #expect(try await database.count("playlist_entries") == 2)
            #expect(try await database.count("playlist_entry_changes WHERE change = 'removed'") == 2)
            let marks = try await database.count(
                "tracks a, tracks b WHERE a.changed_in > b.changed_in")
            #expect(marks == 4)
        }
    }
}
