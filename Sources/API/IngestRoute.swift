internal import Catalog
internal import HTTPServer
internal import Jobs
internal import Sourcing

/// `POST /api/v1/ingest`.
struct IngestRoute: Sendable {
    static let fields = ["url", "account"]

    let jobs: JobAccess
    let sources: SourceAccess
    let configuration: APIConfiguration

    var route: Route {
        Route(
            "POST", "/api/v1/ingest", access: .change,
            Operation(
                id: "ingest", summary: "Take a track, an album or a playlist into the catalog",
                description: """
                    Makes a job of the kind ingest.url, unless one is at the same link still, which is answered then. \
                    Follow it at /api/v1/jobs/{id}/events. Needs a connected account, or for tracks and albums an \
                    application with a secret: jobs never hold a caller's token.
                    """,
                body: .reference("IngestRequest"),
                answers: [
                    .init(200, "A job is in the queue or under way already.", .json(.reference("EnqueuedJob"))),
                    .init(202, "It is in the queue.", .json(.reference("EnqueuedJob"))),
                ],
                problems: [
                    404: "There is no application or account to fetch it with.",
                    503: "The database cannot be reached.",
                ]),
            answer: answer)
    }

    @Sendable private func answer(_ call: Call) throws -> Reply {
        let (asked, source) = try read(call.request.body)
        return .later {
            try await sources.fetching.check(source, account: asked.account)
            let enqueued = try await jobs.store.enqueue(try asked.request())
            return .json(try JSON.enqueued(enqueued).bytes, status: enqueued.isNew ? 202 : 200)
        }
    }

    private func read(_ body: [UInt8]) throws(Problem) -> (SourceJob, Source) {
        var reader = FieldReader(
            try JSONBody.object(
                body, maximumDepth: configuration.maximumDepth, example: #"{"url": "spotify:playlist:…"}"#))
        reader.refuse(namesOutside: Self.fields)
        let account = reader.text("account")
        var found: (SourceJob, Source)?
        if let url = reader.text("url") {
            do throws(ReferenceError) {
                found = (SourceJob(url: url, account: account), try Source(parsing: url))
            } catch {
                reader.note("url", .badReference, error.description)
            }
        } else if !reader.has("url") {
            reader.note("url", .missing, "missing; give a link to a track, an album or a playlist")
        }
        guard reader.faults.isEmpty, let found else {
            throw Problem(faults: reader.faults, limit: configuration.maximumFaults)
        }
        return found
    }
}
