import API
import Foundation
import HTTPServer
import Jobs
import Storage
import TestSupport
import Testing

private let hasDatabase = !(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "").isEmpty
private let nightlyToken = "correct horse battery staple"

/// A service whose queue is in PostgreSQL.
private func withJobs(
    _ transport: Transport = .handler, streams: Int = 8, token: String? = nightlyToken,
    _ body: @escaping @Sendable (Service, PostgresStore) async throws -> Void
) async throws {
    try await withTestDatabase { store in
        let feed = JobFeed(store: store)
        let listening = Task { await feed.run() }
        defer { listening.cancel() }
        var options = Service.Options()
        options.jobs = JobAccess(
            store: store, feed: feed, kinds: ["index.build", "nightly"], nightlyToken: token,
            maximumStreams: streams, keepAlive: .milliseconds(200)
        ) { kind, payload in
            guard payload.text.contains("nonsense") else { return }
            throw JobRefused(reason: "\(kind) knows no nonsense")
        }
        try await Service.with(transport, options) { try await body($0, store) }
    }
}

private func put(_ service: Service, _ name: String, _ body: String) async throws -> Answer {
    try await service.send(
        "PUT", "/api/v1/schedules/\(name)", headers: ["Content-Type": "application/json"], body: Array(body.utf8))
}

