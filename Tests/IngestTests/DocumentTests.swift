import Catalog
import JSONText
import Testing

@testable import Ingest

private func track(_ number: Int, _ more: String = "") -> String {
    #"{"type": "track", "id": "\#(id(number))", "name": "T\#(number)", "duration_ms": 1000\#(more)}"#
}

@Test(arguments: [
    "\(track(1))\n\(track(2))\n\(track(3))", "[\(track(1)), \(track(2)),\n\(track(3))]",
    "{\"tracks\": [\(track(1)), \(track(2)), \(track(3))]}", "\n \(track(1)) \(track(2)) \(track(3)) ",
    "[[\(track(1))]]\n", "{\n\"tracks\": {\"items\": [\(track(1)), \(track(2)), \(track(3))]}}",
    "\u{feff}[ {\"track\": \(track(1))}, {\"track\": \(track(2))}, {\"track\": \(track(3))} ]\n",
])
func everyLayoutIsRead(text: String) async throws {
    if text.hasPrefix("[[") {
        #expect(try await Imported.text(text).tracks.map(\.name) == ["T1"])
    } else {
        #expect(try await Imported.text(text).tracks.map(\.name) == ["T1", "T2", "T3"])
    }
}

@Test func aBrokenLineAmongLinesIsSkipped() async throws {
    let imported = try await Imported.text("\(track(1))\n{\"id\": \n\n\(track(2))\n{}\n\(track(3))")
    #expect(imported.tracks.map(\.name) == ["T1", "T2", "T3"])
    #expect(imported.report.problems.map(\.line) == [2, 5])
    #expect(imported.report.format == "JSON lines" && imported.report.rowsRead == 5)
}

@Test func longArraysAreReadInBatches() async throws {
    var options = ImportOptions()
    options.batchRows = 10
    options.maximumDocumentBytes = 600_000
    let text = "[" + (0..<20_000).map { track($0) }.joined(separator: ",") + "]"
    let imported = try await Imported.text(text, options)
    #expect(imported.tracks.count == 20_000 && imported.report.format == "JSON array")
}

@Test func entriesThatHoldNoTrackAreSkippedWithTheReason() async throws {
    let text = """
        {"id": "\(id(9))", "type": "playlist", "name": "P", "tracks": {"offset": 100, "total": 200, "items": [
          {"added_at": null, "added_by": {}, "track": null}, {"added_by": {}, "is_local": true, "track": {"name": "x"}},
          {"added_by": {}, "track": {"type": "episode", "id": "\(id(5))"}}, null,
          {"added_at": "1970-01-01T00:00:00Z", "added_by": {}, "item": \(track(1)), "track": \(track(2))}]}}
        """
    let imported = try await Imported.text(text)
    #expect(
        imported.entries == [
            PlaylistEntryRecord(playlist: .spotify(id(9)), track: .spotify(id(1)), position: 104)
        ])
    #expect(imported.playlists == [PlaylistRecord(id: .spotify(id(9)), name: "P", total: 200)])
    #expect(
        imported.reasons.map { $0.split(separator: ",")[0] } == [
            "recognised as an entry without a track", "recognised as a local file", "recognised as an episode",
            "recognised as an empty element",
        ])
    #expect(imported.report.problems.map(\.field) == (0...3).map { "tracks.items[\($0)]" })
}

@Test func pagesTellTheirPlaylistAndPlaceByAddress() async throws {
    let text = """
        {"href": "https://api.spotify.com/v1/users/me/playlists/\(id(9))/tracks?offset=50&limit=2", "total": 52,
         "items": [{"added_at": "2020-01-01T00:00:00.5Z", "added_by": {}, "track": \(track(1))}]}
        """
    let imported = try await Imported.text(text)
    #expect(
        imported.entries == [
            PlaylistEntryRecord(
                playlist: .spotify(id(9)), track: .spotify(id(1)), position: 50, addedAt: 1_577_836_800.5)
        ])
    #expect(imported.playlists == [PlaylistRecord(id: .spotify(id(9)), total: 52)])
}

@Test func albumPagesGiveTheirTracksTheAlbum() async throws {
    let text = #"{"href": "https://api.spotify.com/v1/albums/\#(id(8))/tracks?offset=0", "items": [\#(track(1))]}"#
    #expect(try await Imported.text(text).tracks[0].album == AlbumRecord(id: .spotify(id(8))))
}

