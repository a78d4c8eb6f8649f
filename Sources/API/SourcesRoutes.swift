internal import Catalog
internal import Foundation
internal import HTTPServer
internal import JSONText
internal import Jobs
internal import Recommendation
internal import Sourcing

/// `/api/v1/sources` and what is below it.
struct SourcesRoutes: Sendable {
    static let fields = ["sources", "account"]

    let jobs: JobAccess
    let sources: SourceAccess
    let store: any CatalogReading
    let configuration: APIConfiguration

    var all: [Route] { [fetch, aggregate, forget] }

    // MARK: Fetching

    private var fetch: Route {
        Route(
            "POST", "/api/v1/sources/fetch", access: .change,
            Operation(
                id: "fetchSources", summary: "Take several sources into the catalog",
                description: """
                    Makes a job of the kind sources.fetch for each source; where one is at the same source still, that one \
                    is answered. A source is liked-tracks, playlists, saved-albums, recently-played, top-tracks, a link, \
                    or files:PATH, which must lie in a folder that SEGUE_SOURCE_ROOTS names.
                    """,
                body: .reference("SourcesRequest"),
                answers: [.init(202, "A job for each source, in their order.", .json(.reference("SourceJobs")))],
                problems: [
                    404: "There is no application, account or permitted folder for one of them; nothing was begun.",
                    503: "The database cannot be reached.",
                ])
        ) { call in
            let asked = try read(call.request.body)
            return .later {
                for (job, source) in asked { try await sources.fetching.check(source, account: job.account) }
                var made: [JSON] = []
                for (job, source) in asked {
                    let enqueued = try await jobs.store.enqueue(try job.request())
                    made.append([
                        "source": .text(source.description), "job": try .document(of: enqueued.job),
                        "is_new": .bool(enqueued.isNew),
                    ])
                }
                return .json(JSON.object([.init(name: "jobs", value: .array(made))]).bytes, status: 202)
            }
        }
    }

