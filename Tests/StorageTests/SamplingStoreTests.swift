import Catalog
import Foundation
import Postgres
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Sampling

private let now = Date(timeIntervalSince1970: 1_790_000_000)

private func ago(_ days: Double) -> Date { now - days * 86_400 }

/// Six tracks by three artists, the second another release of the first.
private func withTracks(_ body: @Sendable (TestDatabase, PostgresStore, [TrackID]) async throws -> Void) async throws {
    try await withMigratedDatabase { database in
        let names = ["Same Song", "Same Song - Remastered", "Third", "Fourth", "Fifth", "Sixth"]
        var records: [CatalogRecord] = []
        for (number, name) in names.enumerated() {
            let artist = ArtistRecord(name: "Artist \(max(number, 1) / 2)")
            records.append(.track(TrackRecord(ids: [spotify(number + 1)], name: name, artists: [artist])))
        }
        try await database.store.load(records)
        var ids: [TrackID] = []
        for number in 1...6 { ids.append(try #require(try await database.store.trackID(for: spotify(number)))) }
        try await body(database, database.store, ids)
    }
}

@Suite("What listeners did, in the database", .enabled(if: ProcessInfo.processInfo.environment["DATABASE_URL"] != nil))
struct ListeningStoreTests {
    @Test func listeningIsSummedUpByTrack() async throws {
        try await withTracks { _, store, ids in
            try await store.record(
                [
                    Feedback(track: ids[0], kind: .played, moment: ago(30)),
                    Feedback(track: ids[0], kind: .played, moment: ago(60)),
                    Feedback(track: ids[2], kind: .liked, moment: ago(0)),
                    Feedback(track: ids[3], kind: .skipped, moment: ago(0)),
                    Feedback(track: ids[3], kind: .disliked, moment: ago(30)),
                ], of: Listener.standard)
            let heard = try await store.listening(of: Listener.standard, context: nil, at: now)
            #expect(heard.map(\.track) == [ids[0], ids[2], ids[3]])
            #expect(heard[0].plays == 2 && heard[0].history == TrackHistory(played: ago(30).timeIntervalSince1970))
            // Half a play and a quarter of one, a like, half of a dislike beside a skip.
            for (track, affinity) in zip(heard, [0.75, 3, -2]) { #expect(abs(track.affinity - affinity) < 1e-6) }
            let other = try await store.addListener("other")
            let theirs = try await store.listening(of: "other", context: nil, at: now)
            #expect(other && theirs.isEmpty)
        }
    }

    @Test func releasesOfARecordingAreOneRecording() async throws {
        try await withTracks { _, store, ids in
            try await store.record(
                [0, 1, 2].map { Feedback(track: ids[$0], kind: .played, moment: ago(1)) }, of: Listener.standard)
            let heard = try await store.listening(of: Listener.standard, context: nil, at: now)
            #expect(heard[0].recording == heard[1].recording && heard[0].recording != heard[2].recording)
            let facts = try await store.withRun(of: Listener.standard) { try await $0.facts(of: ids) }
            #expect(facts.map(\.recording).prefix(3) == heard.map(\.recording).prefix(3))
            #expect(facts.allSatisfy { $0.artists.count == 1 })
        }
    }

    @Test func whatWasServedCountsInItsContext() async throws {
        try await withTracks { _, store, ids in
            try await store.recordServed(
                [ids[0]], to: Listener.standard, context: "kitchen", recommendation: "r1", at: ago(1))
            try await store.recordServed(
                [ids[1]], to: Listener.standard, context: nil, recommendation: "r2", at: ago(1))
            let kitchen = try await store.listening(of: Listener.standard, context: "kitchen", at: now)
            #expect(kitchen.map(\.track) == [ids[0]])
            let all = try await store.listening(of: Listener.standard, context: nil, at: now)
            #expect(all.map(\.track) == [ids[0], ids[1]])
            await #expect(throws: PlaylistError.unknownListener("x")) {
                try await store.recordServed(ids, to: "x", context: nil, recommendation: "r", at: now)
            }
        }
    }

    @Test func aSavedTrackIsALikedOneOfTheImportingListener() async throws {
        try await withTracks { database, store, ids in
            let session = try await database.session()
            try await session.execute(
                "INSERT INTO saved_tracks (track_id, saved_at) VALUES (\(ids[4].rawValue), now())")
            let heard = try await store.listening(of: Listener.standard, context: nil, at: now)
            #expect(heard.map(\.track) == [ids[4]] && heard[0].history.isLiked)
            _ = try await store.addListener("guest")
            let (mine, theirs) = (
                try await store.withRun(of: Listener.standard) { try await $0.library(limit: 9) },
                try await store.withRun(of: "guest") { try await $0.library(limit: 9) }
            )
            #expect(mine == [ids[4]] && theirs.isEmpty)
        }
    }

    @Test func feedbackOfALostTrackIsForgottenWithIt() async throws {
        try await withTracks { _, store, ids in
            try await store.record([Feedback(track: ids[0], kind: .liked, moment: now)], of: Listener.standard)
            let isRemoved = try await store.removeTrack(ids[0])
            let heard = try await store.listening(of: Listener.standard, context: nil, at: now)
            #expect(isRemoved && heard.isEmpty)
        }
    }
}

@Suite("Made playlists, in the database", .enabled(if: ProcessInfo.processInfo.environment["DATABASE_URL"] != nil))
struct MadePlaylistStoreTests {
    private func run(_ tracks: [TrackID], playlist: PlaylistID? = nil) -> PlaylistRun {
        let items = tracks.map { id in
            RunTrack(
                SampledTrack(track: PoolTrack(TrackFacts(id: id)), isNew: true, isKept: false, recovery: 1, relaxed: [])
            )
        }
        return PlaylistRun(
            playlist: playlist, listener: Listener.standard, cause: .create, batch: "b", seed: 1,
            recipe: Recipe.daily().json, tracks: items, startedAt: now, finishedAt: now)
    }

    private let draft = PlaylistDraft(name: "Mine", listener: Listener.standard, recipe: .daily())

    @Test func whatSegueMakesTeachesItNothing() async throws {
        try await withTracks { _, store, ids in
            let made = try await store.withRun(of: Listener.standard) {
                try await $0.create(draft, run(ids))
            }
            #expect(made.id != nil && made.playlist != nil)
            let (playlists, holding, counts) = try await store.withView { view in
                (
                    try await view.playlists(after: PlaylistID(rawValue: 0), entries: 100),
                    try await view.playlists(holding: ids), try await view.tracks(ids).map(\.playlistCount)
                )
            }
            #expect(playlists.isEmpty && holding.isEmpty && counts.allSatisfy { $0 == 0 })
            let reference = try EntityReference(parsing: "segue:playlist:\(made.playlist?.rawValue ?? 0)")
            let found = try await store.tracks(of: reference, limit: 100)
            #expect(found == ids)
        }
    }

    @Test func theHistoryTellsWhatCameAndWent() async throws {
        try await withTracks { _, store, ids in
            let made = try await store.withRun(of: Listener.standard) {
                try await $0.create(draft, run([ids[0], ids[2]]))
            }
            let id = try #require(made.playlist)
            _ = try await store.withRun(of: Listener.standard) {
                try await $0.replace(run([ids[2], ids[3]], playlist: id))
            }
            let changes = try await store.changes(of: id, before: nil, limit: 10)
            #expect(changes.map(\.track) == [ids[3], ids[0], ids[2], ids[0]])
            #expect(changes.map(\.change) == ["added", "removed", "added", "added"])
            #expect(changes.map(\.position) == [1, 0, 1, 0])
        }
    }

    @Test func aPlaylistThatIsGoneIsNotReplaced() async throws {
        try await withTracks { database, store, ids in
            await #expect(throws: PlaylistError.unknownPlaylist(PlaylistID(rawValue: 77))) {
                _ = try await store.withRun(of: Listener.standard) {
                    try await $0.replace(run(ids, playlist: PlaylistID(rawValue: 77)))
                }
            }
            let (runs, plays) = (try await database.count("playlist_runs"), try await database.count("plays"))
            #expect(runs == 0 && plays == 0)
        }
    }

    @Test func thereIsOneDailyPlaylistForAListener() async throws {
        try await withTracks { _, store, ids in
            let daily = PlaylistDraft(name: "Daily", listener: Listener.standard, kind: .daily, recipe: .daily())
            let made = try await store.withRun(of: Listener.standard) { try await $0.create(daily, run(ids)) }
            let id = try #require(made.playlist)
            await #expect(throws: PlaylistError.dailyExists(id)) {
                try await store.withRun(of: Listener.standard) { try await $0.checkRoom(for: daily, limit: 5) }
            }
            let found = try await store.dailyPlaylist(of: Listener.standard)
            #expect(found?.id == id && found?.recipe == Recipe.daily().json)
        }
    }

    @Test func theLockIsFreeAgainAfterAFailureAndACancellation() async throws {
        struct Mishap: Error {}
        try await withTracks { _, store, _ in
            await #expect(throws: Mishap.self) {
                try await store.withRun(of: Listener.standard) { _ in throw Mishap() }
            }
            let isUnderWay = Mutex(false)
            let waiting = Task {
                try await store.withRun(of: Listener.standard) { _ in
                    isUnderWay.withLock { $0 = true }
                    try await Task.sleep(for: .seconds(3_600))
                }
            }
            try await eventually { isUnderWay.withLock { $0 } }
            await #expect(throws: PlaylistError.runUnderWay(listener: Listener.standard)) {
                try await store.withRun(of: Listener.standard) { _ in }
            }
            waiting.cancel()
            _ = await waiting.result
            try await store.withRun(of: Listener.standard) { _ in }
        }
    }
}
