internal import HTTPServer
internal import Jobs

/// `/api/v1/jobs` and what is below it.
struct JobsRoutes: Sendable {
    let jobs: JobAccess
    let configuration: APIConfiguration
    private let events: JobEvents

    init(jobs: JobAccess, configuration: APIConfiguration) {
        (self.jobs, self.configuration) = (jobs, configuration)
        events = JobEvents(jobs: jobs, retryAfter: configuration.retryAfterSeconds)
    }

    var all: [Route] { [list, show, cancel, retry, follow] }

    // MARK: Reading

    private var list: Route {
        Route(
            "GET", "/api/v1/jobs", access: .token,
            Operation(
                id: "listJobs", summary: "List jobs, newest first",
                description: "Lists what is in the queue, what runs and what has ended, page by page.",
                parameters: [
                    .init(
                        "status", in: .query, Schemas.choice(JobStatus.allCases.map(\.rawValue)), "Where they stand."),
                    .init("kind", in: .query, Schemas.text, "What they do."),
                    .init(
                        "limit", in: .query,
                        [
                            "type": "integer", "minimum": 1, "maximum": .integer(configuration.maximumPageSize),
                            "default": .integer(configuration.pageSize),
                        ], "How many jobs to a page."),
                    .init("before", in: .query, Schemas.whole, "The next of the page before."),
                ],
                answers: [.init(200, "A page of jobs.", .json(.reference("JobPage")))],
                problems: [503: "The database cannot be reached."])
        ) { call in
            let filter = try filter(of: call.request)
            return .later {
                let found = try await jobs.store.jobs(filter)
                let next = found.count == filter.limit ? found.last.map { JSON.integer(Int($0.id.rawValue)) } : nil
                let page: JSON = ["jobs": .array(try found.map { try .document(of: $0) }), "next": next ?? .null]
                return .json(page.bytes)
            }
        }
    }

    private func filter(of request: HTTPRequest) throws(Problem) -> JobFilter {
        var reader = QueryReader(request)
        let limit = reader.whole(
            "limit", in: 1...configuration.maximumPageSize, usual: configuration.pageSize)
        let before = reader.whole("before", in: 1...Int.max, usual: Int.max)
        var faults = reader.faults
        let status = request.query("status").map { JobStatus(rawValue: $0) }
        if let status, status == nil {
            let known = JobStatus.allCases.map(\.rawValue).joined(separator: ", ")
            faults.append(Fault(parameter: "status", .unknownName, "not one of \(known)"))
        }
        guard faults.isEmpty else { throw Problem(faults: faults, limit: configuration.maximumFaults) }
        return JobFilter(
            status: status ?? nil, kind: request.query("kind"), before: JobID(rawValue: Int64(before)), limit: limit)
    }

    private var show: Route {
        Route(
            "GET", "/api/v1/jobs/{id}", access: .token,
            Operation(
                id: "showJob", summary: "Show a job", description: "Shows a job as it is now.",
                parameters: [Self.idParameter],
                answers: [.init(200, "The job.", .json(.reference("Job")))], problems: Self.problems)
        ) { call in
            let id = try Self.id(of: call)
            return .later {
                guard let job = try await jobs.store.job(id) else { throw Self.unknown }
                return .json(try JSON.document(of: job).bytes)
            }
        }
    }

    // MARK: Changing

    private var cancel: Route {
        Route(
            "POST", "/api/v1/jobs/{id}/cancel", access: .change,
            Operation(
                id: "cancelJob", summary: "Call a job off",
                description: "A job that waits is cancelled at once; one that runs is told to stop, within a second.",
                parameters: [Self.idParameter],
                answers: [.init(202, "It is cancelled, or will be.", .json(.reference("Job")))],
                problems: Self.changeProblems)
        ) { call in
            let id = try Self.id(of: call)
            return .later {
                try Self.answer(try await jobs.store.cancel(id)) { "it is \($0.status.rawValue); it has ended" }
            }
        }
    }

    private var retry: Route {
        Route(
            "POST", "/api/v1/jobs/{id}/retry", access: .change,
            Operation(
                id: "retryJob", summary: "Try a job again",
                description:
                    "Puts a job that failed or was cancelled back into the queue; it goes on from its checkpoint.",
                parameters: [Self.idParameter],
                answers: [.init(202, "It is in the queue again.", .json(.reference("Job")))],
                problems: Self.changeProblems)
        ) { call in
            let id = try Self.id(of: call)
            return .later {
                try Self.answer(try await jobs.store.retry(id)) { job in
                    job.status == .failed || job.status == .cancelled
                        ? "another job has its key meanwhile; wait for that one"
                        : "it is \(job.status.rawValue); only jobs that failed or were cancelled are tried again"
                }
            }
        }
    }

    private static func answer(_ change: JobChange, refusal: (Job) -> String) throws -> HTTPResponse {
        switch change {
        case .changed(let job): return .json(try JSON.document(of: job).bytes, status: 202)
        case .refused(let job): throw Problem(.jobState, refusal(job))
        case .unknown: throw unknown
        }
    }

    // MARK: Following

    private var follow: Route {
        Route(
            "GET", "/api/v1/jobs/{id}/events", access: .token,
            Operation(
                id: "followJob", summary: "Follow a job live",
                description: """
                    Server-sent events: one named job with the job as its data whenever something about it changes, the \
                    first at once. The stream ends when the job does.
                    """,
                parameters: [Self.idParameter],
                answers: [
                    .init(200, "Events.", .init(type: "text/event-stream", schema: ["type": "string"]))
                ],
                problems: [
                    404: "There is no such job.", 503: "The database cannot be reached, or too many streams are open.",
                ])
        ) { call in
            let id = try Self.id(of: call)
            return .later { try await events.response(for: id) }
        }
    }

    // MARK: Parameters

    private static let idParameter = Operation.Parameter("id", in: .path, Schemas.whole, "The job's number.")
    private static let problems = [404: "There is no such job.", 503: "The database cannot be reached."]
    private static let changeProblems = problems.merging([409: "It does not go with where the job stands."]) { $1 }

    /// No job has a number that is none.
    private static func id(of call: Call) throws(Problem) -> JobID {
        guard let number = call.parameters["id"].flatMap({ Int64($0) }), number > 0 else { throw unknown }
        return JobID(rawValue: number)
    }

    static var unknown: Problem { Problem(.unknownJob, "there is no such job; GET /api/v1/jobs lists what there is") }
}

extension JSON {
    /// A value in its own JSON form.
    static func document(of value: some Encodable) throws -> JSON { .raw(Array(try JobDocument(value).text.utf8)) }
}
