import Catalog
import Foundation
import Postgres
import Storage
import TestSupport
import Testing

@testable import Sampling

private let now = Date(timeIntervalSince1970: 1_790_000_000)
private let mbid = ExternalID(namespace: "mbid", value: "b1a9c0e9-d987-4042-ae91-78d6a3267d69")

private func withTracks(_ body: @Sendable (PostgresStore, [TrackID]) async throws -> Void) async throws {
    try await withTestDatabase { store in
        try await store.load([
            .track(TrackRecord(ids: [spotify(1)], name: "One", artists: [ArtistRecord(name: "Ana")])),
            .track(TrackRecord(ids: [spotify(2), mbid], name: "Two", artists: [ArtistRecord(name: "Ana")])),
            .track(
                TrackRecord(
                    ids: [spotify(3), .isrc("GBAFL1600378")], name: "Three", artists: [ArtistRecord(name: "Bo")])),
            .track(TrackRecord(ids: [spotify(4)], name: "Four (Remastered)", artists: [ArtistRecord(name: "Cy")])),
        ])
        var ids: [TrackID] = []
        for number in 1...4 { ids.append(try #require(try await store.trackID(for: spotify(number)))) }
        try await body(store, ids)
    }
}

private func similar(_ name: String, _ artist: String, _ similarity: Double, _ ids: [ExternalID] = []) -> SimilarTrack {
    SimilarTrack(ids: ids, name: name, artist: artist, similarity: similarity)
}

@Suite("What is held similar, in the database") struct SimilarityStoreTests {
    @Test func tracksAreFoundByIDByISRCAndByName() async throws {
        try await withTracks { store, ids in
            let kept = try await store.keep(
                [
                    ids[0]: [
                        similar("elsewhere", "unknown", 1, [mbid]),
                        similar("", "", 0.5, [.isrc("GBAFL1600378")]),
                        similar("Four", "CY", 0.25), similar("Five", "Cy", 0.9), similar("One", "Ana", 0.9),
                    ]
                ], by: "lastfm", at: now)
            #expect(kept == 3)
            let found = try await store.similar(to: [ids[0]], by: "lastfm", limit: 10)
            #expect(
                found == [
                    SimilarityMatch(track: ids[1], similarity: 1), SimilarityMatch(track: ids[2], similarity: 0.5),
                    SimilarityMatch(track: ids[3], similarity: 0.25),
                ])
            let fewer = try await store.similar(to: [ids[0]], by: "lastfm", limit: 1)
            let others = try await store.similar(to: [ids[0]], by: "listenbrainz", limit: 10)
            #expect(fewer.map(\.track) == [ids[1]] && others.isEmpty)
        }
    }

    @Test func whatASourceSaysReplacesWhatItSaidOfTheSameTrack() async throws {
        try await withTracks { store, ids in
            try await store.keep(
                [ids[0]: [similar("Three", "Bo", 1)], ids[1]: [similar("Three", "Bo", 0.5)]], by: "a", at: now)
            try await store.keep([ids[0]: [similar("Three", "Bo", 0.5)]], by: "b", at: now)
            try await store.keep([ids[0]: [similar("Four", "Cy", 0.25)]], by: "a", at: now)
            let first = try await store.similar(to: [ids[0]], by: "a", limit: 10)
            let second = try await store.similar(to: [ids[1]], by: "a", limit: 10)
            let other = try await store.similar(to: [ids[0]], by: "b", limit: 10)
            #expect(first.map(\.track) == [ids[3]] && second.map(\.track) == [ids[2]] && other.map(\.track) == [ids[2]])
        }
    }

    @Test func similarityCountsBothWaysAndNeverForASeed() async throws {
        try await withTracks { store, ids in
            try await store.keep(
                [
                    ids[0]: [similar("Two", "Ana", 0.5), similar("Three", "Bo", 0.25)],
                    ids[1]: [similar("Three", "Bo", 1)],
                ],
                by: "a", at: now)
            let back = try await store.similar(to: [ids[2]], by: "a", limit: 10)
            #expect(back.map(\.track) == [ids[1], ids[0]] && back.map(\.similarity) == [1, 0.25])
            let both = try await store.similar(to: [ids[0], ids[1]], by: "a", limit: 10)
            #expect(both == [SimilarityMatch(track: ids[2], similarity: 1)])
        }
    }

    @Test func favouritesAreReplacedAndCountAsHeard() async throws {
        try await withTracks { store, ids in
            try await store.keep(Favourites(span: "short_term", tracks: [spotify(3), spotify(4)]), of: "me", at: now)
            try await store.keep(
                Favourites(span: "short_term", tracks: [spotify(2), spotify(9), spotify(1)]), of: "me", at: now)
            try await store.keep(Favourites(span: "long_term", tracks: [spotify(1)]), of: "me", at: now)
            let heard = try await store.listening(of: Listener.standard, context: nil, at: now)
            #expect(heard.map(\.track) == [ids[0], ids[1]] && heard.allSatisfy { $0.plays == 0 && $0.history.isKnown })
            // Two weeks and half a year before are the middles of what is counted over.
            let decay = { (days: Double) in pow(0.5, days / ListenedTrack.halfLife) }
            let expected = [5 * decay(14) / 3.0.squareRoot() + 5 * decay(180), 5 * decay(14)]
            for (track, affinity) in zip(heard, expected) { #expect(abs(track.affinity - affinity) < 1e-6) }
            #expect(heard[0].history.played == now.timeIntervalSince1970 - 14 * 86_400)
            _ = try await store.addListener("other")
            let others = try await store.listening(of: "other", context: nil, at: now)
            #expect(others.isEmpty)
        }
    }

    @Test func mentionsOfASourceCountWhereTheCatalogHasThem() async throws {
        try await withTracks { store, ids in
            let mentions = [
                MentionRecord(title: "One", artist: "Ana", line: 1),
                MentionRecord(ids: [.isrc("GBAFL1600378")], line: 2),
                MentionRecord(title: "Nine", artist: "Ana", line: 3),
                MentionRecord(title: "One", artist: "Ana", line: 4),
            ]
            try await store.note(mentions, from: "files:a")
            try await store.note(mentions, from: "files:a")
            try await store.note([spotify(1)], from: "liked")
            let overlap = try await store.overlap(of: ["files:a", "liked"])
            #expect(overlap.tallies.map(\.tracks) == [2, 1] && overlap.tallies.map(\.onlyHere) == [1, 0])
            #expect(overlap.tracks == 2)
            let merged = try await store.merged(["files:a", "liked"], after: TrackID(rawValue: 0), limit: 10)
            #expect(merged.map(\.track) == [ids[0], ids[2]] && merged[0].sources == ["files:a", "liked"])
        }
    }
}
