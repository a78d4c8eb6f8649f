import Catalog
import Foundation
import Testing

@testable import Ingest

private func stream(_ number: Int, _ heard: Int, _ end: String, skipped: String = "null", more: String = "") -> String {
    """
    {"ts": "2023-05-06T07:08:\(10 + number)Z", "ms_played": \(heard), "spotify_track_uri": "spotify:track:\(id(number))",
     "master_metadata_track_name": "Song \(number)", "master_metadata_album_artist_name": "Band",
     "master_metadata_album_album_name": "LP", "reason_start": "trackdone", "reason_end": "\(end)",
     "skipped": \(skipped), "offline": true, "episode_name": null\(more)}
    """
}

@Test func extendedHistoryTellsPlaysFromSkips() async throws {
    let rows = [
        stream(1, 200_000, "trackdone"), stream(2, 3_000, "fwdbtn"), stream(3, 90_000, "fwdbtn", skipped: "true"),
        stream(4, 60_000, "logout"), stream(5, 900, "trackdone"), stream(6, 1_000, "unknown"),
    ]
    let imported = try await Imported.text("[" + rows.joined(separator: ",\n") + "]")
    #expect(imported.source?.authority == .table)
    #expect(imported.plays.map(\.kind) == [.played, .skipped, .skipped, .played, .played, .skipped])
    #expect(imported.plays[0].heard == 200_000 && imported.plays[0].reason == "trackdone")
    #expect(imported.plays[0].offline == true && imported.plays[0].source == "spotify")
    #expect(imported.plays[0].playedAt == 1_683_356_891)
    #expect(imported.tracks.count == 6 && imported.tracks[0].album?.name == "LP")
    #expect(imported.plays.map(\.track) == imported.tracks.map { $0.ids[0] })
}

@Test func podcastsAndAudiobooksAreCountedAndLeftOut() async throws {
    let rows = """
        [\(stream(1, 40_000, "trackdone")),
         {"ts": "2023-05-06T07:08:09Z", "ms_played": 5, "master_metadata_track_name": null, "spotify_track_uri": null,
          "episode_name": "E", "spotify_episode_uri": "spotify:episode:\(id(1))"},
         {"ts": "2023-05-06T07:08:09Z", "ms_played": 5, "audiobook_uri": "x"},
         {"ts": "yesterday", "ms_played": 5, "master_metadata_track_name": "S"}]
        """
    let imported = try await Imported.text(rows)
    #expect(imported.plays.count == 1 && imported.report.rowsRead == 4 && imported.report.rowsSkipped == 3)
    #expect(imported.reasons.map { $0.contains("podcast") } == [true, false, false])
    #expect(imported.reasons[2].contains("moment"))
}

@Test func historiesWithoutIDsAreMatchedByName() async throws {
    let rows = """
        [{"endTime": "2021-03-04 05:06", "artistName": "Air", "trackName": "Sexy Boy", "msPlayed": 298000},
         {"endTime": "2021-03-04 05:07", "artistName": "Air", "trackName": "Sexy Boy", "msPlayed": 1000},
         {"endTime": "2021-03-04 05:08", "podcastName": "P", "episodeName": "E", "msPlayed": 1000}]
        """
    let imported = try await Imported.text(rows)
    #expect(imported.plays.map(\.kind) == [.played, .skipped])
    #expect(imported.plays[0].playedAt == 1_614_834_360)
    #expect(Set(imported.mentions.map(\.handle)).count == 1 && imported.tracks.isEmpty)
    #expect(imported.plays[0].track == imported.mentions[0].handle)
}

private let listen = """
    {"listened_at": 1587245842, "track_metadata": {"artist_name": "SOHN", "track_name": "Signal", "release_name": "R",
     "additional_info": {"isrc": "GBAFL1600378", "duration_ms": 250407, "recording_mbid": ""}}}
    """

@Test(arguments: [
    "{\"payload\": {\"count\": 1, \"listens\": [\(listen)]}}", "[\(listen)]",
    listen.replacing("\n", with: " ") + "\n" + listen.replacing("\n", with: " ").replacing("842", with: "843") + "\n",
    "{\"listen_type\": \"single\", \"payload\": [\(listen)]}",
])
func listensAreReadInAllTheirShapes(text: String) async throws {
    let imported = try await Imported.text(text)
    let play = try #require(imported.plays.first)
    #expect(play.kind == .played && play.source == "listenbrainz" && play.playedAt == 1_587_245_842)
    let mention = try #require(imported.mentions.first)
    #expect(mention.ids == [.isrc("GBAFL1600378")] && mention.duration == 250_407)
    #expect(mention.artist == "SOHN" && mention.title == "Signal" && play.track == mention.handle)
}

@Test func whatIsPlayingNowIsNoListenYet() async {
    let text = "{\"payload\": {\"playing_now\": true, \"listens\": [{\"track_metadata\": {\"track_name\": \"x\"}}]}}"
    let error = await Imported.refusal(text)
    #expect(error?.code == .nothingToImport && error?.message.contains("playing now") == true)
}

@Suite(.enabled(if: Shared.isPresent, "no shared data beside the repository"))
struct ListenBrainzAnswers {
    @Test func aCapturedAnswerIsReadCompletely() async throws {
        let path = Shared.path("fixtures/listenbrainz/get_listens_happy_path_response.json")
        let imported = try await Imported.file(path)
        #expect(imported.plays.count == 25 && imported.report.rowsSkipped == 0)
        #expect(imported.tracks.count + imported.mentions.count == 25)
        #expect(imported.tracks.allSatisfy { !$0.artists.isEmpty })
    }

    @Test(arguments: ["no_playing_now", "get_playing_now_happy_path_response", "good_submit_listens_response"])
    func answersWithoutListensBringNothing(name: String) async {
        await #expect(throws: ImportError.self) {
            try await Imported.file(Shared.path("fixtures/listenbrainz/\(name).json"))
        }
    }
}

/// Whatever the bytes, an import ends with a report or a refusal that says something.
@Test(arguments: 0..<60) func noBytesBreakTheReaders(seed: Int) async {
    var generator = SplitMix64(seed: UInt64(seed))
    let samples = [
        "[\(stream(1, 40_000, "trackdone")),\(stream(2, 5, "fwdbtn"))]", "{\"payload\": {\"listens\": [\(listen)]}}",
        "#EXTM3U\n#EXTINF:12,A - B\nx.mp3\n#EXTINF:,\n\nfile:///%zz\n", "title,artist,added at\nS,\"A, B\",2020\n\"x\n",
        "{\"playlist\": {\"title\": \"t\", \"track\": [{\"title\": \"a\", \"identifier\": [\"isrc:\"]}]}}",
    ]
    var bytes = Array(samples[seed % samples.count].utf8)
    for _ in 0..<(1 + seed % 4) where !bytes.isEmpty {
        let place = Int(generator.next() % UInt64(bytes.count))
        switch generator.next() % 4 {
        case 0: bytes.removeSubrange(place...)
        case 1: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
        case 2: bytes.insert(contentsOf: [0xef, 0xbb, 0xbf], at: place)
        default: bytes = bytes.flatMap { $0 == 10 ? [13, 10] : [$0] }
        }
    }
    do throws(ImportError) {
        let imported = try await Imported.bytes(bytes)
        #expect(imported.report.rowsRead > 0)
        let handles = Set(imported.mentions.map(\.handle) + imported.tracks.map { $0.ids[0] })
        #expect(imported.plays.allSatisfy { handles.contains($0.track) })
        #expect(imported.entries.allSatisfy { handles.contains($0.track) })
    } catch {
        #expect(!error.message.isEmpty)
    }
}
