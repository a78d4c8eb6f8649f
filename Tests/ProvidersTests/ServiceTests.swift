import Cache
import Catalog
import FakeServices
import Foundation
import HTTPClient
import Testing

@testable import Providers

/// A track of the fakes' world as an enricher sees it.
func subject(_ track: FakeTrack, _ namespaces: [String] = ["spotify", "isrc"]) -> EnrichmentSubject {
    let ids = ["spotify": track.spotify, "isrc": track.isrc, "mbid": track.mbid]
    return EnrichmentSubject(
        id: TrackID(rawValue: Int64(track.number + 1)),
        externalIDs: namespaces.map { ExternalID(namespace: $0, value: ids[$0] ?? "") }, name: track.name,
        artist: track.artistName, duration: track.duration)
}

extension Bench {
    func client(_ configuration: ServiceConfiguration) -> ServiceClient {
        var configuration = configuration
        // The clock stands still unless slept on, so a rate would only add sleeps.
        configuration.rate = RateLimit(perSecond: 1_000, burst: 1_000)
        return ServiceClient(configuration, support)
    }
}

private let world = FakeWorld(tracks: 400)

@Suite struct ReccoBeatsTests {
    private let bench = Bench(memory: MemoryResponseStore())
    private let server: FakeServer
    private let provider: ReccoBeats

    init() throws {
        server = try FakeService.reccoBeats.server(world)
        provider = ReccoBeats(bench.client(.reccoBeats(baseURL: server.url + "/v1")))
    }

    @Test func featuresAreMatchedByIDAndNotByPlace() async throws {
        let tracks = Array(world.tracks[0..<40])
        let findings = try await provider.findings(on: tracks.map { subject($0) })
        let known = tracks.filter(FakeReccoBeats.knows)
        #expect(findings.remarks.count == known.count && known.count < 40)
        #expect(findings.records.count == known.count)
        for case .features(let record) in findings.records {
            let track = try #require(world.track(spotify: record.track.value))
            let expected = FakeReccoBeats.features(track)
            #expect(record.provider == "reccobeats")
            #expect(record.features[.valence] == expected["valence"].map(Float.init))
            #expect(record.features[.loudness] == expected["loudness"].map(Float.init))
            #expect(record.features[.key] == expected["key"].flatMap { $0 < 0 ? nil : Float($0) })
            #expect(record.features[.timeSignature] == nil)
        }
    }

    @Test func whatHasNoSpotifyIDIsAskedForByISRC() async throws {
        let tracks = world.tracks[0..<10].filter(FakeReccoBeats.knows)
        let findings = try await provider.findings(on: tracks.map { subject($0, ["mbid", "isrc"]) })
        #expect(findings.remarks.count == tracks.count)
        // The record names the track by an id that the catalog has.
        guard case .features(let record)? = findings.records.first else {
            Issue.record("no features")
            return
        }
        #expect(record.track.namespace == "mbid")
    }

    @Test func answersAndMissesAreRememberedOneByOne() async throws {
        let subjects = world.tracks[0..<40].map { subject($0) }
        let first = try await provider.findings(on: subjects)
        let calls = server.callCount()
        // Asked in other groups, nothing new has to be asked for.
        let again = try await provider.findings(on: Array(subjects[5..<30]))
        #expect(server.callCount() == calls)
        #expect(again.remarks.allSatisfy { first.remarks[$0.key] == $0.value })
        bench.clock.advance(by: .seconds(15 * 86_400))
        _ = try await provider.findings(on: subjects)
        #expect(server.callCount() > calls)
        let asked = try #require(server.log.last?.split(separator: "=").last).split(separator: ",").count
        #expect(asked < 40)
    }

    @Test func oneCallTakesFortyTracks() async throws {
        _ = try await provider.features("spotify", world.tracks[0..<100].map(\.spotify))
        #expect(server.callCount() == 3)
    }

    @Test func anEntryWithoutAnIDIsPassedOver() async throws {
        let server = try FakeServer { _ in
            .json(["content": [["energy": 0.5], ["href": "https://open.spotify.com/track/abc?x=1", "energy": 0.25]]])
        }
        let provider = ReccoBeats(bench.client(.reccoBeats(baseURL: server.url)))
        let found = try await provider.features("spotify", ["abc"])
        #expect(found.mapValues(\.energy) == ["abc": 0.25])
    }
}

@Suite struct MusicBrainzTests {
    private let bench = Bench(memory: MemoryResponseStore())
    private let server: FakeServer
    private let provider: MusicBrainz

    init() throws {
        server = try FakeService.musicBrainz.server(world)
        provider = MusicBrainz(bench.client(.musicBrainz(baseURL: server.url + "/ws/2")))
    }

    @Test func theBestRecordingGivesItsID() async throws {
        for track in world.tracks[0..<30] {
            let findings = try await provider.findings(on: [subject(track)])
            guard FakeMusicBrainz.knows(track) else {
                #expect(findings.remarks.isEmpty && findings.records.isEmpty)
                continue
            }
            let ids: [ExternalID] = [.spotify(track.spotify), ExternalID(namespace: "mbid", value: track.mbid)]
            #expect(findings.records == [.track(TrackRecord(ids: ids))])
        }
        #expect(server.callCount() == 30)
    }

