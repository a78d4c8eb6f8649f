import Catalog
import FakeServices
import Foundation
import Jobs
import Postgres
import Storage
import Terminal
import TestSupport
import Testing

@testable import segue

private let hasDatabase = !(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "").isEmpty
private let world = OutsideSurroundings.world

@Suite(
    "The outside world, through the program", .serialized,
    .enabled(if: hasDatabase && BuiltBinary.path != nil, "no database, or not built"))
struct OutsideWorldTests {
    private func recommend(_ seed: String) -> String { #"{"url": "\#(seed)", "k": 5}"# }

    @Test func anUnknownTrackIsFetchedVectorizedAndAnsweredInOneRequest() async throws {
        try await OutsideSurroundings.with { surroundings in
            let service = try await RunningService(surroundings.environment)
            let stranger = try #require(world.tracks.dropFirst(400).first(where: FakeReccoBeats.knows))
            let body = recommend("https://open.spotify.com/track/\(stranger.spotify)")
            let token = surroundings.spotify.connect().access

            let without = try await service.call("POST", "/api/v1/recommend", body)
            #expect(without.status == 404 && without.text.contains("unknown_seed"), "\(without.text)")
            #expect(without.text.contains("segue accounts connect") && without.text.contains("X-Spotify-Token"))
            let wrong = try await service.call(
                "POST", "/api/v1/recommend", body, headers: ["X-Spotify-Token": "no-such-token"])
            #expect(wrong.status == 403 && wrong.value("code") == "spotify_token", "\(wrong.text)")

            let answer = try await service.call(
                "POST", "/api/v1/recommend", body, headers: ["X-Spotify-Token": token])
            #expect(answer.status == 200, "\(answer.text) \(service.process.errors)")
            #expect(answer.value("seeds", "0", "track", "id") == stranger.spotify)
            #expect(answer.value("seeds", "0", "coverage", as: [String].self)?.contains("audio") == true)
            #expect(answer.value("items", as: [Any].self)?.count == 5)
            #expect(answer.value("catalog", "fetched", "0", "new_tracks") == 1)
            #expect(answer.value("catalog", "tracks") == OutsideSurroundings.known + 1)

            let again = try await service.call("POST", "/api/v1/recommend", body)
            #expect(again.status == 200 && !again.text.contains("\"catalog\":"), "\(again.text)")
            #expect(!service.process.errors.contains(token))
            let rows = try await surroundings.database.session().rows(
                """
                SELECT key || coalesce(body, '') FROM service_responses UNION ALL SELECT payload::text FROM jobs
                UNION ALL SELECT coalesce(access_token, '') FROM accounts
                """
            ) { try $0[0] as String }
            #expect(!rows.contains { $0.contains(token) })
        }
    }

    @Test func whoDoesNotKnowItsSoundInTimeKeepsNoSeedFromBeingAnswered() async throws {
        try await OutsideSurroundings.with { surroundings in
            let silent = try FakeService.reccoBeats.server(world)
            defer { silent.stop() }
            silent.setFaults([FaultRule(.late(milliseconds: 600_000), .every(1))])
            var environment = surroundings.environment
            // A fifth of it is for the sound.
            environment["SEGUE_REQUEST_TIMEOUT"] = "30"
            environment["SEGUE_RECCOBEATS_URL"] = silent.url + "/v1"
            let service = try await RunningService(environment)
            let answer = try await service.call(
                "POST", "/api/v1/recommend", recommend("spotify:track:\(world.tracks[580].spotify)"),
                headers: ["X-Spotify-Token": surroundings.spotify.connect().access])
            #expect(answer.status == 200 && silent.callCount() == 1, "\(answer.text)")
        }
    }

    @Test func requestsForOneUnknownSeedMakeOneFetch() async throws {
        try await OutsideSurroundings.with { surroundings in
            let service = try await RunningService(surroundings.environment)
            let stranger = world.tracks[590]
            let token = surroundings.spotify.connect().access
            surroundings.server.setFaults([FaultRule(.late(milliseconds: 400), on: "/v1/tracks", .every(1))])
            let replies = try await withThrowingTaskGroup(of: RunningService.Reply.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        try await service.call(
                            "POST", "/api/v1/recommend", recommend("spotify:track:\(stranger.spotify)"),
                            headers: ["X-Spotify-Token": token])
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(replies.allSatisfy { $0.status == 200 }, "\(replies.map(\.text))")
            #expect(surroundings.server.callCount("/v1/tracks/\(stranger.spotify)") == 1)
            let jobs = try await surroundings.database.store.jobs(JobFilter(kind: "ingest.seed"))
            #expect(jobs.count == 1 && jobs.allSatisfy { $0.status == .done })
            let merged = try await service.call("GET", "/api/v1/sources/aggregate")
            #expect(merged.value("sources", as: [Any].self)?.isEmpty == true, "\(merged.text)")
        }
    }

    @Test func whatWasHeardIsIngestedAndWhatIsHeldSimilarOffered() async throws {
        try await OutsideSurroundings.with { surroundings in
            try await surroundings.connect()
            var environment = surroundings.environment
            environment["SEGUE_CONTACT"] = "tests@example.org"
            let done = await segue(["ingest", "recently-played", "top-tracks"], environment: environment)
            #expect(done.status == .success, "\(done.errors) \(done.output)")
            let counts = try await surroundings.database.session().first(
                "SELECT (SELECT count(*) FROM plays), (SELECT count(*) FROM favourites)"
            ) { [try $0[0] as Int, try $0[1] as Int] }
            #expect(counts == [80, 360])
            let passes = await segue(
                ["features", "fetch", "--provider", "lastfm", "--limit", "30"], environment: environment)
            #expect(passes.status == .success && passes.output.contains("lastfm"), "\(passes.errors)")
            let daily = await segue(["playlist", "daily", "--dry-run"], environment: environment, width: 200)
            #expect(daily.status == .success && daily.output.contains("held similar to"), "\(daily.output)")
            let similar = try await surroundings.database.session().rows(
                "SELECT DISTINCT source FROM similar_tracks ORDER BY 1"
            ) { try $0[0] as String }
            #expect(similar == ["lastfm"])
        }
    }

    /// ListenBrainz is asked by ids that MusicBrainz finds first.
    @Test func whatListenBrainzHoldsSimilarIsOfferedToAListener() async throws {
        try await OutsideSurroundings.with { surroundings in
            var environment = surroundings.environment
            environment["SEGUE_CONTACT"] = "tests@example.org"
            for provider in ["musicbrainz", "listenbrainz"] {
                let pass = await segue(
                    ["features", "fetch", "--provider", provider, "--limit", "4"], environment: environment)
                #expect(pass.status == .success && pass.output.contains("knew 4"), "\(pass.output) \(pass.errors)")
            }
            let asked = try await surroundings.database.session().rows(
                "SELECT DISTINCT track_id FROM similar_tracks WHERE source = 'listenbrainz' ORDER BY 1"
            ) { "segue:\(try $0[0] as Int64)" }
            #expect(!asked.isEmpty)
            let liked = await segue(["feedback", "liked"] + asked, environment: environment)
            #expect(liked.status == .success, "\(liked.errors)")
            environment["SEGUE_SIMILAR_SECONDS"] = "0"
            let daily = await segue(["playlist", "daily", "--dry-run"], environment: environment, width: 200)
            #expect(daily.output.contains("by listenbrainz"), "\(daily.output) \(daily.errors)")
        }
    }

    @Test func anUnknownPlaylistIsStoredIndexedAndSummedUp() async throws {
        try await OutsideSurroundings.with { surroundings in
            let service = try await RunningService(surroundings.environment)
            let playlist = surroundings.spotify.playlists[0]
            let tracks = playlist.entries.filter { if case .track = $0 { true } else { false } }
            let body = recommend("spotify:playlist:\(playlist.id)")
            let answer = try await service.call(
                "POST", "/api/v1/recommend", body,
                headers: ["X-Spotify-Token": surroundings.spotify.connect().access])
            #expect(answer.status == 200, "\(answer.text) \(service.process.errors)")
            #expect(answer.value("catalog", "fetched", "0", "entries") == tracks.count)
            #expect(answer.value("catalog", "fetched", "0", "local_files", as: Int.self) ?? 0 > 0)
            #expect(answer.value("items", as: [Any].self)?.count == 5)
            let count = try await surroundings.database.session().first("SELECT count(*) FROM playlist_entries") {
                try $0[0] as Int
            }
            #expect(count == tracks.count)
            let again = try await service.call("POST", "/api/v1/recommend", body)
            #expect(again.status == 200 && !again.text.contains("\"catalog\":"))
            let others = recommend("spotify:playlist:\(surroundings.spotify.playlists[4].id)")
            let withheld = try await service.call(
                "POST", "/api/v1/recommend", others,
                headers: ["X-Spotify-Token": surroundings.spotify.connect().access])
            #expect(withheld.status == 404 && withheld.text.contains("owner and collaborators"), "\(withheld.text)")
        }
    }

    @Test func severalSourcesAreFetchedAsJobsAndMerged() async throws {
        try await OutsideSurroundings.with { surroundings in
            let service = try await RunningService(surroundings.environment)
            let store = surroundings.database.store
            let link = #"{"url": "spotify:track:\#(world.tracks[450].spotify)"}"#
            let early = try await service.call("POST", "/api/v1/ingest", link)
            #expect(early.status == 404 && early.value("code") == "no_source", "\(early.text)")
            #expect(early.text.contains("segue accounts connect") && !early.text.contains("X-Spotify-Token"))
            try await surroundings.connect()

            let ingest = try await service.call("POST", "/api/v1/ingest", link)
            #expect(ingest.status == 202 && ingest.value("job", "kind") == "ingest.url", "\(ingest.text)")
            let single = try await service.ended(ingest.value("job", "id") ?? 0, in: store)
            #expect(single.status == .done && single.progress == 1, "\(single)")

            let music = "\(surroundings.folder)/music"
            try FileManager.default.createDirectory(atPath: music, withIntermediateDirectories: true)
            try FileManager.default.copyItem(
                atPath: "\(surroundings.folder)/world.csv", toPath: "\(music)/world.csv")
            let outside = try await service.call(
                "POST", "/api/v1/sources/fetch", #"{"sources": ["files:\#(surroundings.folder)/world.csv"]}"#)
            #expect(outside.status == 404 && outside.text.contains("SEGUE_SOURCE_ROOTS"), "\(outside.text)")
            #expect(!outside.text.contains("X-Spotify-Token"), "\(outside.text)")
            let sources = ["liked-tracks", "playlists", "saved-albums", "files:\(music)"]
            let fetch = try await service.call(
                "POST", "/api/v1/sources/fetch",
                #"{"sources": [\#(sources.map { "\"\($0)\"" }.joined(separator: ", "))]}"#)
            #expect(fetch.status == 202, "\(fetch.text)")
            let ids = (0..<4).compactMap { fetch.value("jobs", "\($0)", "job", "id", as: Int.self) }
            #expect(ids.count == 4)
            for id in ids {
                let job = try await service.ended(id, in: store)
                #expect(job.status == .done, "\(job)")
            }

            let merged = try await service.call("GET", "/api/v1/sources/aggregate?limit=100")
            #expect(merged.status == 200, "\(merged.text)")
            let parts = (0..<5).map { merged.value("sources", "\($0)", "source", as: String.self) ?? "" }
            #expect(Set(parts.map { $0.prefix(5) }) == ["files", "liked", "playl", "saved", "spoti"])
            let tracks = try await store.withView { try await $0.trackCount() }
            #expect(merged.value("total", "tracks") == tracks)
            let files = merged.value("sources", as: [[String: Any]].self)?.first {
                ($0["source"] as? String)?.hasPrefix("files:") == true
            }
            #expect(files?["mentions"] as? Int == OutsideSurroundings.known, "\(merged.text)")
            #expect(merged.value("total", "duplicates", as: Int.self) ?? 0 > 0)
            var (seen, cursor): (Set<String>, String?) = ([], "0")
            while let place = cursor {
                let page = try await service.call("GET", "/api/v1/sources/aggregate?limit=100&cursor=\(place)")
                for row in page.value("tracks", as: [[String: Any]].self) ?? [] {
                    let id = (row["track"] as? [String: Any])?["id"] as? String ?? ""
                    #expect(seen.insert(id).inserted)
                }
                cursor = page.value("next")
            }
            #expect(merged.value("total", "recordings") == seen.count)
        }
    }

    @Test func ingestIsACommandAsWell() async throws {
        try await OutsideSurroundings.with { surroundings in
            try await surroundings.connect()
            let playlist = surroundings.spotify.playlists[1]
            let link = "https://open.spotify.com/playlist/\(playlist.id)?si=x"
            let done = await segue(["ingest", link, "liked-tracks"], environment: surroundings.environment)
            #expect(done.status == .success, "\(done.errors) \(done.output)")
            #expect(done.output.contains("ingest.url") && done.output.contains("sources.fetch"))
            let before = try await surroundings.contents()
            let detached = await segue(["ingest", link, "--detach"], environment: surroundings.environment)
            #expect(detached.output.contains("is in the queue"))
            let again = await segue(["ingest", link], environment: surroundings.environment)
            #expect(again.status == .success)
            #expect(try await surroundings.contents() == before)
            let nonsense = await segue(["ingest", "https://example.org/x"], environment: surroundings.environment)
            #expect(nonsense.status == .usage && nonsense.errors.contains("liked-tracks"), "\(nonsense.errors)")
        }
    }

    @Test func aQuotaEndsTheCommandWithTheMomentToGoOn() async throws {
        try await OutsideSurroundings.with { surroundings in
            try await surroundings.connect()
            surroundings.server.setFaults([FaultRule(.quotaExceeded(retryAfter: 3_600), on: "/v1/me/tracks")])
            let stopped = await segue(["ingest", "liked-tracks"], environment: surroundings.environment)
            #expect(stopped.status == .failure, "\(stopped.output)")
            #expect(stopped.output.contains("pending") && stopped.output.contains("quota"), "\(stopped.output)")
        }
    }

    @Test func theNightRefreshesEnrichesRebuildsAndPrunes() async throws {
        try await OutsideSurroundings.with { surroundings in
            try await surroundings.connect()
            var environment = surroundings.environment
            environment["SEGUE_CONTACT"] = "tests@example.org"
            environment["SEGUE_NIGHTLY_ENRICH"] = "15"
            let service = try await RunningService(environment)
            let unasked = try await service.call(
                "POST", "/internal/jobs/nightly", headers: ["Authorization": "Bearer day"])
            #expect(unasked.status == 401)
            let begun = try await service.call(
                "POST", "/internal/jobs/nightly", headers: ["Authorization": "Bearer night"])
            #expect(begun.status == 202, "\(begun.text)")
            let job = try await service.ended(
                begun.value("job", "id") ?? 0, in: surroundings.database.store)
            #expect(job.status == .done, "\(job) \(service.process.errors)")
            struct Report: Decodable { var steps: [NightlyPart] }
            let steps = try job.metadata.decoded(as: Report.self).steps
            #expect(
                steps.map(\.name) == ["sources", "enrich", "rebuild", "verify", "publish", "prune", "metrics"])
            #expect(steps.allSatisfy { $0.outcome == .done }, "\(steps)")
            let asked = surroundings.server.callCount("/v1/audio-features")
            #expect(asked > 0)
            let enriched = try await surroundings.database.session().first(
                "SELECT count(*) FROM enrichments WHERE source = 'reccobeats'"
            ) { try $0[0] as Int }
            #expect(enriched == 15)
        }
    }
}
