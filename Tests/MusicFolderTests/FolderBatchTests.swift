import Catalog
import Postgres
import SoundDocument
import Storage
import TestSupport
import Testing

@testable import MusicFolder

@Suite struct FolderBatchTests {
    /// A recording's document with a fingerprint; `flips` of the bits of each number differ from the plain one.
    private func document(flips: Int, tags: [String: String] = ["title": "One"]) -> SoundDocument {
        let plain = Statistic(mean: 1, deviation: 1)
        let (twenty, seven) = (Array(repeating: Float(1), count: 20), Array(repeating: Float(1), count: 7))
        let timbre = Timbre(
            mfcc: VectorStatistic(mean: twenty, deviation: twenty), mfccDelta: twenty, centroid: plain, spread: plain,
            rolloff: plain, flatness: plain, flux: plain, contrast: VectorStatistic(mean: seven, deviation: seven),
            zeroCrossings: plain, harmonicRatio: 0)
        let loudness = Loudness(integrated: -14, range: 5, truePeak: -1, rms: plain, crest: 12, complexity: 2)
        let chroma = VectorStatistic(mean: Array(repeating: 0.5, count: 12), deviation: Array(repeating: 0, count: 12))
        let print = (0..<200).map { place in
            // Another number at each place, so that no shift of one print is like another.
            (UInt32(truncatingIfNeeded: place &* 0x9e37_79b9) ^ UInt32(place << 7)) ^ ((1 << UInt32(flips)) - 1)
        }
        return SoundDocument(
            file: SoundFile(
                container: "wav", codec: "pcm", sampleRate: 44_100, channels: 1, bitRate: nil, duration: 30, failures: 0
            ),
            tags: tags, fingerprint: SoundFingerprint(seconds: 30, values: print),
            descriptors: SoundDescriptors(
                rhythm: Rhythm(tempo: nil, onsetRate: 1, beats: 0, beatRegularity: nil),
                tonality: Tonality(key: nil, tuning: 0, chroma: chroma), loudness: loudness, timbre: timbre,
                sections: [Section(start: 0, duration: 30, level: -10, centroid: 1_000, likeness: nil)]))
    }

    private func file(_ name: String) -> MusicFile {
        MusicFile(path: "/music/\(name)", size: 1, modified: 1, content: name, version: SoundDocument.currentVersion)
    }

    /// A is like B and B like C, but C is no more like A: an eighth of the bits differ, and then a quarter.
    @Test func aCopyOfACopyIsTheSameTrack() async throws {
        try await withMigratedDatabase { database in
            var batch = FolderBatch(store: database.store)
            var gaps = FolderLedger.Gaps()
            try batch.add(file("a"), document(flips: 0))
            let second = batch.alike(file("b"), document(flips: 4))
            batch.add(file("b"), copyOf: file("a").place, document(flips: 4), filling: &gaps)
            let third = batch.alike(file("c"), document(flips: 8))
            batch.add(file("c"), copyOf: file("a").place, document(flips: 8), filling: &gaps)
            try await batch.commit()
            #expect(second == [file("a").place] && third == [file("b").place])
            let tracks = try await database.session().rows(
                "SELECT count(*), count(name) FROM tracks"
            ) { (try $0[0] as Int, try $0[1] as Int) }
            #expect(tracks[0] == (1, 1), "one track, and none without a name")
            for name in ["a", "b", "c"] {
                let id = try await database.store.trackID(for: file(name).trackID)
                #expect(id != nil)
            }
        }
    }

    /// Everything that tags decide of each track.
    private func facts(_ database: TestDatabase) async throws -> [String] {
        try await database.session().rows(
            """
            SELECT concat_ws('|', t.name, b.name, t.released, t.track_number, t.disc_number, t.genres::text, t.search_text,
                (SELECT string_agg(a.name, ',') FROM track_artists c JOIN artists a ON a.id = c.artist_id
                    WHERE c.track_id = t.id),
                (SELECT string_agg(x.namespace || ':' || x.value, ',' ORDER BY x.namespace) FROM external_ids x
                    WHERE x.kind = 'track' AND x.entity_id = t.id))
            FROM tracks t LEFT JOIN albums b ON b.id = t.album_id ORDER BY t.id
            """
        ) { try $0[0] as String }
    }

    private func take(_ tags: [String: String], as name: String = "a", _ database: TestDatabase) async throws {
        var batch = FolderBatch(store: database.store)
        try batch.add(file(name), document(flips: 0, tags: tags))
        try await batch.commit()
    }