    @Test func unknownAndMalformedISRCsHaveNoRecordings() async throws {
        #expect(try await provider.recordings(isrc: "QZFAK9999999").isEmpty)
        #expect(try await provider.recordings(isrc: "QZFAK9999999").isEmpty)
        #expect(try await provider.recordings(isrc: "nonsense").isEmpty)
        #expect(server.callCount() == 1)
    }

    @Test func oneRecordingIsFoundByItsID() async throws {
        let track = try #require(world.tracks.first(where: FakeMusicBrainz.knows))
        #expect(try await provider.recording(track.mbid)?.title == track.name)
        #expect(try await provider.recording(FakeWorld.uuid(77, 1)) == nil)
    }

    @Test func tooManyCallsSlowEverybodyDownAndSheddingOnlyOne() throws {
        let call = ServiceCall(endpoint: "e", path: [])
        func verdict(_ response: FakeResponse) -> Verdict {
            let headers = response.headers.map { (name: $0.key.lowercased(), value: $0.value) }
            return MusicBrainz.judge(
                HTTPClientResponse(status: response.status, headers: headers, body: Array(response.body)), call)
        }
        guard case .tooMany(let after, _) = verdict(FakeMusicBrainz.rateLimited) else {
            Issue.record("not recognised")
            return
        }
        #expect(after == .seconds(2))
        guard case .shedding = verdict(FakeMusicBrainz.busy) else {
            Issue.record("not recognised")
            return
        }
        #expect(verdict(.text("down", status: 503)) == .failure(after: nil, reason: "status 503"))
    }

    @Test func itsOwnConfigurationKeepsOneCallASecond() async throws {
        let client = ServiceClient(.musicBrainz(baseURL: server.url + "/ws/2"), bench.support)
        for track in world.tracks[100..<106] { _ = try await MusicBrainz(client).recordings(isrc: track.isrc) }
        #expect(bench.clock.elapsed == .seconds(5))
    }

    @Test func titleAndLengthChooseAmongRecordings() {
        func recording(_ id: String, _ title: String, _ length: Int?, video: Bool = false) -> MusicBrainzRecording {
            MusicBrainzRecording(id: id, title: title, length: length, video: video)
        }
        let subject = EnrichmentSubject(id: TrackID(rawValue: 1), externalIDs: [], name: "Song", duration: 200_000)
        let all = [
            recording("video", "Song", 200_000, video: true), recording("long", "Song", 260_000),
            recording("other", "Other", 200_000), recording("unknown", "Song", nil), recording("best", "SONG", 201_000),
        ]
        #expect(MusicBrainzRecording.best(of: all, for: subject)?.id == "best")
        #expect(MusicBrainzRecording.best(of: [], for: subject) == nil)
    }
}

@Suite struct AcousticBrainzTests {
    private let bench = Bench()
    private let server: FakeServer
    private let provider: AcousticBrainz

    init() throws {
        server = try FakeService.acousticBrainz.server(world)
        provider = AcousticBrainz(bench.client(.acousticBrainz(baseURL: server.url + "/api/v1")))
    }

    @Test func twentyFiveRecordingsTakeTwoCalls() async throws {
        let tracks = Array(world.tracks[0..<25])
        let findings = try await provider.findings(on: tracks.map { subject($0, ["spotify", "mbid"]) })
        #expect(server.callCount() == 2)
        #expect(findings.remarks.count == tracks.filter(FakeAcousticBrainz.knows).count)
        for case .features(let record) in findings.records {
            let track = try #require(world.track(spotify: record.track.value))
            #expect(record.features[.duration] == Float(track.duration))
            #expect(record.features[.loudness] == nil && record.features[.energy] != nil)
        }
    }

    @Test func anIDInUpperCaseIsFoundUnderItsOwnName() async throws {
        let track = try #require(world.tracks.first(where: FakeAcousticBrainz.knows))
        var asked = subject(track, ["spotify"])
        asked.externalIDs.append(ExternalID(namespace: "mbid", value: track.mbid.uppercased()))
        #expect(try await provider.findings(on: [asked]).remarks.count == 1)
    }

    @Test func nothingIsAskedWithoutAnID() async throws {
        #expect(try await provider.findings(on: [subject(world.tracks[0])]).remarks.isEmpty)
        #expect(server.callCount() == 0)
    }

