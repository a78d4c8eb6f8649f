import Catalog
import Features
import Foundation
import Postgres
import Storage
import Synchronization
import TestSupport
import Testing

private let moment = Date(timeIntervalSince1970: 1_800_000_000)

@Suite struct ResponseStoreTests {
    @Test func answersAndMissesSurviveInTheDatabase() async throws {
        try await withTestDatabase { store in
            let end = moment.addingTimeInterval(60)
            let given = [
                "a": RememberedResponse(body: #"{"n": "Ü,\"1\" {}"}"#, expiresAt: end),
                "b": RememberedResponse(body: nil, expiresAt: end),
            ]
            try await store.remember(given, of: "s")
            #expect(try await store.responses(of: "s", keys: ["a", "b", "c"], at: moment) == given)
            #expect(try await store.responses(of: "t", keys: ["a"], at: moment).isEmpty)
            #expect(try await store.responses(of: "s", keys: [], at: moment).isEmpty)
            #expect(try await store.responses(of: "s", keys: ["a"], at: end).isEmpty)
        }
    }

    @Test func laterAnswersReplaceEarlierOnesAndExpiredOnesGo() async throws {
        try await withTestDatabase { store in
            let soon = moment.addingTimeInterval(10)
            let later = moment.addingTimeInterval(100)
            try await store.remember(
                ["a": .init(body: "1", expiresAt: soon), "b": .init(body: "2", expiresAt: soon)], of: "s")
            try await store.remember(["a": .init(body: nil, expiresAt: later)], of: "s")
            #expect(try await store.responses(of: "s", keys: ["a"], at: moment)["a"]?.body == .some(nil))
            #expect(try await store.forgetResponses(expiredBefore: moment.addingTimeInterval(50)) == 1)
            #expect(try await store.responses(of: "s", keys: ["a", "b"], at: moment).keys.sorted() == ["a"])
        }
    }
}

@Suite struct EnrichmentStoreTests {
    private func lacking(
        _ store: PostgresStore, version: String = "1", namespaces: [String] = ["spotify"], after id: Int64 = 0,
        at date: Date = moment
    ) async throws -> [EnrichmentSubject] {
        try await store.subjects(
            lacking: "s", version: version, namespaces: namespaces, after: TrackID(rawValue: id), limit: 100, at: date)
    }

    private func load(_ store: PostgresStore) async throws -> [TrackID] {
        try await store.load(
            (1...3).map { number in
                .track(
                    TrackRecord(
                        ids: [spotify(number)] + (number == 2 ? [.isrc("QZFAK0000002")] : []), name: "Song \(number)",
                        artists: [ArtistRecord(name: "A"), ArtistRecord(name: "B")], duration: number * 1_000))
            })
        return try await store.allTracks().map(\.id)
    }

    private func enrichment(_ track: TrackID, source: String = "s", _ value: EnrichmentValue = .flag(true))
        -> Enrichment
    {
        Enrichment(
            track: track, source: source, version: "1", categories: ["c": value], confidence: 0.85, updatedAt: moment)
    }

    @Test func subjectsCarryWhatAProviderNeeds() async throws {
        try await withTestDatabase { store in
            let ids = try await load(store)
            let subjects = try await lacking(store)
            #expect(subjects.map(\.id) == ids)
            #expect(
                subjects[1]
                    == EnrichmentSubject(
                        id: ids[1], externalIDs: [spotify(2), .isrc("QZFAK0000002")], name: "Song 2", artist: "A",
                        duration: 2_000))
            #expect(try await lacking(store, namespaces: ["isrc"]).map(\.id) == [ids[1]])
            #expect(try await lacking(store, namespaces: ["mbid"]).isEmpty)
            #expect(try await lacking(store, after: ids[1].rawValue).map(\.id) == [ids[2]])
        }
    }