@Suite("Jobs over HTTP", .enabled(if: hasDatabase, "DATABASE_URL is not set")) struct JobsRoutesTests {
    @Test(arguments: Transport.allCases)
    func jobsAreListedAndShown(_ transport: Transport) async throws {
        try await withJobs(transport) { service, store in
            for kind in ["a", "b", "a"] { _ = try await store.enqueue(JobRequest(kind: kind)) }
            let page = try await service.send("GET", "/api/v1/jobs?kind=a&limit=1")
            #expect(page.status == 200)
            #expect(page.json["jobs"].list.count == 1)
            let next = Int(page.json["next"].number ?? 0)
            let rest = try await service.send("GET", "/api/v1/jobs?kind=a&limit=5&before=\(next)")
            #expect(rest.json["jobs"].list.count == 1 && rest.json["next"] == .null)
            let id = Int(rest.json["jobs"][0]["id"].number ?? 0)
            let job = try await service.send("GET", "/api/v1/jobs/\(id)")
            #expect(job.json["status"].text == "pending" && job.json["kind"].text == "a")
            #expect(job.json["payload"] == .object([:]) && job.json["started_at"] == .null)
        }
    }

    @Test func badQueriesAreNamed() async throws {
        try await withJobs { service, _ in
            let answer = try await service.send("GET", "/api/v1/jobs?status=lost&limit=0&before=x")
            #expect(answer.status == 400)
            #expect(Set(answer.places) == ["status", "limit", "before"])
            for target in ["/api/v1/jobs/0", "/api/v1/jobs/x", "/api/v1/jobs/999999", "/api/v1/jobs/7/events"] {
                let missing = try await service.send("GET", target)
                #expect(missing.status == 404 && missing.code == "unknown_job")
            }
        }
    }

    @Test func jobsAreCancelledAndRetried() async throws {
        try await withJobs { service, store in
            let id = try await store.enqueue(JobRequest(kind: "a")).job.id
            let cancelled = try await service.send("POST", "/api/v1/jobs/\(id)/cancel")
            #expect(cancelled.status == 202 && cancelled.json["status"].text == "cancelled")
            let again = try await service.send("POST", "/api/v1/jobs/\(id)/cancel")
            #expect(again.status == 409 && again.code == "job_state")
            let retried = try await service.send("POST", "/api/v1/jobs/\(id)/retry")
            #expect(retried.status == 202 && retried.json["status"].text == "pending")
            #expect(try await service.send("POST", "/api/v1/jobs/\(id)/retry").code == "job_state")
            #expect(try await service.send("POST", "/api/v1/jobs/999999/retry").code == "unknown_job")
        }
    }

    @Test func everyCallNeedsAToken() async throws {
        try await withJobs { service, _ in
            for (method, target) in [
                ("GET", "/api/v1/jobs"), ("GET", "/api/v1/jobs/1"), ("GET", "/api/v1/jobs/1/events"),
                ("POST", "/api/v1/jobs/1/cancel"), ("POST", "/api/v1/jobs/1/retry"), ("GET", "/api/v1/schedules"),
                ("GET", "/api/v1/schedules/x"), ("PUT", "/api/v1/schedules/x"), ("DELETE", "/api/v1/schedules/x"),
            ] {
                let answer = try await service.send(method, target, .none)
                #expect(answer.status == 401, "\(method) \(target)")
            }
        }
    }

    // MARK: Events

    @Test func eventsFollowAJobToItsEnd() async throws {
        try await withJobs(.socket) { service, store in
            let id = try await store.enqueue(JobRequest(kind: "a")).job.id
            let claim = try #require(try await store.claim(kinds: ["a"], worker: "w")).claim
            let answer = try service.follow("/api/v1/jobs/\(id)/events")
            try await eventually { answer.text.contains("running") }
            for share in [0.25, 0.5] {
                _ = try await store.beat(claim, JobReport(progress: share, message: "at \(share)"))
                try await eventually { answer.text.contains("at \(share)") }
            }
            try await eventually { answer.text.contains(": alive\n\n") }
            _ = try await store.settle(claim, .done, JobReport())
            try await eventually { answer.isComplete }
            #expect(answer.contentType == "text/event-stream")
            let events = try answer.text.split(separator: "\n").filter { $0.hasPrefix("data: ") }
                .map { try Value(parsing: Array($0.dropFirst(6).utf8)) }
            #expect(events.first?["status"].text == "running")
            #expect(events.contains { $0["progress"].number == 0.25 })
            #expect(events.contains { $0["message"].text == "at 0.5" })
            #expect(events.last?["status"].text == "done" && events.last?["progress"].number == 1)
            #expect(answer.text.hasPrefix("event: job\ndata: "))
        }
    }

    @Test func eventsOfAJobThatHasEndedAreOne() async throws {
        try await withJobs(.socket) { service, store in
            let id = try await store.enqueue(JobRequest(kind: "a")).job.id
            _ = try await store.cancel(id)
            let answer = try await service.send("GET", "/api/v1/jobs/\(id)/events")
            #expect(answer.text.components(separatedBy: "event: job\n").count == 2)
            #expect(answer.text.contains(#""status":"cancelled""#))
        }
    }

    @Test func noMoreStreamsAreOpenThanMayBe() async throws {
        try await withJobs(.socket, streams: 1) { service, store in
            let id = try await store.enqueue(JobRequest(kind: "a")).job.id
            let following = try service.follow("/api/v1/jobs/\(id)/events")
            try await eventually { following.text.contains("pending") }
            let refused = try await service.send("GET", "/api/v1/jobs/\(id)/events")
            #expect(refused.status == 503 && refused.code == "too_many_streams")
            #expect(refused.headers["Retry-After"] == "5")
            _ = try await store.cancel(id)
            try await eventually { following.isComplete }
            try await eventually { try await service.send("GET", "/api/v1/jobs/\(id)/events").status == 200 }
        }
    }

    // MARK: The nightly chain

    private func begin(_ service: Service, _ token: String?) async throws -> Answer {
        let credentials: Service.Credentials = token.map { .token($0) } ?? .none
        return try await service.send("POST", "/internal/jobs/nightly", credentials)
    }

    @Test(arguments: Transport.allCases)
    func itsTokenBeginsTheNightlyChainOnce(_ transport: Transport) async throws {
        try await withJobs(transport) { service, store in
            let first = try await begin(service, nightlyToken)
            #expect(first.status == 202 && first.json["is_new"] == .flag(true))
            let second = try await begin(service, nightlyToken)
            #expect(second.status == 200 && second.json["is_new"] == .flag(false))
            #expect(second.json["job"]["id"] == first.json["job"]["id"])
            #expect(first.json["job"]["schedule"].text == "nightly")
            #expect(try await store.jobs(JobFilter()).count == 1)
        }
    }

    @Test func withoutItsScheduleTheChainIsStillBegunOnce() async throws {
        try await withJobs { service, store in
            _ = try await store.removeSchedule("nightly")
            let (first, second) = (try await begin(service, nightlyToken), try await begin(service, nightlyToken))
            #expect(first.status == 202 && second.status == 200)
        }
    }

    @Test func otherTokensDoNotBeginIt() async throws {
        try await withJobs { service, store in
            for token in [nil, "", "wrong", nightlyToken + " ", String(nightlyToken.dropLast()), try service.token()] {
                let answer = try await begin(service, token)
                #expect(answer.status == 401 && answer.code == "nightly_token")
            }
            #expect(try await store.jobs(JobFilter()).isEmpty)
            #expect(!service.log.text.contains(nightlyToken))
        }
    }

    @Test func withoutATokenSetNobodyMay() async throws {
        try await withJobs(token: nil) { service, _ in
            for token in [nil, "", "anything"] {
                let answer = try await begin(service, token)
                #expect(answer.status == 403 && answer.code == "nightly_not_configured")
                #expect(answer.text.contains("SEGUE_NIGHTLY_TOKEN"))
            }
        }
    }

    // MARK: Schedules

    @Test(arguments: Transport.allCases)
    func schedulesAreSetShownAndRemoved(_ transport: Transport) async throws {
        try await withJobs(transport) { service, _ in
            let body = #"""
                {"cron": "0 12 * * mon-fri", "time_zone": "Europe/Berlin", "kind": "index.build", "missed": "run_once",
                 "payload": {"prune": true}}
                """#
            let made = try await put(service, "noon", body)
            #expect(made.status == 201 && made.json["cron"].text == "0 12 * * mon-fri")
            #expect(made.json["next_run"].text != nil && made.json["enabled"] == .flag(true))
            #expect(made.json["payload"]["prune"] == .flag(true))
            let replaced = try await put(service, "noon", #"{"cron": "@daily", "kind": "nightly", "enabled": false}"#)
            #expect(replaced.status == 200 && replaced.json["time_zone"] == .null)
            #expect(replaced.json["next_run"] == .null && replaced.json["missed"].text == "skip")
            let all = try await service.send("GET", "/api/v1/schedules")
            #expect(all.json["schedules"].list.compactMap { $0["name"].text } == ["nightly", "noon"])
            #expect(try await service.send("GET", "/api/v1/schedules/noon").json["kind"].text == "nightly")
            #expect(try await service.send("DELETE", "/api/v1/schedules/noon").status == 204)
            for method in ["GET", "DELETE"] {
                #expect(try await service.send(method, "/api/v1/schedules/noon").code == "unknown_schedule")
            }
        }
    }

    @Test("What a schedule cannot be is named") func badSchedulesAreRefused() async throws {
        let cases: [(String, String, [String])] = [
            ("noon", "{}", ["/cron", "/kind"]), ("noon", #"{"cron": "x", "kind": "nightly"}"#, ["/cron"]),
            ("noon", #"{"cron": "@daily", "kind": "nothing"}"#, ["/kind"]),
            ("noon", #"{"cron": "@daily", "kind": "nightly", "time_zone": "Mars"}"#, ["/time_zone"]),
            ("noon", #"{"cron": "@daily", "kind": "nightly", "missed": "x", "enabled": 1}"#, ["/enabled", "/missed"]),
            ("noon", #"{"cron": "@daily", "kind": "nightly", "payload": [1]}"#, ["/payload"]),
            ("noon", #"{"cron": "@daily", "kind": "nightly", "payload": {"nonsense": 1}}"#, ["/payload"]),
            ("noon", #"{"cron": 5, "kind": "nightly", "x": 1}"#, ["/cron", "/x"]),
            ("Noon", #"{"cron": "@daily", "kind": "nightly"}"#, ["name"]), ("noon", "[]", [""]),
        ]
        try await withJobs { service, store in
            for (name, body, places) in cases {
                let answer = try await put(service, name, body)
                #expect(answer.status == 400)
                #expect(Set(answer.places) == Set(places), "\(answer.text)")
                #expect(try await store.schedules().map(\.name) == ["nightly"])
            }
        }
    }

    @Test func aBodyThatIsNoJSONIsSaidToBeNone() async throws {
        try await withJobs { service, _ in
            let answer = try await put(service, "noon", "{")
            #expect(answer.code == "malformed_json")
        }
    }

    @Test func theDescriptionHasAllRoutes() async throws {
        try await withJobs { service, _ in
            let document = try await service.send("GET", "/openapi.json", .none).json
            for path in [
                "/api/v1/jobs", "/api/v1/jobs/{id}", "/api/v1/jobs/{id}/cancel", "/api/v1/jobs/{id}/retry",
                "/api/v1/jobs/{id}/events", "/internal/jobs/nightly", "/api/v1/schedules", "/api/v1/schedules/{name}",
            ] { #expect(document["paths"].names.contains(path)) }
            let security = document["paths"]["/internal/jobs/nightly"]["post"]["security"]
            #expect(security[0].names == ["nightlyToken"])
            let names = try await service.send("GET", "/openapi.json", .none).text
                .matches(of: /"#\/components\/schemas\/(\w+)"/).map { String($0.1) }
            #expect(Set(names).isSubset(of: document["components"]["schemas"].names))
        }
    }
}