    @Test(
        arguments: [
            ("C", 0), ("C#", 1), ("Db", 1), ("D", 2), ("Eb", 3), ("E", 4), ("F", 5), ("F#", 6), ("G", 7), ("Ab", 8),
            ("A", 9), ("Bb", 10), ("B", 11), ("Cb", 11), ("H", nil), ("", nil),
        ] as [(String, Float?)])
    func keysAreReadInSharpsAndFlats(_ name: String, _ key: Float?) throws {
        let json = #"{"tonal": {"key_key": "\#(name)", "key_scale": "minor"}}"#
        let low = try JSONDecoder().decode(AcousticBrainz.LowLevel.self, from: Data(json.utf8))
        let features = AcousticBrainzDocument(low: low, high: nil).features
        #expect(features[.key] == key)
        #expect(features[.mode] == 0)
    }
}

@Suite struct SimilarityTests {
    private let bench = Bench(memory: MemoryResponseStore())

    @Test func lastFMIsAskedByIDOrByName() async throws {
        let server = try FakeService.lastFM.server(world)
        defer { server.stop() }
        let source = LastFM(bench.client(.lastFM(baseURL: server.url + "/2.0/")), key: FakeLastFM.key)
        let track = world.tracks[7]
        let byID = try await source.similar(to: subject(track, ["mbid"]), limit: 20)
        let byName = try await source.similar(to: subject(track, ["spotify"]), limit: 20)
        #expect(byID == byName && byID.count == 20)
        #expect(byID[0].name == world.tracks[8].name && byID[0].similarity == 1)
        #expect(server.callCount() == 2)
        #expect(server.log.allSatisfy { $0.contains("/2.0/?") })
        _ = try await source.similar(to: subject(track, ["mbid"]), limit: 20)
        #expect(server.callCount() == 2)
    }

    @Test func lastFMKnowsNothingOfAStranger() async throws {
        let server = try FakeService.lastFM.server(world)
        defer { server.stop() }
        let source = LastFM(bench.client(.lastFM(baseURL: server.url + "/2.0")), key: FakeLastFM.key)
        let stranger = EnrichmentSubject(id: TrackID(rawValue: 1), externalIDs: [], name: "x", artist: "y")
        for _ in 0..<2 { #expect(try await source.similar(to: stranger, limit: 5).isEmpty) }
        #expect(server.callCount() == 1)
        let nameless = EnrichmentSubject(id: TrackID(rawValue: 1), externalIDs: [])
        #expect(try await source.similar(to: nameless, limit: 5).isEmpty)
    }

    @Test func aWrongKeyIsSaidToBeWrongAndNotShown() async throws {
        let server = try FakeService.lastFM.server(world)
        defer { server.stop() }
        let source = LastFM(bench.client(.lastFM(baseURL: server.url + "/2.0")), key: "not-the-key")
        let error = await serviceError { _ = try await source.similar(to: subject(world.tracks[0]), limit: 5) }
        #expect(error?.kind == .unauthorized)
        #expect(error?.description.contains("not-the-key") == false)
    }

    @Test(arguments: [(29, CallRecord.Outcome.rateLimited), (8, .failure), (11, .failure), (16, .failure)])
    func passingErrorsWithStatus200AreTriedAgain(_ code: Int, _ outcome: CallRecord.Outcome) async throws {
        let fake = FakeLastFM(world: world)
        let first = Countdown(1)
        let server = try FakeServer { first.strikes() ? FakeLastFM.problem(code, "later") : fake.answer($0) }
        let source = LastFM(bench.client(.lastFM(baseURL: server.url)), key: FakeLastFM.key)
        #expect(try await source.similar(to: subject(world.tracks[0]), limit: 5).count == 5)
        #expect(bench.records.all.map(\.outcome) == [outcome, .success])
    }

    @Test func recordingsHeardTogetherComeBestFirst() async throws {
        let (api, labs) = (
            try FakeService.listenBrainz.server(world), try FakeService.listenBrainzLabs.server(world)
        )
        let source = ListenBrainz(
            bench.client(.listenBrainz(baseURL: api.url)),
            laboratory: bench.client(.listenBrainzLabs(baseURL: labs.url)))
        let found = try await source.similar(to: subject(world.tracks[0], ["mbid"]), limit: 8)
        #expect(found.count == 8)
        #expect(found.map(\.similarity) == found.map(\.similarity).sorted(by: >) && found[0].similarity == 1)
        #expect(found[0].ids == [ExternalID(namespace: "mbid", value: world.tracks[7].mbid)])
        #expect(Set(found.map(\.name)).count == 8)
    }

    @Test func listensArePagedWithoutGapOrRepetition() async throws {
        let server = try FakeService.listenBrainz.server(world)
        defer { server.stop() }
        let client = bench.client(.listenBrainz(baseURL: server.url))
        let source = ListenBrainz(client, laboratory: client, token: "secret")
        var (all, before) = ([Int](), Int?.none)
        while true {
            let page = try await source.listens(of: "listener", before: before, count: 1_000)
            guard let last = page.last else { break }
            all += page.map(\.listenedAt)
            before = last.listenedAt
        }
        #expect(all.count == FakeListenBrainz.listenCount && Set(all).count == all.count)
        #expect(server.callCount() == 4)
        let error = await serviceError { _ = try await source.listens(of: "nobody") }
        #expect(error?.kind == .missing)
    }
}