    @Test func whatWasAskedIsNotAskedAgainUntilAMissIsDueOrTheVersionChanges() async throws {
        try await withTestDatabase { store in
            let ids = try await load(store)
            try await store.keep([enrichment(ids[0])])
            let end = moment.addingTimeInterval(100)
            try await store.rememberMisses([ids[1], ids[1]], of: "s", version: "1", until: end, at: moment)
            #expect(try await lacking(store).map(\.id) == [ids[2]])
            #expect(try await lacking(store, at: end).map(\.id) == [ids[1], ids[2]])
            #expect(try await lacking(store, version: "2").count == 3)
            #expect(
                try await store.enrichmentCounts() == [EnrichmentCount(source: "s", version: "1", found: 1, missed: 1)])
        }
    }

    private func postponed(
        _ store: PostgresStore, after seconds: TimeInterval, since begun: Date = .distantFuture
    ) async throws -> [TrackID] {
        try await store.postponed(
            by: "s", version: "1", namespaces: ["spotify"], since: begun, limit: 10,
            at: moment.addingTimeInterval(seconds)
        ).map(\.id)
    }

    private func due(_ store: PostgresStore, isGivenUpToo: Bool = false) async throws -> Date? {
        try await store.due(by: "s", version: "1", namespaces: ["spotify"], isGivenUpToo: isGivenUpToo)
    }

    @Test func whatFailsWhileOthersAreAnsweredIsGivenUpAndNoOther() async throws {
        try await withTestDatabase { store in
            let ids = try await load(store)
            try await store.keep([enrichment(ids[1])])
            for number in 1...6 {
                try await store.postpone(
                    [ids[0]], of: "s", version: "1", at: moment.addingTimeInterval(Double(number * 3_600)))
            }
            #expect(try await due(store) != nil, "the source answered about nobody since")
            #expect(try await postponed(store, after: 200_000, since: moment) == [ids[0]])
            var later = enrichment(ids[1])
            later.updatedAt = moment.addingTimeInterval(4_000)
            try await store.keep([later])
            #expect(try await due(store) != nil, "it has not been asked about since")
            try await store.postpone([ids[0]], of: "s", version: "1", at: moment.addingTimeInterval(25_000))
            #expect(try await due(store) == nil)
            #expect(try await due(store, isGivenUpToo: true) != nil)
            #expect(try await postponed(store, after: 200_000, since: moment).isEmpty)
            let next = try await postponed(store, after: 200_000, since: moment.addingTimeInterval(30_000))
            #expect(next == [ids[0]], "a later pass asks once more")
        }
    }

    @Test func whatIsPutOffStandsBehindAndComesBackEverMoreSeldom() async throws {
        try await withTestDatabase { store in
            let ids = try await load(store)
            try await store.postpone([ids[0], ids[0]], of: "s", version: "1", at: moment)
            #expect(try await lacking(store, at: moment.addingTimeInterval(1_000)).map(\.id) == [ids[1], ids[2]])
            #expect(try await postponed(store, after: 599).isEmpty)
            #expect(try await postponed(store, after: 600) == [ids[0]])
            try await store.postpone([ids[1]], of: "s", version: "1", at: moment.addingTimeInterval(10))
            try await store.postpone([ids[0]], of: "s", version: "1", at: moment.addingTimeInterval(600))
            #expect(try await postponed(store, after: 1_799) == [ids[1]])
            #expect(try await postponed(store, after: 1_800) == [ids[1], ids[0]], "asked about longest ago first")
            for _ in 0..<20 { try await store.postpone([ids[0]], of: "s", version: "1", at: moment) }
            #expect(try await postponed(store, after: 86_399) == [ids[1]])
            #expect(try await postponed(store, after: 86_400) == [ids[0], ids[1]])
            #expect(
                try await store.enrichmentCounts() == [EnrichmentCount(source: "s", version: "1", found: 0, missed: 0)])
            #expect(try await lacking(store, version: "2").count == 3, "another version asks anew")
            try await store.keep([enrichment(ids[0])])
            try await store.rememberMisses(
                [ids[1]], of: "s", version: "1", until: moment.addingTimeInterval(5), at: moment)
            #expect(try await postponed(store, after: 100_000).isEmpty)
            #expect(try await lacking(store, at: moment.addingTimeInterval(5)).map(\.id) == [ids[1], ids[2]])
        }
    }

    @Test func aMissThatWasFoundLaterIsAnEnrichment() async throws {
        try await withTestDatabase { store in
            let ids = try await load(store)
            try await store.rememberMisses(
                ids, of: "s", version: "1", until: moment.addingTimeInterval(1), at: moment)
            #expect(try await store.enrichments(EnrichmentFilter(), after: nil, limit: 9).isEmpty)
            try await store.keep([enrichment(ids[1])])
            #expect(try await store.enrichments(EnrichmentFilter(), after: nil, limit: 9) == [enrichment(ids[1])])
        }
    }

    @Test(arguments: [
        EnrichmentValue.text("a\"b\\c\nü"), .number(-0.125), .flag(false), .texts([]),
        .texts(["x", "{}", "NULL", "a,b"]),
    ])
    func everyKindOfValueComesBack(_ value: EnrichmentValue) async throws {
        try await withTestDatabase { store in
            let ids = try await load(store)
            try await store.keep([enrichment(ids[0], value)])
            #expect(
                try await store.enrichments(EnrichmentFilter(), after: nil, limit: 9).map(\.categories) == [
                    ["c": value]
                ])
        }
    }

    @Test func aListingIsPagedAndFiltered() async throws {
        try await withTestDatabase { store in
            let ids = try await load(store)
            let all = ids.flatMap { id in ["a", "b"].map { enrichment(id, source: $0) } }
            // A track that is gone, and one row given twice.
            try await store.keep(all.reversed() + [all[0], enrichment(TrackID(rawValue: 999_999))])
            var (listed, place) = ([Enrichment](), EnrichmentPlace?.none)
            while true {
                let page = try await store.enrichments(EnrichmentFilter(), after: place, limit: 4)
                guard let last = page.last else { break }
                listed += page
                place = EnrichmentPlace(track: last.track, source: last.source)
            }
            #expect(listed == all)
            let filtered = try await store.enrichments(
                EnrichmentFilter(track: ids[1], source: "b"), after: nil, limit: 9)
            #expect(filtered == [enrichment(ids[1], source: "b")])
            #expect(try await store.removeTrack(ids[1]))
            #expect(try await store.enrichments(EnrichmentFilter(), after: nil, limit: 9).count == 4)
        }
    }
}

