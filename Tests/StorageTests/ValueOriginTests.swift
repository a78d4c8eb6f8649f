import Catalog
import Foundation
import Postgres
import TestSupport
import Testing

@testable import Storage

@Suite struct ValueOriginTests {
    private func track(
        _ number: Int = 1, name: String? = nil, duration: Int? = nil, popularity: Int? = nil, album: AlbumRecord? = nil,
        artists: [String] = [], genres: [String] = []
    ) -> CatalogRecord {
        .track(
            TrackRecord(
                ids: [spotify(number)], name: name, artists: artists.map { ArtistRecord(name: $0) }, album: album,
                duration: duration, popularity: popularity, genres: genres))
    }

    /// `field=source`, in order.
    private func origins(_ store: PostgresStore, _ number: Int = 1) async throws -> [String] {
        let id = try #require(try await store.trackID(for: spotify(number)))
        let facts = try #require(try await store.facts(of: id))
        return facts.origins.map { "\($0.field.rawValue)=\($0.source?.name ?? "?")" }
    }

    @Test func eachValueNamesTheImportThatBroughtIt() async throws {
        try await withTestDatabase { store in
            try await store.load([track(name: "One", artists: ["A"])], name: "first.csv")
            try await store.load([track(name: "Other", duration: 1_000, popularity: 3)], name: "second.csv")
            let filled = try await origins(store)
            #expect(
                filled == ["name=first.csv", "artists=first.csv", "duration_ms=second.csv", "popularity=second.csv"],
                "a table fills gaps and replaces nothing")
            try await store.load([track(name: "One", popularity: 4, artists: ["B"])], .service, name: "spotify")
            let replaced = try await origins(store)
            #expect(
                replaced == ["name=first.csv", "artists=spotify", "duration_ms=second.csv", "popularity=spotify"],
                "what a service says again is not its own")
        }
    }

    @Test func theYearIsTheTracksOrItsAlbums() async throws {
        try await withTestDatabase { store in
            let album = AlbumRecord(
                name: "Album", id: ExternalID(namespace: "spotify", value: String(repeating: "a", count: 22)))
            try await store.load([track(name: "One", album: album, genres: ["folk"])], name: "table.csv")
            var dated = album
            dated.released = ReleaseDate("1977")
            try await store.load([.album(dated)], name: "albums.json")
            let found = try await origins(store)
            #expect(found == ["name=table.csv", "album=table.csv", "year=albums.json", "genres=table.csv"])
            let facts = try await store.track(spotify(1))
            #expect(facts.year == 1977)
        }
    }

    @Test func severalRowsOfOneTrackInOneImportAreThatImports() async throws {
        try await withTestDatabase { store in
            try await store.load([track(name: "One"), track(duration: 9_000), track(2, name: "Two")], name: "rows.csv")
            let found = try await origins(store)
            #expect(found == ["name=rows.csv", "duration_ms=rows.csv"])
        }
    }

    @Test func anImportThatChangesNothingLeavesNoTrace() async throws {
        try await withMigratedDatabase { database in
            for name in ["a.csv", "b.csv", "c.csv"] {
                try await database.store.load([track(name: "One")], name: name)
            }
            #expect(try await database.count("imports") == 1)
            #expect(try await database.count("value_imports") == 0)
        }
    }

    @Test func whatIsOlderThanTheNoteIsOfUnknownOrigin() async throws {
        try await withMigratedDatabase { database in
            try await database.store.load([track(name: "One")])
            try await database.session().execute("UPDATE tracks SET import_id = NULL")
            let found = try await origins(database.store)
            #expect(found == ["name=?"])
            try await database.store.load([track(popularity: 1)], name: "new.csv")
            let later = try await origins(database.store)
            #expect(later == ["name=?", "popularity=new.csv"])
        }
    }

    @Test func anIDNamesTheServiceThatAddedIt() async throws {
        try await withTestDatabase { store in
            let isrc = ExternalID.isrc("USRC17607839")
            try await store.load([track(name: "One")])
            try await store.load([.track(TrackRecord(ids: [spotify(1), isrc]))], .service, name: "analyze")
            let id = try #require(try await store.trackID(for: isrc))
            let facts = try #require(try await store.facts(of: id))
            #expect(facts.track.externalIDs.count == 2)
            #expect(facts.idOrigins.map(\.id) == [isrc] && facts.idOrigins.first?.source.name == "analyze")
        }
    }

    @Test func originsLeaveWithTheirTrack() async throws {
        try await withMigratedDatabase { database in
            try await database.store.load([track(name: "One")])
            try await database.store.load([track(popularity: 1)], name: "new.csv")
            #expect(try await database.count("value_imports") == 1)
            try await database.session().execute("DELETE FROM tracks")
            #expect(try await database.count("value_imports") == 0)
        }
    }
}
