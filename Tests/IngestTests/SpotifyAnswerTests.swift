import Catalog
import Foundation
import Testing

@testable import Ingest

@Suite struct SpotifyAnswerTests {
    private let playlist = "1Cp6VQCKf2VL4sP09jN9oX"
    private let track = #"{"type": "track", "id": "11dFghVXANMlKmJXsNCbNl", "name": "T", "artists": []}"#

    private func read(_ text: String) throws -> SpotifyAnswer { try SpotifyAnswer(reading: text.utf8, of: "test") }

    private func page(_ entries: String, offset: Int = 100) -> String {
        """
        {"href": "https://api.spotify.com/v1/playlists/\(playlist)/items?offset=\(offset)", "offset": \(offset),
         "total": 300, "next": "more", "items": [\(entries)]}
        """
    }

    @Test(arguments: ["item", "track"]) func bothShapesOfEntriesAreRead(_ name: String) throws {
        let answer = try read(page(#"{"added_at": "2024-01-01T00:00:00Z", "is_local": false, "\#(name)": \#(track)}"#))
        #expect(answer.page == .init(offset: 100, count: 1, total: 300, hasMore: true))
        #expect(answer.newest == "2024-01-01T00:00:00Z")
        guard case .playlistEntry(let entry)? = answer.records.last else {
            Issue.record("no entry")
            return
        }
        #expect(entry.position == 100)
        #expect(entry.playlist == .spotify(playlist))
        #expect(answer.vacantPositions(of: .spotify(playlist)).isEmpty)
    }

    @Test func whatIsNoTrackIsCountedAndLeavesItsPlaceVacant() throws {
        let entries = [
            #"{"added_at": "2024-01-01T00:00:00Z", "item": \#(track)}"#,
            #"{"added_at": "2024-01-01T00:00:00Z", "is_local": true, "item": {"type": "track", "id": null}}"#,
            #"{"added_at": "2024-01-01T00:00:00Z", "item": {"type": "episode", "id": "11dFghVXANMlKmJXsNCbNl"}}"#,
            #"{"added_at": "2024-01-01T00:00:00Z", "item": null}"#, "null",
        ]
        let answer = try read(page(entries.joined(separator: ",")))
        #expect(answer.oddities.localFiles == 1)
        #expect(answer.oddities.episodes == 1)
        #expect(answer.oddities.empty == 2)
        #expect(answer.vacantPositions(of: .spotify(playlist)) == [101, 102, 103, 104])
    }

    @Test(arguments: [(101, 101, false), (101, nil, true), (300, 300, true), (50, nil, false), (50, nil, true)])
    func aTotalThatItsPageShowsToBeTooLowIsLeftOut(_ total: Int, _ given: Int?, _ hasMore: Bool) throws {
        let element = #"{"added_at": "2024-01-01T00:00:00Z", "item": \#(track)}"#
        let text = page(element).replacing("300", with: "\(total)").replacing(
            #""more""#, with: hasMore ? #""more""# : "null")
        let answer = try read(text)
        let totals = answer.records.compactMap { record -> Int?? in
            if case .playlist(let playlist) = record { playlist.total } else { nil }
        }
        #expect(totals == [given] && answer.page?.total == total)
    }

    @Test func whatIsWrongMayBeATrackAllTheSame() throws {
        let entries = [
            #"{"added_at": "2024-01-01T00:00:00Z", "item": {"type": "track", "id": null, "name": "T"}}"#,
            #"{"added_at": "2024-01-01T00:00:00Z", "item": null}"#,
        ]
        let answer = try read(page(entries.joined(separator: ",")))
        #expect(answer.refused == 1)
        #expect(answer.vacantPositions(of: .spotify(playlist)) == [101])
    }

    /// Who asked knows it: what a page says of itself may be missing, or be of another.
    @Test(arguments: ["", #""href": "https://api.spotify.com/v1/playlists/0000000000000000000000/items","#])
    func aPageIsOfThePlaylistThatWasAskedFor(_ address: String) throws {
        let element = #"{"added_at": "2024-01-01T00:00:00Z", "added_by": {"id": "me"}, "item": \#(track)}"#
        let owner = EntityReference(kind: .playlist, id: .spotify(playlist))
        let answer = try SpotifyAnswer(
            reading: #"{\#(address) "total": 1, "items": [\#(element)]}"#.utf8, of: "test", owner: owner)
        let entries = answer.records.compactMap { record -> ExternalID? in
            if case .playlistEntry(let entry) = record { entry.playlist } else { nil }
        }
        #expect(entries == [.spotify(playlist)])
        #expect(answer.vacantPositions(of: .spotify(playlist)) == [])
    }

    @Test func aPageIsOfTheAlbumThatWasAskedFor() throws {
        let id = "2Cp6VQCKf2VL4sP09jN9oX"
        let answer = try SpotifyAnswer(
            reading: #"{"items": [\#(track)]}"#.utf8, of: "test",
            owner: EntityReference(kind: .album, id: .spotify(id)))
        guard case .track(let track)? = answer.records.last else {
            Issue.record("no track")
            return
        }
        #expect(track.album?.id == .spotify(id))
    }

    @Test func anAlbumSaysWhatItKeepsBack() throws {
        let album = """
            {"type": "album", "id": "11dFghVXANMlKmJXsNCbNl", "name": "A", "artists": [],
             "tracks": {"items": [\(track)], "next": "more", "total": 60}}
            """
        #expect(try read(album).unfinishedAlbums.map(\.tracks) == [1])
        let saved = #"{"items": [{"added_at": "2024-01-01T00:00:00Z", "album": \#(album)}], "next": null}"#
        #expect(try read(saved).unfinishedAlbums.map(\.id.value) == ["11dFghVXANMlKmJXsNCbNl"])
    }

    @Test(arguments: ["", "{", "<html>", #"{"items": [}"#]) func whatIsNoJSONIsRefused(_ text: String) {
        #expect(throws: ImportError.self) { try read(text) }
    }

    @Test(
        "Captured answers are read as files of them are",
        .enabled(if: Shared.isPresent, "no shared data beside the repository"),
        arguments: [
            "playlist_items", "saved_tracks", "saved_albums", "top_tracks", "recently_played_tracks", "get_album",
        ])
    func capturedAnswersAreRead(_ name: String) throws {
        let data = try Data(contentsOf: URL(filePath: Shared.fixture("python-spotify/\(name)")))
        let answer = try SpotifyAnswer(reading: data, of: name)
        #expect(answer.records.contains { if case .track = $0 { true } else { false } })
        #expect(answer.unfinishedAlbums.isEmpty || name == "saved_albums")
    }
}