@Suite struct CalibrationStoreTests {
    /// Forty tracks whose second provider has half of the first one's energy, and ten that only the second has.
    private func load(_ store: PostgresStore) async throws {
        try await store.load(
            (1...50).flatMap { number -> [CatalogRecord] in
                let track = TrackRecord(ids: [spotify(number)], name: "Song \(number)")
                var (own, other) = (AudioFeatures(), AudioFeatures())
                own[.energy] = Float(number) / 50
                other[.energy] = Float(number) / 100
                let second = FeaturesRecord(track: spotify(number), provider: "other", features: other)
                guard number <= 40 else { return [.track(track), .features(second)] }
                let first = FeaturesRecord(track: spotify(number), provider: "spotify", features: own)
                return [.track(track), .features(first), .features(second)]
            })
    }

    private func fit(_ store: PostgresStore) async throws -> ProviderCalibration {
        let pairs = try await store.sharedFeatures(of: "other", and: "spotify", limit: 1_000)
        return ProviderCalibration(provider: "other", reference: "spotify", pairs: pairs)
    }

    @Test func sharedTracksAreFound() async throws {
        try await withTestDatabase { store in
            try await load(store)
            #expect(
                try await store.featureProviders() == [
                    FeatureProviderCount(provider: "other", tracks: 50),
                    FeatureProviderCount(provider: "spotify", tracks: 40),
                ])
            let pairs = try await store.sharedFeatures(of: "other", and: "spotify", limit: 1_000)
            #expect(pairs.count == 40)
            #expect(pairs.allSatisfy { $0.values[.energy].map { 2 * $0 } == $0.reference[.energy] })
            #expect(pairs[0].values[.valence] == nil)
        }
    }

    @Test func tracksAreLoadedWithCalibratedValues() async throws {
        try await withTestDatabase { store in
            try await load(store)
            let before = try await store.track(spotify(45)).features[.energy]
            #expect(before == 0.45)
            let calibration = try await fit(store)
            #expect(calibration.verdict == .calibrate)
            try await store.save(calibration)
            #expect(try await store.calibrations() == [calibration])
            // Beyond what was shared the map stays at its end: 40 / 50.
            #expect(try await store.track(spotify(45)).features[.energy] == 0.8)
            #expect(try await store.track(spotify(20)).features[.energy] == 0.4)
        }
    }

    @Test func calibratedValuesAreWrittenBesideWhatSourcesSay() async throws {
        try await withMigratedDatabase { database in
            let store = database.store
            try await load(store)
            let calibration = try await fit(store)
            let early = try await CalibrationPass(over: store).run()
            #expect(early == 0)
            try await store.save(calibration)
            // Rounded to whole seconds, hence a later moment than that of the values.
            let pass = CalibrationPass(over: store, tracksPerCommit: 7) { Date(timeIntervalSinceNow: 5) }
            let steps = Mutex<[Int]>([])
            let written = try await pass.run { count in steps.withLock { $0.append(count) } }
            #expect(written == 50)
            #expect(steps.withLock { $0 } == [7, 14, 21, 28, 35, 42, 49, 50])
            let rows = try await store.enrichments(
                EnrichmentFilter(source: "calibration:other"), after: nil, limit: 100)
            #expect(rows.count == 50)
            for row in rows {
                let given = try await database.session().first(
                    "SELECT energy FROM audio_features WHERE track_id = \(row.track.rawValue) AND provider = 'other'"
                ) { try $0[0] as Float }
                var features = AudioFeatures()
                features[.energy] = given
                let value = try #require(calibration.calibrated(features)[.energy])
                #expect(row.categories == ["energy": .number(Double(value))] && Float(value) != given)
                #expect(row.confidence.map { $0 > 0.99 } == true)
            }
            let again = try await pass.run()
            #expect(again == 0)

            // A track whose values change, and only that one, is written again.
            try await database.session().execute(
                """
                UPDATE audio_features SET energy = 0.2, updated_at = now() + interval '1 minute'
                WHERE provider = 'other' AND track_id = \(rows[9].track.rawValue)
                """)
            let changed = try await pass.run()
            #expect(changed == 1)

            // Values that are gone take their row with them, and so does a calibration that changes nothing any more.
            try await database.session().execute(
                "DELETE FROM audio_features WHERE provider = 'other' AND track_id = \(rows[10].track.rawValue)")
            try await pass.run()
            let left = try await database.count("enrichments WHERE source = 'calibration:other'")
            #expect(left == 49)
            try await database.session().execute(
                """
                UPDATE audio_features o SET energy = s.energy FROM audio_features s
                WHERE o.provider = 'other' AND s.provider = 'spotify' AND s.track_id = o.track_id
                """)
            let equal = try await fit(store)
            #expect(equal.verdict == .needsNone)
            try await store.save(equal)
            try await pass.run()
            let none = try await database.count("enrichments WHERE source = 'calibration:other'")
            #expect(none == 0)
        }
    }

    @Test func savingMarksTheTracksOnceOnly() async throws {
        try await withMigratedDatabase { database in
            let store = database.store
            try await load(store)
            let calibration = try await fit(store)
            let start = try await store.withView { try await $0.watermark() }
            try await store.save(calibration)
            let changes = try await store.withView { try await $0.changes(since: start, limit: 1_000) }
            #expect(changes.changed.count == 50)
            try await database.session().execute("CREATE TABLE marks AS SELECT id, changed_in FROM tracks")
            try await store.save(calibration)
            let unmarked = try await database.count("tracks JOIN marks USING (id, changed_in)")
            #expect(unmarked == 50)
        }
    }
}