@Test func tracksKeepWhatTheServiceSays() async throws {
    let more = """
        , "popularity": 7, "explicit": true, "track_number": 3, "disc_number": 1, "is_local": false,
        "external_ids": {"isrc": "us-rc1-76-07839"}, "artists": [{"id": "\(id(3))", "name": "A"}, {"name": ""}],
        "album": {"id": "\(id(4))", "name": "L", "album_type": "SINGLE", "release_date": "0000", "total_tracks": 2}
        """
    let imported = try await Imported.text(track(1, more))
    #expect(
        imported.records == [
            .track(
                TrackRecord(
                    ids: [.spotify(id(1)), .isrc("USRC17607839")], name: "T1",
                    artists: [ArtistRecord(name: "A", id: .spotify(id(3)))],
                    album: AlbumRecord(name: "L", id: .spotify(id(4)), kind: "single", totalTracks: 2), duration: 1_000,
                    popularity: 7, explicit: true, trackNumber: 3, discNumber: 1))
        ])
}

@Test(arguments: ["energy\": 2", "tempo\": \"x", "loudness\": 1e9"])
func audioFeaturesOutOfRangeAreBad(text: String) async throws {
    let member = text.hasSuffix("x") ? "\"\(text)\"" : "\"\(text)"
    let features = #"{"type": "audio_features", "id": "\#(id(2))", "valence": 0.5, \#(member)}"#
    let imported = try await Imported.text("\(track(1))\n\(features)")
    #expect(imported.features.isEmpty && imported.report.rowsSkipped == 1)
}

@Test func aSpotifyIdAsFileNameNamesTheTrackOfAnAnalysis() async throws {
    let ones = Array(repeating: "1", count: 12).joined(separator: ",")
    let segment = #"{"duration": 1, "loudness_max": -5, "timbre": [\#(ones)], "pitches": [\#(ones)]}"#
    let text = #"{"track": {}, "segments": [\#(segment), {"duration": 1}], "sections": [], "beats": []}"#
    let imported = try await Imported.text(text, name: "\(id(6)).json")
    #expect(imported.analyses.first?.track == .spotify(id(6)))
    #expect(imported.analyses.first?.metrics.timbreMean == Array(repeating: 1, count: 12))
    #expect(await Imported.refusal(text)?.code == .trackUnknown)
    #expect(await Imported.refusal(#"{"track": {}, "segments": []}"#)?.message.contains("no complete segment") == true)
}

@Test func structureMetricsFollowTheirFormulas() throws {
    func segment(_ duration: Double, _ value: Double, _ loudness: Double) -> AudioAnalysis.Segment {
        AudioAnalysis.Segment(
            duration: duration, peakLoudness: loudness, timbre: Array(repeating: value, count: 12),
            pitches: Array(repeating: value / 100, count: 12))
    }
    let analysis = try #require(AudioAnalysis(.object(["segments": .array([AnalysisFixture.complete])])))
    #expect(analysis.segments.count == 1)
    var made = analysis
    made.segments = [segment(1, 10, -10), segment(3, 50, -4)]
    made.sections = [.init(loudness: -8, tempo: 120), .init(loudness: -4, tempo: nil), .init(loudness: -6, tempo: 124)]
    made.beats = [0.4, 0.6]
    let metrics = try #require(StructureMetrics(made))
    #expect(metrics.timbreMean[11] == 40)
    #expect(abs(metrics.timbreDeviation[0] - 300.0.squareRoot().float) < 1e-4)
    #expect(abs(metrics.pitchMean[3] - 0.4) < 1e-6)
    #expect(metrics.segmentRate == 0.5 && metrics.loudnessDeviation == 3 && metrics.sectionCount == 3)
    #expect(abs(metrics.sectionLoudnessDeviation - (8.0 / 3).squareRoot().float) < 1e-6)
    #expect(metrics.sectionTempoDeviation == 2 && abs(metrics.beatVariation - 0.2) < 1e-6)
}

private enum AnalysisFixture {
    static let complete = JSONValue.object([
        "duration": .number(1), "loudness_max": .number(-5),
        "timbre": .array(Array(repeating: .number(1), count: 12)),
        "pitches": .array(Array(repeating: .number(1), count: 12)),
    ])
}

extension Double {
    fileprivate var float: Float { Float(self) }
}
