import Catalog
import Postgres
import TestSupport
import Testing

@testable import Storage

@Suite struct MentionTests {
    private static let catalog: [CatalogRecord] = [
        .track(
            TrackRecord(
                ids: [spotify(1), .isrc("GBAFL1600378")], name: "Signal", artists: [ArtistRecord(name: "SOHN")],
                duration: 250_000)),
        .track(
            TrackRecord(
                ids: [spotify(2)], name: "Halo", artists: [ArtistRecord(name: "Beyonc\u{e9}")], duration: 261_000)),
        .track(
            TrackRecord(
                ids: [spotify(3)], name: "Halo (Live)", artists: [ArtistRecord(name: "Beyonc\u{e9}")], duration: 300_000
            )),
        .track(
            TrackRecord(
                ids: [spotify(4)], name: "Halo", artists: [ArtistRecord(name: "Beyonc\u{e9}")], duration: 262_500)),
        .track(
            TrackRecord(
                ids: [ExternalID(namespace: "file", value: "/m/x.mp3")], name: "X", artists: [ArtistRecord(name: "Y")])),
    ]

    private func mention(
        _ artist: String?, _ title: String?, _ duration: Int? = nil, ids: [ExternalID] = [], line: Int = 1
    ) -> MentionRecord {
        MentionRecord(ids: ids, title: title, artist: artist, duration: duration, line: line)
    }

    /// The tracks that an entry for each mention names, and the report.
    private func match(_ mentions: [MentionRecord], tolerance: Int = 5_000) async throws -> (
        [ExternalID?], ImportMatching
    ) {
        var found: ([ExternalID?], ImportMatching) = ([], ImportMatching())
        try await withTestDatabase { store in
            try await store.load(Self.catalog)
            let session = try await store.beginImport(
                of: ImportSource(name: "t", authority: .table, durationTolerance: tolerance, maximumUnmatched: 2))
            try await session.append(mentions.map { .mention($0) })
            let saved = mentions.enumerated().map { place, mention in
                CatalogRecord.play(
                    PlayRecord(track: mention.handle, source: "t", playedAt: 1_000 + Double(place), kind: .played))
            }
            try await session.append(saved)
            let counts = try await session.commit()
            #expect(counts.newPlays + counts.unresolved == mentions.count)
            let rows = try await store.withSession { session in
                try await session.rows(
                    """
                    SELECT extract(epoch FROM played_at)::bigint - 1000, x.namespace, x.value FROM plays p
                    JOIN external_ids x ON x.kind = 'track' AND x.entity_id = p.track_id AND x.namespace <> 'isrc'
                    """
                ) { (place: try $0[0] as Int, id: ExternalID(namespace: try $0[1], value: try $0[2])) }
            }
            let ids = Dictionary(uniqueKeysWithValues: rows.map { ($0.place, $0.id) })
            let all = mentions.indices.map { ids[$0] }
            await Result.shared.set((all, counts.matching))
        }
        found = await Result.shared.value
        return found
    }

    private actor Result {
        static let shared = Result()
        var value: ([ExternalID?], ImportMatching) = ([], ImportMatching())
        func set(_ value: ([ExternalID?], ImportMatching)) { self.value = value }
    }

    @Test func mentionsAreFoundByIDThenISRCThenName() async throws {
        let file = ExternalID(namespace: "file", value: "/m/x.mp3")
        let (ids, matching) = try await match([
            mention(nil, nil, ids: [file]), mention("Wrong", "Wrong", ids: [.isrc("GBAFL1600378")]),
            mention("BEYONCE", "halo", 262_400),
            mention("Beyonc\u{e9} feat. Nobody", "Halo - Remastered 2011", 261_000),
            mention("Beyonc\u{e9}, Jay-Z", "Halo"), mention("Nobody", "Halo", line: 7),
            mention("SOHN", "Other", line: 9),
            mention("SOHN", "Third", line: 10),
        ])
        #expect(ids[0] == file && ids[1] == spotify(1) && ids[2] == spotify(4))
        #expect(ids[3] == spotify(2) && ids[4] == spotify(2))
        #expect(ids[5...].allSatisfy { $0 == nil })
        #expect((matching.byID, matching.byISRC, matching.byName, matching.notFound) == (1, 1, 3, 3))
        #expect(matching.unmatched.map(\.line) == [7, 9] && matching.unmatched[0].artist == "Nobody")
    }

    @Test(arguments: [
        (5_000, 257_000, spotify(2)), (100, 257_000, nil), (5_000, 400_000, nil), (0, 261_000, spotify(2)),
    ])
    func lengthsMustAgreeWithinTheTolerance(tolerance: Int, duration: Int, expected: ExternalID?) async throws {
        var matcher = MentionMatcher(
            [MentionMatcher.Wanted(value: "v", mention: mention("Beyonce", "Halo", duration))], tolerance: tolerance)
        matcher.consider(.init(id: 4, artist: "Beyonc\u{e9}", title: "Halo", duration: 262_500))
        matcher.consider(.init(id: 2, artist: "Beyonc\u{e9}", title: "Halo", duration: 261_000))
        #expect(matcher.matches.map(\.id) == (expected == nil ? [] : [2]))
        #expect(matcher.unmatched.count == (expected == nil ? 1 : 0))
    }

    @Test func playsAreKnownBySourceMomentAndTrack() async throws {
        try await withMigratedDatabase { database in
            let plays: [CatalogRecord] = (0..<6).map { number in
                .play(
                    PlayRecord(
                        track: spotify(1 + number % 2), source: number < 3 ? "spotify" : "listenbrainz",
                        playedAt: 1_600_000_000, kind: .skipped, heard: 900, reason: "fwdbtn", offline: false))
            }
            let counts = try await database.store.load(Self.catalog + plays)
            #expect(counts.newPlays == 4)
            let before = try await database.checksums()
            #expect(try await database.store.load(plays).isUnchanged)
            #expect(try await database.checksums() == before)
            let session = try await database.session()
            try await session.execute("DELETE FROM tracks WHERE name = 'Signal'")
            #expect(try await database.count("plays") == 2)
        }
    }
}