    private static let full = [
        "title": "Plum", "artist": "Somebody", "album": "Fruit", "date": "1990", "genre": "Jazz", "track": "3",
        "disc": "1", "isrc": "USRC17607839", "musicbrainz_trackid": "11111111-2222-3333-4444-555555555555",
    ]

    @Test func whatTagsSayNoMoreIsNoLongerSo() async throws {
        try await withMigratedDatabase { database in
            try await take(Self.full, database)
            let before = try await facts(database)
            #expect(
                before == [
                    "Plum|Fruit|1990|3|1|{jazz}|plum somebody|Somebody|file:/music/a,isrc:USRC17607839,"
                        + "mbid:11111111-2222-3333-4444-555555555555"
                ])
            try await take(["isrc": "GBAYE0601498"], database)
            let after = try await facts(database)
            #expect(after == ["a|{}|a|file:/music/a,isrc:GBAYE0601498"])
            try await take(Self.full, database)
            let again = try await facts(database)
            #expect(again == before)
        }
    }

    @Test func everyIDThatAFileBroughtSaysSo() async throws {
        try await withMigratedDatabase { database in
            try await take(Self.full, database)
            let id = try #require(try await database.store.trackID(for: file("a").trackID))
            let facts = try #require(try await database.store.facts(of: id))
            #expect(facts.idOrigins.map(\.id.namespace) == ["file", "isrc", "mbid"])
            #expect(facts.idOrigins.allSatisfy { $0.source.name == "analyze" })
        }
    }

    @Test func whatOthersSayOfATrackStays() async throws {
        try await withMigratedDatabase { database in
            try await take(["title": "Plum", "isrc": "USRC17607839"], database)
            let session = try await database.store.beginImport(of: ImportSource(name: "spotify", authority: .service))
            try await session.append([
                .track(
                    TrackRecord(
                        ids: [file("a").trackID, .isrc("GBAYE0601498")], artists: [ArtistRecord(name: "Known")],
                        genres: ["folk"]))
            ])
            _ = try await session.commit()
            try await take([:], database)
            let left = try await facts(database)
            #expect(left == ["a|{folk}|a known|Known|file:/music/a,isrc:GBAYE0601498"])
        }
    }

    /// Said before the file was heard, or since; a title of files themselves follows them.
    @Test(arguments: [true, false])
    func theNameOfAFileReplacesNoTitleOfOthers(_ isSaidBefore: Bool) async throws {
        let recording = ExternalID(namespace: "mbid", value: Self.full["musicbrainz_trackid"] ?? "")
        let record = CatalogRecord.track(TrackRecord(ids: [recording], name: "Plum"))
        try await withMigratedDatabase { database in
            if isSaidBefore {
                try await imports([record], as: Self.spotify, database)
            } else {
                try await take(["title": "Prune", "musicbrainz_trackid": recording.value], database)
                try await take(["musicbrainz_trackid": recording.value], database)
                let named = try await facts(database)
                #expect(named.map { $0.hasPrefix("a|") } == [true])
                try await imports([record], as: Self.spotify, database)
            }
            try await take(["musicbrainz_trackid": recording.value], database)
            let both = try await facts(database)
            #expect(both == ["Plum|{}|plum|file:/music/a,mbid:\(recording.value)"])
            _ = try await database.store.forget([file("a").path], provider: MusicFile.provider)
            let left = try await facts(database)
            #expect(left == ["Plum|{}|plum|mbid:\(recording.value)"])
        }
    }

    @Test func anISRCGoesFromOneFileToAnother() async throws {
        try await withMigratedDatabase { database in
            try await take(["isrc": "USRC17607839"], database)
            var batch = FolderBatch(store: database.store)
            try batch.add(file("a"), document(flips: 0, tags: [:]))
            try batch.add(file("b"), document(flips: 0, tags: ["isrc": "USRC17607839"]))
            try await batch.commit()
            let found = try await facts(database)
            #expect(found == ["a|{}|a|file:/music/a", "b|{}|b|file:/music/b,isrc:USRC17607839"])
        }
    }

    @Test func anIDThatNobodyHasAnyMoreIsGivenToTheFirstFileThatNamesIt() async throws {
        try await withMigratedDatabase { database in
            for name in ["c", "b", "d"] { try await take(["isrc": "USRC17607839"], as: name, database) }
            let none = try await database.store.unheldIDs()
            #expect(none.isEmpty)
            _ = try await database.store.forget([file("c").path], provider: MusicFile.provider)
            let free = try await database.store.unheldIDs()
            #expect(free.map(\.path) == [file("b").path] && free.map(\.id) == [.isrc("USRC17607839")])
            try await FolderBatch.grantIDs(in: database.store)
            let found = try await facts(database)
            #expect(found == ["b|{}|b|file:/music/b,isrc:USRC17607839", "d|{}|d|file:/music/d"])
        }
    }

    /// Whether a batch, or a run, ends between them or not: it is left to the first, and waits for the second.
    @Test(arguments: [true, false])
    func twoRecordingsOfOneMusicBrainzIDAreTwoTracks(_ isOneBatch: Bool) async throws {
        let id = "11111111-2222-3333-4444-555555555555"
        try await withMigratedDatabase { database in
            var batch = FolderBatch(store: database.store)
            for name in ["a", "b"] {
                let tags = ["title": name, "musicbrainz_trackid": id]
                if isOneBatch {
                    try batch.add(file(name), document(flips: 0, tags: tags))
                } else {
                    try await take(tags, as: name, database)
                }
            }
            try await batch.commit()
            let both = try await facts(database).sorted()
            #expect(both == ["a|{}|a|file:/music/a,mbid:\(id)", "b|{}|b|file:/music/b"])
            _ = try await database.store.forget([file("a").path], provider: MusicFile.provider)
            try await FolderBatch.grantIDs(in: database.store)
            let left = try await facts(database)
            #expect(left == ["b|{}|b|file:/music/b,mbid:\(id)"])
        }
    }

    @Test func aTrackWithoutFilesIsTakenForThatOfItsMusicBrainzID() async throws {
        let id = ExternalID(namespace: "mbid", value: "11111111-2222-3333-4444-555555555555")
        try await withMigratedDatabase { database in
            let session = try await database.store.beginImport(of: ImportSource(name: "service", authority: .service))
            try await session.append([.track(TrackRecord(ids: [id], name: "Known"))])
            _ = try await session.commit()
            let before = try await database.store.trackID(for: id)
            try await take(["musicbrainz_trackid": id.value], database)
            let after = try await database.store.trackID(for: file("a").trackID)
            #expect(before != nil && after == before)
        }
    }

    @Test func twoRecordingsOfOneBatchAreNotBothTakenForATrackOfTheirMusicBrainzID() async throws {
        let id = ExternalID(namespace: "mbid", value: "11111111-2222-3333-4444-555555555555")
        try await withMigratedDatabase { database in
            let session = try await database.store.beginImport(of: ImportSource(name: "service", authority: .service))
            try await session.append([.track(TrackRecord(ids: [id], name: "Known"))])
            _ = try await session.commit()
            var batch = FolderBatch(store: database.store)
            let tags = ["musicbrainz_trackid": id.value]
            try batch.add(file("a"), document(flips: 0, tags: tags.merging(["title": "Plum"]) { $1 }))
            try batch.add(file("b"), document(flips: 0, tags: tags))
            try await batch.commit()
            let both = try await facts(database).sorted()
            #expect(both == ["Plum|{}|plum|file:/music/a,mbid:\(id.value)", "b|{}|b|file:/music/b"])
        }
    }

    @Test func aTrackThatOnlyItsFilesNamedLeavesWithThem() async throws {
        try await withMigratedDatabase { database in
            try await take(Self.full, database)
            let removed = try await database.store.forget([file("a").path], provider: MusicFile.provider)
            #expect(removed == 1)
            let left = try await database.session().rows("SELECT value FROM external_ids WHERE kind = 'track'") {
                try $0[0] as String
            }
            #expect(left.isEmpty)
        }
    }

    private func imports(_ records: [CatalogRecord], as source: ImportSource, _ database: TestDatabase) async throws {
        let session = try await database.store.beginImport(of: source)
        try await session.append(records)
        _ = try await session.commit()
    }

    private static let spotify = ImportSource(name: "spotify", authority: .service)

    @Test func aTrackThatOthersNameKeepsItsTitleAndWhatTheySay() async throws {
        let id = ExternalID.spotify("4uLU6hMCjMI75M1A2tKUQC")
        try await withMigratedDatabase { database in
            try await take(Self.full, database)
            let record = TrackRecord(ids: [file("a").trackID, id], popularity: 50, genres: ["folk"])
            try await imports([.track(record)], as: Self.spotify, database)
            let before = try await database.store.trackID(for: id)
            let removed = try await database.store.forget([file("a").path], provider: MusicFile.provider)
            #expect(removed == 0)
            let after = try await database.store.trackID(for: id)
            #expect(before != nil && after == before)
            let left = try await facts(database)
            #expect(left == ["Plum|{folk}|plum|spotify:\(id.value)"])
            let others = try await database.session().rows(
                """
                SELECT (SELECT count(*) FROM audio_features) + (SELECT count(*) FROM sound_descriptors), duration_ms,
                    popularity FROM tracks
                """
            ) { (try $0[0] as Int, try $0[1] as Int?, try $0[2] as Int?) }
            #expect(others.count == 1 && others[0] == (0, nil, 50))
        }
    }

    /// By the id that the file brought, or by one of its own; the second time there is nothing to take over.
    @Test(arguments: [true, false])
    func whatAServiceSaysAsWellStaysWhenTheFileGoes(_ isNamedByTheFilesID: Bool) async throws {
        let recording = ExternalID(namespace: "mbid", value: Self.full["musicbrainz_trackid"] ?? "")
        let isrc = ExternalID.isrc("USRC17607839")
        let somebody = [ArtistRecord(name: "Somebody")]
        let record = TrackRecord(
            ids: isNamedByTheFilesID
                ? [recording, isrc] : [ExternalID.spotify("4uLU6hMCjMI75M1A2tKUQC"), recording, isrc],
            name: "Plum", artists: somebody, album: AlbumRecord(name: "Fruit", released: ReleaseDate("1990")),
            genres: ["jazz"])
        try await withMigratedDatabase { database in
            try await take(Self.full, database)
            try await imports([.track(record)], as: Self.spotify, database)
            let count = "SELECT count(*) FROM imports"
            let once = try await database.session().first(SQL(unsafeRaw: count)) { try $0[0] as Int }
            try await imports([.track(record)], as: Self.spotify, database)
            let twice = try await database.session().first(SQL(unsafeRaw: count)) { try $0[0] as Int }
            #expect(once == twice)
            let before = try await database.store.trackID(for: recording)
            let removed = try await database.store.forget([file("a").path], provider: MusicFile.provider)
            let after = try await database.store.trackID(for: recording)
            #expect(removed == 0 && before != nil && after == before)
            let left = try await facts(database)
            let own = isNamedByTheFilesID ? "" : ",spotify:4uLU6hMCjMI75M1A2tKUQC"
            #expect(
                left == [
                    "Plum|Fruit|{jazz}|plum somebody|Somebody|\(isrc.namespace):\(isrc.value),mbid:\(recording.value)\(own)"
                ])
            let dated = try await names(database)
            #expect(dated == ["Fruit 1990", "Somebody"])
        }
    }

    /// Albums with their dates, and artists.
    private func names(_ database: TestDatabase) async throws -> [String] {
        _ = try await database.store.tidy([], provider: MusicFile.provider)
        return try await database.session().rows(
            """
            SELECT concat_ws(' ', name, released) AS name FROM albums UNION ALL SELECT name FROM artists ORDER BY 1
            """
        ) { try $0[0] as String }
    }

    @Test func anAlbumHasTheDateThatItsFilesStillHave() async throws {
        try await withMigratedDatabase { database in
            try await take(["album": "Fruit", "date": "1990"], database)
            try await take(["album": "Fruit", "date": "1991"], as: "b", database)
            let both = try await names(database)
            #expect(both == ["Fruit 1991"])
            let watermark = try await database.session().first("SELECT max(changed_in::text::bigint) FROM tracks") {
                try $0[0] as Int
            }
            try await take(["album": "Fruit"], as: "b", database)
            let one = try await names(database)
            #expect(one == ["Fruit 1990"])
            let changed = try await database.session().rows(
                "SELECT id FROM tracks WHERE changed_in::text::bigint > \(watermark ?? 0)"
            ) { try $0[0] as Int }
            #expect(changed.count == 2, "the year of both tracks is that of the album")
            try await take(["album": "Fruit"], database)
            let none = try await names(database)
            #expect(none == ["Fruit"])
        }
    }

    @Test func theDateThatAServiceGivesATrackIsNotThatOfItsAlbum() async throws {
        let (first, second) = (file("a").trackID, file("b").trackID)
        try await withMigratedDatabase { database in
            try await take(["album": "Fruit", "date": "1990"], database)
            try await take(["album": "Fruit"], as: "b", database)
            let later = TrackRecord(ids: [second], released: ReleaseDate("2010"))
            try await imports([.track(later)], as: Self.spotify, database)
            let both = try await names(database)
            #expect(both == ["Fruit 1990"])
            let same = TrackRecord(ids: [first], released: ReleaseDate("1990"))
            try await imports([.track(same)], as: Self.spotify, database)
            let confirmed = try await names(database)
            #expect(confirmed == ["Fruit 1990"], "the file says so still")
            _ = try await database.store.forget([file("a").path], provider: MusicFile.provider)
            let left = try await names(database)
            #expect(left == ["Fruit"])
        }
    }

    @Test func albumsAndArtistsThatNothingNamesLeaveWithTheFiles() async throws {
        let tags = ["artist": "Somebody; Other", "album": "Fruit", "album_artist": "Various"]
        try await withMigratedDatabase { database in
            try await take(tags, database)
            try await take(["artist": "Somebody"], as: "b", database)
            let before = try await names(database)
            #expect(before == ["Fruit", "Other", "Somebody", "Various"])
            try await take([:], database)
            let after = try await names(database)
            #expect(after == ["Somebody"], "another file still names it")
            _ = try await database.store.forget([file("b").path], provider: MusicFile.provider)
            let left = try await names(database)
            #expect(left.isEmpty)
        }
    }

    /// What others made, said something of, or gave an id, and what other tracks name.
    @Test func albumsAndArtistsOfOthersStay() async throws {
        let tags = ["artist": "Known; Named; Liked; Shared", "album": "Fruit", "date": "1990"]
        let plain = ImportSource(name: "table", authority: .table)
        try await withMigratedDatabase { database in
            try await imports([.artist(ArtistRecord(name: "Known"))], as: plain, database)
            try await take(tags, database)
            try await take(["artist": "Lone", "album": "Plain"], as: "b", database)
            let named = ArtistRecord(
                name: "Named", id: ExternalID(namespace: "spotify", value: "7dGJo4pcD2V6oG8kP0tJRR"))
            let liked = ArtistRecord(name: "Liked", genres: ["folk"])
            let track = TrackRecord(
                ids: [.isrc("GBAYE0601498")], name: "Peel", artists: [ArtistRecord(name: "Shared")],
                album: AlbumRecord(name: "Fruit", artists: [ArtistRecord(name: "Shared")]))
            let album = AlbumRecord(name: "Plain", released: ReleaseDate("2001"), artists: [ArtistRecord(name: "Lone")])
            try await imports(
                [.artist(named), .artist(liked), .track(track), .album(album)], as: Self.spotify, database)
            let before = try await names(database)
            #expect(before == ["Fruit", "Fruit 1990", "Known", "Liked", "Lone", "Named", "Plain 2001", "Shared"])
            _ = try await database.store.forget(["a", "b"].map { file($0).path }, provider: MusicFile.provider)
            let after = try await names(database)
            #expect(after == ["Fruit", "Known", "Liked", "Lone", "Named", "Plain 2001", "Shared"])
        }
    }

    @Test func aFeatureThatIsNoLongerMeasuredIsMissing() async throws {
        try await withMigratedDatabase { database in
            try await take([:], database)
            var silent = document(flips: 0, tags: [:])
            silent.descriptors.loudness.integrated = nil
            var batch = FolderBatch(store: database.store)
            try batch.add(file("a"), silent)
            try await batch.commit()
            let rows = try await database.session().rows("SELECT loudness, duration_ms FROM audio_features") {
                (try $0[0] as Float?, try $0[1] as Float?)
            }
            #expect(rows.count == 1 && rows[0].0 == nil && rows[0].1 == 30_000)
        }
    }

    @Test func aCopySaysWhatTheOriginalLacksAndNoMore() async throws {
        try await withMigratedDatabase { database in
            var batch = FolderBatch(store: database.store)
            let bare = document(flips: 0, tags: ["album": "Untitled"])
            let full = document(flips: 0, tags: ["title": "Plum", "artist": "Somebody", "isrc": "USRC17607839"])
            let other = document(flips: 0, tags: ["title": "Prune", "artist": "Other", "isrc": "GBAYE0601498"])
            var gaps = FileTags(bare.tags).gaps
            try batch.add(file("a"), bare)
            batch.add(file("b"), copyOf: file("a").place, full, filling: &gaps)
            batch.add(file("c"), copyOf: file("a").place, other, filling: &gaps)
            try await batch.commit()
            let rows = try await database.session().rows(
                """
                SELECT t.name, (SELECT string_agg(a.name, ',') FROM track_artists c JOIN artists a ON a.id = c.artist_id
                    WHERE c.track_id = t.id), (SELECT string_agg(x.value, ',') FROM external_ids x
                    WHERE x.kind = 'track' AND x.entity_id = t.id AND x.namespace = 'isrc') FROM tracks t
                """
            ) { [try $0[0] as String?, try $0[1] as String?, try $0[2] as String?] }
            #expect(rows == [["Plum", "Somebody", "USRC17607839"]])
        }
    }
}
