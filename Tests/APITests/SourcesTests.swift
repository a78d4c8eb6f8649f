import API
import Catalog
import Foundation
import HTTPServer
import Jobs
import Providers
import Sourcing
import Storage
import Synchronization
import TestSupport
import Testing

private let hasDatabase = !(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "").isEmpty

/// Stands in for the services outside, which are tested with the program: it fails as it is told to.
private final class FetchingStub: SourceFetching {
    private let failure = Mutex<(any Error & Sendable)?>(nil)
    let asked = Mutex<[(sources: [Source], hasToken: Bool)]>([])

    func fail(with error: (any Error & Sendable)?) { failure.withLock { $0 = error } }

    func check(_ source: Source, account: String?) async throws {
        if let error = failure.withLock({ $0 }) { throw error }
    }

    func fetch(_ sources: [Source], with token: SpotifyAccessToken?) async throws -> [SourceReport] {
        asked.withLock { $0.append((sources, token != nil)) }
        if let error = failure.withLock({ $0 }) { throw error }
        return sources.map { SourceReport(source: $0) }
    }
}

@Suite("Sources over HTTP", .enabled(if: hasDatabase, "DATABASE_URL is not set")) struct SourcesTests {
    private let stranger = "7T9999999999999999999Z"

    private func withSources(
        _ body: @escaping @Sendable (Service, FetchingStub, PostgresStore) async throws -> Void
    ) async throws {
        try await withTestDatabase { store in
            let stub = FetchingStub()
            var options = Service.Options()
            options.store = MemoryStore(view: store)
            options.jobs = JobAccess(store: store, feed: JobFeed(store: store), kinds: SourceJob.kinds)
            options.sources = SourceAccess(fetching: stub, tracks: store)
            try await Service.with(.handler, options) { try await body($0, stub, store) }
        }
    }

    private func post(_ service: Service, _ path: String, _ body: String) async throws -> Answer {
        try await service.send(
            "POST", path, headers: ["Content-Type": "application/json"], body: Array(body.utf8))
    }

    @Test func aLinkMakesOneJobAtATime() async throws {
        try await withSources { service, _, store in
            let body = #"{"url": "https://open.spotify.com/intl-de/album/\#(stranger)"}"#
            let first = try await post(service, "/api/v1/ingest", body)
            #expect(first.status == 202 && first.json["job"]["kind"].text == "ingest.url")
            let second = try await post(service, "/api/v1/ingest", body)
            #expect(second.status == 200 && second.json["is_new"] == .flag(false))
            #expect(second.json["job"]["id"] == first.json["job"]["id"])
            let jobs = try await store.jobs(JobFilter())
            #expect(jobs.count == 1 && jobs[0].key == "spotify:album:\(stranger)")
        }
    }

    @Test func badLinksAreNamed() async throws {
        let cases: [(String, String)] = [
            ("{}", "/url"), (#"{"url": "https://example.org"}"#, "/url"), (#"{"url": 3}"#, "/url"),
            (#"{"url": "nonsense"}"#, "/url"), (#"{"url": "0OdUWJ0sBjDrqHygGUXeCF\u0001"}"#, "/url"),
            (#"{"url": "spotify:artist:0OdUWJ0sBjDrqHygGUXeCF"}"#, "/url"),
            (#"{"url": "spotify:track:0OdUWJ0sBjDrqHygGUXeCF", "token": "x"}"#, "/token"),
        ]
        try await withSources { service, _, store in
            for (body, place) in cases {
                let answer = try await post(service, "/api/v1/ingest", body)
                #expect(answer.status == 400 && answer.places == [place], "\(answer.text)")
                #expect(!answer.text.contains("tag:") && !answer.text.contains("namespace"), "\(answer.text)")
                #expect(try await store.jobs(JobFilter()).isEmpty)
            }
        }
    }

    @Test func aBodyThatIsNoObjectIsToldWhatThisCallTakes() async throws {
        try await withSources { service, _, _ in
            for (path, words) in [
                ("/api/v1/ingest", "url"), ("/api/v1/sources/fetch", "liked-tracks"), ("/api/v1/recommend", "seeds"),
                ("/api/v1/rules/classify", "openapi.json"),
            ] {
                let answer = try await post(service, path, "[]")
                if answer.status == 404 { continue }
                #expect(answer.status == 400 && answer.places == [""], "\(answer.text)")
                #expect(answer.text.contains(words), "\(answer.text)")
                #expect(words == "seeds" || !answer.text.contains("seeds"), "\(answer.text)")
            }
        }
    }

    @Test func eachSourceHasAJobAndABadOneBeginsNone() async throws {
        try await withSources { service, _, store in
            let bad = try await post(
                service, "/api/v1/sources/fetch", #"{"sources": ["liked-tracks", "records", 7]}"#)
            #expect(bad.status == 400 && Set(bad.places) == ["/sources/1", "/sources/2"])
            #expect(try await post(service, "/api/v1/sources/fetch", #"{"sources": []}"#).places == ["/sources"])
            #expect(try await store.jobs(JobFilter()).isEmpty)
            let good = try await post(
                service, "/api/v1/sources/fetch", #"{"sources": ["liked-tracks", "playlists", "liked-tracks"]}"#)
            #expect(good.status == 202 && good.json["jobs"].list.count == 3)
            #expect(good.json["jobs"].list.map { $0["is_new"] } == [.flag(true), .flag(true), .flag(false)])
        }
    }

    @Test func withoutASourceTheAnswerSaysWhatIsMissing() async throws {
        try await withSources { service, stub, _ in
            stub.fail(with: SourceFetchFailure.noSource("no account is connected"))
            for (path, body) in [
                ("/api/v1/ingest", #"{"url": "\#(stranger)"}"#),
                ("/api/v1/sources/fetch", #"{"sources": ["liked-tracks"]}"#),
            ] {
                let answer = try await post(service, path, body)
                #expect(answer.status == 404 && answer.code == "no_source")
                #expect(answer.text.contains("no account is connected"))
            }
            let seed = try await service.recommend(#"{"seeds": ["\#(SmallCatalog.spotifyID(1))", "\#(stranger)"]}"#)
            #expect(seed.status == 404 && seed.code == "unknown_seed" && seed.places == ["/seeds/1"])
            #expect(seed.text.contains("no account is connected"))
        }
    }

    @Test func aFetchThatFailsIsTold() async throws {
        try await withSources { service, stub, _ in
            let failures: [(any Error & Sendable, Int, String)] = [
                (SourceFetchFailure.underWay, 503, "seed_under_way"),
                (
                    SourceError.postponed(until: Date(timeIntervalSinceNow: 90), reason: "quota"), 503,
                    "source_postponed"
                ),
                (SourceError.callerTokenRefused, 403, "spotify_token"),
                (SourceError.refused("it is gone"), 404, "unknown_seed"),
                (CatalogStoreError.busy("an import"), 409, "catalog_busy"),
            ]
            for (error, status, code) in failures {
                stub.fail(with: error)
                let answer = try await service.recommend(#"{"url": "\#(stranger)"}"#)
                #expect(answer.status == status && answer.code == code, "\(answer.text)")
                #expect((answer.headers["Retry-After"] != nil) == (status == 503 || status == 409))
            }
        }
    }

    @Test func onlyWhatIsLackingIsFetchedAndTheTokenIsPassedOn() async throws {
        try await withSources { service, stub, _ in
            let known = try await service.recommend(#"{"url": "\#(SmallCatalog.spotifyID(1))"}"#)
            #expect(known.status == 200 && stub.asked.withLock { $0.isEmpty })
            for token in [nil, "BQabc"] as [String?] {
                let headers: HTTPHeaders =
                    token.map { ["X-Spotify-Token": $0, "Content-Type": "application/json"] }
                    ?? ["Content-Type": "application/json"]
                let answer = try await service.send(
                    "POST", "/api/v1/recommend", headers: headers,
                    body: Array(#"{"seeds": ["\#(SmallCatalog.spotifyID(1))", "\#(stranger)"]}"#.utf8))
                // The stub brings nothing: the seed is still unknown.
                #expect(answer.status == 404)
            }
            let asked = stub.asked.withLock { $0 }
            #expect(asked.map(\.sources) == [[.track(stranger)], [.track(stranger)]])
            #expect(asked.map(\.hasToken) == [false, true])
            #expect(!service.log.text.contains("BQabc"))
            let bad = try await service.send(
                "POST", "/api/v1/recommend",
                headers: ["X-Spotify-Token": "two words", "Content-Type": "application/json"],
                body: Array(#"{"url": "\#(stranger)"}"#.utf8))
            #expect(bad.status == 400 && bad.places == ["X-Spotify-Token"] && !bad.text.contains("two words"))
            let unfetchable = try await service.recommend(#"{"url": "isrc:USUM71703861"}"#)
            #expect(unfetchable.status == 404 && stub.asked.withLock { $0.count } == 2)
        }
    }

    @Test func aPartOfASeedIsNoSeedAndIsCalledAPart() async throws {
        try await withSources { service, stub, _ in
            let body = #"{"url": "spotify:playlist:\#(MemoryStore.partialPlaylist)"}"#
            let words = "has only a part of the playlist spotify:playlist:\(MemoryStore.partialPlaylist)"
            stub.fail(with: SourceFetchFailure.noSource("no account is connected"))
            let absent = try await service.recommend(body)
            #expect(absent.status == 404 && absent.code == "unknown_seed", "\(absent.text)")
            #expect(absent.text.contains(words) && absent.text.contains("no account is connected"), "\(absent.text)")
            stub.fail(with: SourceFetchFailure.underWay)
            #expect(try await service.recommend(body).code == "seed_under_way")
            #expect(stub.asked.withLock { $0.map(\.sources) }.last == [.playlist(MemoryStore.partialPlaylist)])
            let known = SmallCatalog.spotifyID(1)
            let excluded = #"{"seeds": ["\#(known)"], "exclude": ["spotify:playlist:\#(MemoryStore.partialPlaylist)"]}"#
            #expect(try await service.recommend(excluded).status == 200, "what is left out may be a part")
        }
    }

    private func settle(_ report: SourceReport, in store: PostgresStore) async throws -> JobID {
        let request = try SourceJob(source: report.source, account: report.account).request()
        let id = try await store.enqueue(request).job.id
        let claim = try #require(try await store.claim(kinds: [request.kind], worker: "w")).claim
        _ = try await store.settle(claim, .done, JobReport(metadata: try JobDocument(report)))
        return id
    }

    /// Every count has a place of its own; the numbers differ, so that none can stand in another's.
    @Test func theAggregateShowsWhatAJobReported() async throws {
        try await withSources { service, _, store in
            var report = SourceReport(source: .playlists, account: "me")
            (report.tracks, report.entries, report.playlists, report.unchanged) = (11, 12, 13, 14)
            (report.withheld, report.files, report.problems, report.refused) = (15, 16, ["a", "b"], 20)
            (report.counts.newTracks, report.counts.newPlaylists, report.counts.changedPlaylists) = (17, 18, 19)
            let job = try await settle(report, in: store)
            let answer = try await service.send("GET", "/api/v1/sources/aggregate?jobs=\(job)")
            let part = answer.json["sources"][0]
            let expected = [
                "mentions": 11, "entries": 12, "playlists": 13, "unchanged": 14, "withheld": 15, "files": 16,
                "refused": 20, "new_tracks": 17, "new_playlists": 18, "changed_playlists": 19, "problems": 2,
                "tracks": 0, "only_here": 0, "job": Double(job.rawValue),
            ]
            for (name, number) in expected { #expect(part[name].number == number, "\(name): \(answer.text)") }
            #expect(part["source"].text == "playlists:me")
            #expect(part.names == Set(expected.keys).union(["source", "finished_at"]))
        }
    }

    @Test func jobsThatCannotBeCountedAreNamed() async throws {
        try await withSources { service, _, store in
            let done = try await settle(SourceReport(source: .likedTracks, account: "me"), in: store)
            let other = try await store.enqueue(JobRequest(kind: "index.build")).job.id
            let failed = try await store.enqueue(try SourceJob(source: .playlists).request()).job.id
            _ = try await store.cancel(failed)
            let path = "/api/v1/sources/aggregate?jobs="
            let unknown = try await service.send("GET", "\(path)\(done),77777,\(other)")
            #expect(unknown.status == 404 && unknown.code == "unknown_job" && unknown.places == ["jobs"])
            #expect(unknown.text.contains("77777"), "\(unknown.text)")
            let foreign = try await service.send("GET", "\(path)\(done),\(other)")
            #expect(foreign.status == 400 && foreign.places == ["jobs"] && foreign.text.contains("sources.fetch"))
            let good = try await service.send("GET", "\(path)\(done),\(failed)")
            #expect(good.status == 200 && good.json["sources"].list.count == 1, "\(good.text)")
            #expect(good.json["failed_jobs"].list.compactMap(\.number) == [Double(failed.rawValue)])
        }
    }

    @Test func aSourceIsForgottenByItsKey() async throws {
        try await withSources { service, _, store in
            _ = try await settle(SourceReport(source: .files("/music/of old")), in: store)
            let path = "/api/v1/sources?source=files:/music/of%20old"
            let waiting = try await store.enqueue(try SourceJob(source: .files("/music/of old")).request()).job.id
            let busy = try await service.send("DELETE", path)
            #expect(busy.status == 409 && busy.code == "job_state" && busy.text.contains("job \(waiting)"))
            _ = try await store.cancel(waiting)
            let forgotten = try await service.send("DELETE", path)
            #expect(forgotten.status == 204, "\(forgotten.text)")
            let again = try await service.send("DELETE", path)
            #expect(again.status == 404 && again.code == "unknown_source", "\(again.text)")
            let merged = try await service.send("GET", "/api/v1/sources/aggregate")
            #expect(merged.json["sources"].list.isEmpty)
            let nothing = try await service.send("DELETE", "/api/v1/sources")
            #expect(nothing.status == 400 && nothing.places == ["source"])
        }
    }

    @Test func badQueriesOfTheAggregateAreRefused() async throws {
        let cases: [String] = ["jobs=x", "jobs=1,", "limit=0", "cursor=x"]
        try await withSources { service, _, _ in
            for query in cases {
                let answer = try await service.send("GET", "/api/v1/sources/aggregate?\(query)")
                #expect(answer.status == 400, "\(answer.text)")
            }
        }
    }
}
