internal import HTTPServer
internal import Jobs
internal import Signing

/// `POST /internal/jobs/nightly`.
struct NightlyRoute: Sendable {
    /// The schedule and the kind of job that the chain goes by.
    static let name = "nightly"

    let jobs: JobAccess

    var route: Route {
        Route(
            "POST", "/internal/jobs/nightly", access: .nightly,
            Operation(
                id: "runNightly", summary: "Run the nightly chain now",
                description: """
                    For a scheduler outside. Puts the chain into the queue, unless a run is there still, which is \
                    answered then. Takes the token of SEGUE_NIGHTLY_TOKEN and nothing else.
                    """,
                answers: [
                    .init(200, "A run is in the queue or under way already.", .json(.reference("EnqueuedJob"))),
                    .init(202, "It is in the queue.", .json(.reference("EnqueuedJob"))),
                ],
                problems: [403: "No token has been set for this.", 503: "The database cannot be reached."])
        ) { _ in
            .later {
                let enqueued = try await run()
                return .json(try JSON.enqueued(enqueued).bytes, status: enqueued.isNew ? 202 : 200)
            }
        }
    }

    /// Where somebody has removed the schedule, a key keeps runs apart.
    private func run() async throws -> EnqueuedJob {
        if let enqueued = try await jobs.store.runSchedule(Self.name) { return enqueued }
        return try await jobs.store.enqueue(JobRequest(kind: Self.name, key: .init(Self.name)))
    }
}

extension JSON {
    static func enqueued(_ enqueued: EnqueuedJob) throws -> JSON {
        ["job": try .document(of: enqueued.job), "is_new": .bool(enqueued.isNew)]
    }
}

/// The token of the nightly chain.
enum NightlyToken {
    /// Checks what a caller brought, in a time that tells nothing of the token.
    /// - Throws: `Problem` where no token is set, or the caller's is another.
    static func check(_ authorization: String?, against token: String?) throws(Problem) {
        guard let token, !token.isEmpty else {
            throw Problem(
                .nightlyNotConfigured, "nobody may begin the nightly chain here; set SEGUE_NIGHTLY_TOKEN_FILE")
        }
        // Digests, so that not even the length can be told.
        guard let authorization, authorization.lowercased().hasPrefix("bearer "),
            let given = try? SHA256Digest(hashing: Array(authorization.dropFirst(7).utf8)),
            let wanted = try? SHA256Digest(hashing: Array(token.utf8)),
            equalInConstantTime(given.bytes, wanted.bytes)
        else {
            var problem = Problem(.nightlyToken, "bring the token of SEGUE_NIGHTLY_TOKEN as Authorization: Bearer")
            problem.headers["WWW-Authenticate"] = "Bearer"
            throw problem
        }
    }
}
