import Catalog
import Foundation
import HTTPClient
import Testing

@testable import Providers

/// Answers that the services really gave, decoded.
@Suite(.enabled(if: Fixtures.areThere, Fixtures.comment))
struct FixtureTests {
    @Test func aRecordingOfMusicBrainzIsRead() throws {
        let recording: MusicBrainzRecording = try Fixtures.json("musicbrainz/recording.json")
        #expect(recording.id == "cb2cc207-8125-445c-9ef9-6ea44eee959a")
        #expect(recording.title == "Thinking Out Loud")
        #expect(recording.length == 281_000)
        #expect(recording.firstReleaseDate == "2014-06-20")
        #expect(recording.isrcs == ["GBAHS1400099"])
        #expect(recording.artistCredit?.map(\.artist.name) == ["Ed Sheeran"])
        #expect(recording.tagNames == ["pop", "blue-eyed soul"])
    }

    @Test(arguments: ["recording_credits", "recording_multi_artists_1", "recording_video"])
    func everyRecordingOfMusicBrainzIsRead(_ name: String) throws {
        let recording: MusicBrainzRecording = try Fixtures.json("musicbrainz/\(name).json")
        #expect(recording.id.count == 36)
        #expect(recording.artistCredit?.isEmpty == false)
        if name == "recording_video" { #expect(recording.video == true) }
    }

    @Test func aBulkAnswerOfAcousticBrainzIsRead() throws {
        let bulk: AcousticBrainzBulk<AcousticBrainz.LowLevel> = try Fixtures.json(
            "acousticbrainz/lowlevel_select_features_response.json")
        let low = try #require(bulk["0dad432b-16cc-4bf0-8961-fd31d124b01b"])
        #expect(low.tonal?.keyKey == "D")
        #expect(low.lowlevel?.averageLoudness == 0.048737552017)
        #expect(bulk["e8afe383-1478-497e-90b1-7885c7f37f6f"] == nil)
    }

    @Test func bothLevelsOfAcousticBrainzBecomeFeatures() throws {
        let name = "acousticbrainz/0dad432b-16cc-4bf0-8961-fd31d124b01b"
        let low: AcousticBrainz.LowLevel = try Fixtures.json("\(name).json")
        let high: AcousticBrainz.HighLevel = try Fixtures.json("\(name)_highlevel.json")
        let document = AcousticBrainzDocument(low: low, high: high.highlevel)
        let features = document.features
        #expect(features[.tempo] == 139.92587)
        #expect(features[.key] == 2)
        #expect(features[.mode] == 1)
        #expect(features[.duration] == 107_572)
        #expect(features[.danceability] == 0.035318904)
        #expect(features[.valence] == 0.058106095)
        #expect(features[.acousticness] == 0.98836786)
        #expect(features[.loudness] == nil)
        let energy = try #require(features[.energy])
        #expect(energy < 0.1)
        guard case .texts(let moods)? = document.categories["moods"] else {
            Issue.record("no moods")
            return
        }
        #expect(Set(moods).isSuperset(of: ["sad", "relaxed", "acoustic"]) && !moods.contains("happy"))
        #expect(document.categories["genre"] == .text("classical"))
        let confidence = try #require(document.confidence)
        #expect(confidence > 0.5 && confidence <= 1)
    }

    @Test func similarTracksOfLastFMAreRead() throws {
        let answer: LastFM.Answer = try Fixtures.json("lastfm/lastfm.track.getsimilar.json")
        let tracks = answer.similartracks.track.map(\.similarTrack)
        #expect(tracks.map(\.name).prefix(3) == ["Dreaming of Me", "Everything Counts", "Don't You Want Me"])
        #expect(tracks[0].similarity == 1)
        #expect(tracks[0].ids == [ExternalID(namespace: "mbid", value: "027b553e-7c74-3ed4-a95e-1d4fea51f174")])
        #expect(tracks[2].ids.isEmpty)
        #expect(tracks[2].artist == "The Human League")
        let none: LastFM.Answer = try Fixtures.json("lastfm/lastfm.track.getsimilar.unknown.json")
        #expect(none.similartracks.track.isEmpty)
    }

    @Test func aRefusalOfLastFMIsSeenDespiteItsStatus() throws {
        let body = Array(#"{"error":6,"message":"Track not found","links":[]}"#.utf8)
        let call = ServiceCall(endpoint: "e", path: [])
        let json = (name: "content-type", value: "application/json")
        let verdict = LastFM.judge(HTTPClientResponse(status: 200, headers: [json], body: body), call)
        #expect(verdict == .missing)
        let good = Array(try Fixtures.data("lastfm/lastfm.track.getsimilar.json"))
        #expect(LastFM.judge(HTTPClientResponse(status: 200, headers: [json], body: good), call) == .success)
    }

    @Test func similarRecordingsOfListenBrainzAreSortedAndEachOnce() throws {
        let given: [SimilarRecording] = try Fixtures.json(
            "listenbrainz/listenbrainz.labs.similar-recordings-real-out-of-order.json")
        let ranked = SimilarRecording.ranked(given, for: "8f3471b5-7e6a-48da-86a9-c1c07a0f47ae")
        #expect(given.count == 5)
        #expect(ranked.map(\.score) == [124, 68, 65, 61])
        #expect(ranked.map(\.name).prefix(2) == ["Take On Me", "Everybody Wants to Rule the World"])
        #expect(SimilarRecording.ranked(given, for: "another").isEmpty)
    }

    @Test func listensAreRead() throws {
        let page: ListenPage = try Fixtures.json("listenbrainz/get_listens_happy_path_response.json")
        let listens = page.payload.listens.map(\.listen)
        #expect(listens.count == 25)
        #expect(listens[0].listenedAt == 1_587_245_842)
        #expect(listens[0].name == "Harbour" && listens[0].artist == "SOHN")
        #expect(listens[0].duration == 250_407)
        #expect(listens[0].ids == [.spotify("3wEYsKTvfWeCTa339clXBh"), .isrc("GBAFL1600378")])
        #expect(zip(listens, listens.dropFirst()).allSatisfy { $0.listenedAt >= $1.listenedAt })
    }
}