    private func read(_ body: [UInt8]) throws(Problem) -> [(SourceJob, Source)] {
        var reader = FieldReader(
            try JSONBody.object(
                body, maximumDepth: configuration.maximumDepth, example: #"{"sources": ["liked-tracks"]}"#))
        reader.refuse(namesOutside: Self.fields)
        let account = reader.text("account")
        let texts = reader.texts("sources", atMost: configuration.maximumSources)
        var asked: [(SourceJob, Source)] = []
        for (place, text) in texts {
            do throws(ReferenceError) {
                let source = try Source(named: text)
                asked.append((SourceJob(source: source, account: account), source))
            } catch {
                reader.note(["sources", String(place)], .badReference, error.description)
            }
        }
        if asked.isEmpty, reader.faults.isEmpty { reader.note("sources", .missing, "missing; name one source or more") }
        guard reader.faults.isEmpty else { throw Problem(faults: reader.faults, limit: configuration.maximumFaults) }
        return asked
    }

    // MARK: Merging

    private var aggregate: Route {
        Route(
            "GET", "/api/v1/sources/aggregate", access: .token,
            Operation(
                id: "aggregateSources", summary: "What the finished jobs of sources brought, merged",
                description: """
                    Counts what the newest finished job of each source brought, and lists the recordings of all of them \
                    together, each once, with the sources that brought it. Tracks of one ISRC are one recording. What a \
                    file names in words alone counts where the catalog has it.
                    """,
                parameters: [
                    .init("jobs", in: .query, Schemas.text, "Only these jobs, by number, separated by commas."),
                    .init(
                        "limit", in: .query,
                        [
                            "type": "integer", "minimum": 1, "maximum": .integer(configuration.maximumPageSize),
                            "default": .integer(configuration.pageSize),
                        ], "How many recordings to a page."),
                    .init("cursor", in: .query, Schemas.text, "The next of the page before."),
                ],
                answers: [.init(200, "Counts, and a page of recordings.", .json(.reference("SourceAggregate")))],
                problems: [
                    404: "The queue does not have one of the jobs.", 503: "The database cannot be reached.",
                ]),
            answer: answerAggregate)
    }

    @Sendable private func answerAggregate(_ call: Call) throws -> Reply {
        let page = try PageRequest(call.request, configuration)
        let chosen = try Self.jobs(of: call.request)
        guard let start = Int64(page.cursor ?? "0"), start >= 0 else { throw CatalogStoreError.badCursor }
        return .later {
            let merged = try await SourceAggregate(chosen, queue: jobs.store, tracks: sources.tracks)
            try refuse(merged)
            let list = try await sources.tracks.merged(
                merged.keys, after: TrackID(rawValue: start), limit: page.limit)
            let tracks = try await store.withView { try await $0.tracks(list.map(\.track)) }
            return .json(Self.json(merged, list, tracks, isLast: list.count < page.limit).bytes)
        }
    }

    private static func jobs(of request: HTTPRequest) throws(Problem) -> Set<JobID>? {
        guard let text = request.query("jobs") else { return nil }
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = parts.prefix(100).compactMap { Int64($0) }.filter { $0 > 0 }
        guard numbers.count == parts.count else {
            throw Problem(
                faults: [
                    Fault(parameter: "jobs", .outOfRange, "not numbers of jobs, at most 100, separated by commas")
                ],
                limit: 1)
        }
        return Set(numbers.map(JobID.init))
    }

    /// What was asked for and cannot be counted is named, so that no sum is taken for that of all.
    private func refuse(_ merged: SourceAggregate) throws(Problem) {
        let faults = { (jobs: [JobID], code: Fault.Code, words: String) in
            jobs.prefix(configuration.maximumFaults).map { Fault(parameter: "jobs", code, "job \($0) \(words)") }
        }
        guard merged.unknown.isEmpty else {
            let words = "is not in the queue; GET /api/v1/jobs lists what there is"
            throw Problem(
                .unknownJob, "the queue does not have \(merged.unknown.count == 1 ? "a job" : "some jobs") of these",
                faults: faults(merged.unknown, .unknownName, words))
        }
        let words = "takes no source over; give jobs of the kinds \(SourceJob.kinds.joined(separator: " and "))"
        guard merged.foreign.isEmpty else {
            throw Problem(
                faults: faults(merged.foreign, .outOfRange, words), limit: configuration.maximumFaults)
        }
    }

    private static func json(
        _ merged: SourceAggregate, _ list: [SourcedTrack], _ tracks: [CatalogTrack], isLast: Bool
    ) -> JSON {
        let byID = Dictionary(uniqueKeysWithValues: tracks.map { ($0.id, $0) })
        let rows = list.compactMap { entry -> JSON? in
            guard let track = byID[entry.track] else { return nil }
            var bytes: [UInt8] = []
            TrackJSON.append(track, to: &bytes)
            return ["track": .raw(bytes), "sources": .texts(entry.sources)]
        }
        return [
            "sources": .array(merged.parts.map(json)),
            "total": [
                "brought": .integer(merged.mentions), "tracks": .integer(merged.overlap.tracks),
                "recordings": .integer(merged.overlap.recordings),
                "duplicates": .integer(merged.mentions - merged.overlap.recordings),
            ],
            "unfinished_jobs": .integer(merged.unfinished),
            "failed_jobs": .array(merged.failed.map { .integer(Int($0.rawValue)) }), "tracks": .array(rows),
            "next": list.last.flatMap { isLast ? nil : .text(String($0.track.rawValue)) } ?? .null,
        ]
    }

    private static func json(_ part: SourceAggregate.Part) -> JSON {
        let report = part.report
        return [
            "source": .text(report.key), "job": .integer(Int(part.job.id.rawValue)),
            "finished_at": part.job.finishedAt.map { .text($0.ISO8601Format()) } ?? .null,
            "mentions": .integer(report.tracks), "tracks": .integer(part.tally?.tracks ?? 0),
            "only_here": .integer(part.tally?.onlyHere ?? 0), "new_tracks": .integer(report.counts.newTracks),
            "entries": .integer(report.entries), "playlists": .integer(report.playlists),
            "new_playlists": .integer(report.counts.newPlaylists),
            "changed_playlists": .integer(report.counts.changedPlaylists),
            "unchanged": .integer(report.unchanged), "withheld": .integer(report.withheld),
            "refused": .integer(report.refused ?? 0), "files": .integer(report.files),
            "problems": .integer(report.problems.count),
        ]
    }

    // MARK: Forgetting

    private var forget: Route {
        Route(
            "DELETE", "/api/v1/sources", access: .change,
            Operation(
                id: "forgetSource", summary: "Forget a source",
                description: """
                    Forgets that a source was ever taken over: the aggregate counts it no more and no night takes it over \
                    again. What it brought stays in the catalog. What belongs to a connected account is taken over \
                    again by the next night all the same.
                    """,
                parameters: [
                    .init("source", in: .query, Schemas.text, "The source, as the aggregate names it.")
                ],
                answers: [.init(204, "It is forgotten.", nil)],
                problems: [
                    404: "Nothing is known of such a source.", 409: "A job is at it.",
                    503: "The database cannot be reached.",
                ])
        ) { call in
            guard let key = call.request.query("source"), !key.isEmpty else {
                let mend = "missing; name one as GET /api/v1/sources/aggregate does"
                throw Problem(faults: [Fault(parameter: "source", .missing, mend)], limit: 1)
            }
            return .later {
                switch try await SourceJob.forget(key, queue: jobs.store, store: sources.tracks) {
                case .forgotten: return HTTPResponse(status: 204)
                case .busy(let job):
                    throw Problem(.jobState, "job \(job) is at it; cancel it or wait for it, then ask again")
                case .unknown:
                    throw Problem(
                        .unknownSource,
                        "nothing is known of such a source; GET /api/v1/sources/aggregate lists what there is")
                }
            }
        }
    }
}
