import Catalog
import Postgres
import Storage
import TestSupport
import Testing

/// A Spotify id that tests recognise.
func spotify(_ number: Int) -> ExternalID {
    let digits = String(number)
    return .spotify(String(repeating: "0", count: 22 - digits.count) + digits)
}

extension PostgresStore {
    /// Imports records as one file.
    @discardableResult
    func load(
        _ records: [CatalogRecord], _ authority: ImportSource.Authority = .table, name: String = "test.csv"
    ) async throws -> ImportCounts {
        let session = try await beginImport(of: ImportSource(name: name, authority: authority))
        try await session.append(records)
        return try await session.commit()
    }

    /// The track with an external id.
    func track(_ id: ExternalID) async throws -> CatalogTrack {
        let id = try #require(try await trackID(for: id))
        return try #require(try await withView { try await $0.tracks([id]) }.first)
    }

    /// All tracks.
    func allTracks() async throws -> [CatalogTrack] {
        try await withView { try await $0.tracks(after: TrackID(rawValue: 0), limit: 100_000) }
    }
}

extension TestDatabase {
    /// A digest of every row of every table, with where each row stands, so that even an update to equal values shows.
    func checksums() async throws -> [String: String] {
        let session = try await session()
        let tables = try await session.rows(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        ) { try $0[0] as String }
        var sums: [String: String] = [:]
        for table in tables {
            sums[table] = try await session.first(
                """
                SELECT coalesce(md5(string_agg(t.ctid::text || t.xmin::text || t::text, '|' ORDER BY t.ctid)), '')
                FROM \(unsafeRaw: table) t
                """
            ) { try $0[0] as String }
        }
        let sequences = try await session.rows(
            "SELECT sequencename || ' ' || coalesce(last_value, 0) FROM pg_sequences ORDER BY 1"
        ) { try $0[0] as String }
        sums["sequences"] = sequences.joined(separator: ", ")
        return sums
    }

    /// One number.
    func count(_ query: String) async throws -> Int {
        try await session().first("SELECT count(*) FROM \(unsafeRaw: query)") { try $0[0] as Int } ?? -1
    }
}

/// A file with something of everything.
let sampleRecords: [CatalogRecord] = {
    var features = AudioFeatures()
    features[.energy] = 0.5
    features[.tempo] = 120
    let metrics = StructureMetrics(
        timbreMean: (0..<12).map { Float($0) / 7 }, timbreDeviation: Array(repeating: 0.25, count: 12),
        pitchMean: Array(repeating: 0.5, count: 12), segmentRate: 3.5, loudnessDeviation: 2, sectionCount: 9,
        sectionLoudnessDeviation: 1, sectionTempoDeviation: 0.1, beatVariation: 0.01)
    let beyonce = ArtistRecord(name: "Beyonc\u{e9}", id: spotify(900), genres: ["pop", "r&b"], popularity: 90)
    let album = AlbumRecord(
        name: "Lemonade", id: spotify(800), released: ReleaseDate("2016-04-23"), artists: [beyonce], kind: "album",
        totalTracks: 12)
    var records: [CatalogRecord] = (0..<40).map { number in
        .track(
            TrackRecord(
                ids: [spotify(number), .isrc("USAAA16000\(number + 10)")], name: "Song \(number)",
                artists: number % 3 == 0 ? [beyonce, ArtistRecord(name: "Jack White")] : [beyonce], album: album,
                duration: 200_000 + number, popularity: number, explicit: number % 2 == 0, trackNumber: number,
                discNumber: 1, genres: ["pop"]))
    }
    records += (0..<40).map { .features(FeaturesRecord(track: spotify($0), provider: "spotify", features: features)) }
    records.append(.analysis(AnalysisRecord(track: spotify(3), provider: "spotify", metrics: metrics)))
    records.append(.playlist(PlaylistRecord(id: spotify(700), name: "Mine", snapshot: "s1", owner: "me", total: 40)))
    records += (0..<40).map {
        .playlistEntry(
            PlaylistEntryRecord(
                playlist: spotify(700), track: spotify($0), position: 39 - $0, addedAt: 1_600_000_000 + Double($0)))
    }
    records += (0..<10).map { .playlistEntry(PlaylistEntryRecord(playlist: spotify(701), track: spotify($0 * 2))) }
    records += (0..<5).map { .savedTrack(SavedTrackRecord(track: spotify($0), savedAt: 1_500_000_000)) }
    records.append(.artist(ArtistRecord(name: "Nobody's Track", popularity: 3)))
    records.append(.album(AlbumRecord(name: "Unreleased", artists: [beyonce])))
    return records
}()
