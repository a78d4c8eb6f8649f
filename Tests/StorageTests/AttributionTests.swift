import Catalog
import Foundation
import Postgres
import Sampling
import Signing
import Storage
import TestSupport
import Testing

private let moment = Date(timeIntervalSince1970: 1_790_000_000)

/// Four tracks, and a second listener.
private func withTracks(_ body: @Sendable (TestDatabase, PostgresStore, [TrackID]) async throws -> Void) async throws {
    try await withMigratedDatabase { database in
        try await database.store.load(
            (1...4).map { .track(TrackRecord(ids: [spotify($0)], name: "Song \($0)", artists: [])) })
        var ids: [TrackID] = []
        for number in 1...4 { ids.append(try #require(try await database.store.trackID(for: spotify(number)))) }
        _ = try await database.store.addListener("anna")
        try await body(database, database.store, ids)
    }
}

private func identifier(_ key: IdentifierKey, for listener: String) throws -> String {
    var system = SystemRandomNumberGenerator()
    return try key.identifier(for: listener, using: &system)
}

private func liked(_ tracks: [TrackID], of recommendation: String, at moment: Date = moment) -> [Feedback] {
    tracks.map { Feedback(track: $0, kind: .liked, moment: moment, recommendation: recommendation) }
}

@Suite("What feedback is attributed to", .enabled(if: ProcessInfo.processInfo.environment["DATABASE_URL"] != nil))
struct AttributionTests {
    @Test func anAnswerToNobodyInParticularMayBeNamedByAnyListener() async throws {
        try await withTracks { database, store, ids in
            let key = try #require(try await store.recommendationKey())
            for listener in [Listener.standard, "anna"] {
                let id = try identifier(key, for: Listener.anybody)
                let recorded = try await store.record(liked(Array(ids[0...1]), of: id), of: listener)
                #expect(recorded == 2)
                let kept = try await database.session().rows(
                    "SELECT track_id FROM plays WHERE recommendation_id = \(id) AND listener = \(listener) ORDER BY 1"
                ) { TrackID(rawValue: try $0[0]) }
                #expect(kept == Array(ids[0...1]), "attributed")
                let heard = try await store.listening(of: listener, context: nil, at: moment)
                #expect(heard.map(\.track) == Array(ids[0...1]) && heard.allSatisfy(\.history.isLiked))
            }
        }
    }

    @Test func whatWasNeverGivenOrGivenToAnotherIsRefusedAndNothingKept() async throws {
        try await withTracks { _, store, ids in
            let key = try #require(try await store.recommendationKey())
            let good = try identifier(key, for: Listener.anybody)
            for bad in [
                "nonsense", "00000000-0000-4000-8000-000000000000", try identifier(IdentifierKey(), for: ""),
                try identifier(key, for: "anna"), good.uppercased() + "x",
            ] {
                await #expect(throws: PlaylistError.unknownRecommendation(bad, listener: Listener.standard)) {
                    try await store.record(
                        liked([ids[0]], of: good) + liked([ids[1]], of: bad), of: Listener.standard)
                }
            }
            let heard = try await store.listening(of: Listener.standard, context: nil, at: moment)
            #expect(heard.isEmpty)
        }
    }

    @Test func aRememberedAnswerIsNamedForItsOwnTracksOnly() async throws {
        try await withTracks { _, store, ids in
            let key = try #require(try await store.recommendationKey())
            let id = try identifier(key, for: "anna")
            try await store.recordServed(
                Array(ids[0...1]), to: "anna", context: nil, recommendation: id, at: moment)
            await #expect(throws: PlaylistError.notRecommended([ids[2], ids[3]], by: id)) {
                try await store.record(liked([ids[3], ids[0], ids[2]], of: id), of: "anna")
            }
            await #expect(throws: PlaylistError.unknownRecommendation(id, listener: Listener.standard)) {
                try await store.record(liked([ids[0]], of: id), of: Listener.standard)
            }
            let recorded = try await store.record(liked(Array(ids[0...1]), of: id), of: "anna")
            #expect(recorded == 2)
        }
    }

    @Test func anAnswerThatSparedAListenerEverythingHadNoTrack() async throws {
        try await withTracks { _, store, ids in
            let key = try #require(try await store.recommendationKey())
            let id = try identifier(key, for: "anna")
            try await store.recordServed([], to: "anna", context: nil, recommendation: id, at: moment)
            await #expect(throws: PlaylistError.notRecommended([ids[0]], by: id)) {
                try await store.record(liked([ids[0]], of: id), of: "anna")
            }
        }
    }

    @Test func whatWasRememberedBeforeIdsProvedThemselvesStays() async throws {
        try await withTracks { _, store, ids in
            let old = "6f0c0a86-5f0e-4c1e-9d0a-0d7f6a1f2b3c"
            try await store.recordServed(
                [ids[0]], to: Listener.standard, context: nil, recommendation: old, at: moment)
            let recorded = try await store.record(liked([ids[0]], of: old), of: Listener.standard)
            #expect(recorded == 1)
        }
    }

    @Test func everyKeyVouchesAndTheNewestNames() async throws {
        try await withTracks { database, store, ids in
            let first = try #require(try await store.recommendationKey())
            let second = IdentifierKey()
            try await store.addRecommendationKey(second)
            try await store.addRecommendationKey(second)
            let newest = try await store.recommendationKey()
            #expect(newest?.textWithSecret == second.textWithSecret)
            for (place, key) in [first, second].enumerated() {
                let id = try identifier(key, for: Listener.anybody)
                let recorded = try await store.record(liked([ids[place]], of: id), of: Listener.standard)
                #expect(recorded == 1)
            }
            let session = try await database.session()
            try await session.execute("DELETE FROM recommendation_keys")
            let none = try await store.recommendationKey()
            #expect(none == nil)
            let id = try identifier(first, for: Listener.anybody)
            await #expect(throws: PlaylistError.unknownRecommendation(id, listener: Listener.standard)) {
                try await store.record(liked([ids[2]], of: id), of: Listener.standard)
            }
        }
    }

    @Test func eachInstallationHasAKeyOfItsOwn() async throws {
        var keys: Set<String> = []
        for _ in 0..<2 {
            let key = try await withEmptyDatabase { database in
                _ = try await Migrator(database.configuration).migrate()
                return try await database.store.recommendationKey()?.textWithSecret
            }
            keys.insert(try #require(key))
        }
        #expect(keys.count == 2)
    }
}
