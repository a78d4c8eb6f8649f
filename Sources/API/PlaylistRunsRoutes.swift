internal import Catalog
internal import HTTPServer
internal import JSONText
internal import Playlists
internal import Sampling

/// Runs of playlists, and what begins them.
struct PlaylistRunsRoutes: Sendable {
    let access: PlaylistAccess
    let live: LiveConfiguration

    private var configuration: APIConfiguration { live.value }

    var all: [Route] { [list, show, reshuffle, reshuffleMany] }

    // MARK: Reading

    private var list: Route {
        Route(
            "GET", "/api/v1/playlists/{id}/runs", access: .token,
            Operation(
                id: "listPlaylistRuns", summary: "List the runs of a playlist, newest first",
                description: "Runs with their statistics, without their tracks; failed ones say why.",
                parameters: [PlaylistsRoutes.idParameter] + PageParameters.all(configuration),
                answers: [.init(200, "A page of runs.", .json(.reference("PlaylistRunPage")))],
                problems: PlaylistsRoutes.problems)
        ) { call in
            let id = try PlaylistsRoutes.id(of: call)
            let page = try PageParameters(call.request, configuration)
            return .later {
                let runs = try await access.store.runs(of: id, before: page.before, limit: page.limit)
                if runs.isEmpty, page.before == nil { _ = try await access.playlist(id) }
                return .json(PlaylistDocuments.runs(runs, limit: page.limit))
            }
        }
    }

    private var show: Route {
        Route(
            "GET", "/api/v1/runs/{id}", access: .token,
            Operation(
                id: "showPlaylistRun", summary: "Show a run",
                description: "Shows a run with its tracks, each with the reason why it is there.",
                parameters: [.init("id", in: .path, Schemas.whole, "The run's number.")],
                answers: [.init(200, "The run.", .json(.reference("PlaylistRun")))],
                problems: [404: "There was no such run.", 503: "The database cannot be reached."])
        ) { call in
            let id = PlaylistRunID(
                rawValue: try PlaylistsRoutes.number(
                    of: call, .unknownRun, "a run, as GET …/playlists/{id}/runs lists them")
            )
            return .later {
                guard let run = try await access.store.run(id) else { throw PlaylistError.unknownRun(id) }
                return .json(PlaylistDocuments.run(run, tracks: try await access.tracks(run.tracks.map(\.track))))
            }
        }
    }

    // MARK: Running

    private var reshuffle: Route {
        Route(
            "POST", "/api/v1/playlists/{id}/reshuffle", access: .change,
            Operation(
                id: "reshufflePlaylist", summary: "Give a playlist other tracks",
                description: """
                    Replaces the tracks in place, never by nothing. With dry_run nothing is written, and the answer \
                    says what would have come of it.
                    """,
                parameters: [PlaylistsRoutes.idParameter], body: .reference("ReshuffleRequest"),
                answers: [.init(200, "The run.", .json(.reference("PlaylistRun")))],
                problems: PlaylistsRoutes.changeProblems)
        ) { call in
            let id = try PlaylistsRoutes.id(of: call)
            var reader = FieldReader(
                try JSONBody.object(Self.orEmpty(call.request.body), maximumDepth: configuration.maximumDepth))
            reader.refuse(namesOutside: ["random_seed", "dry_run"])
            let options = reader.runOptions()
            guard reader.faults.isEmpty else {
                throw Problem(faults: reader.faults, limit: configuration.maximumFaults)
            }
            return .later {
                let run = try await access.maker.reshuffle(id, options)
                return .json(PlaylistDocuments.run(run, tracks: try await access.tracks(run.tracks.map(\.track))))
            }
        }
    }

    /// A call that asks for nothing special needs no body.
    private static func orEmpty(_ body: [UInt8]) -> [UInt8] { body.isEmpty ? Array("{}".utf8) : body }

    private var reshuffleMany: Route {
        Route(
            "POST", "/api/v1/reshuffles", access: .change,
            Operation(
                id: "reshufflePlaylists", summary: "Give several playlists other tracks",
                description: """
                    One after the other: those that are named, those of a listener, or all. One that fails holds back \
                    none of the others, and says why. Where the time of a request does not suffice, the answer comes \
                    before it is over: the run that was under way then has the problem run_interrupted, those that were left \
                    not_begun, and their playlists are as they were.
                    """,
                body: .reference("ReshufflesRequest"),
                answers: [.init(200, "What became of each.", .json(.reference("Reshuffles")))],
                problems: [404: "There is no such listener.", 503: "The database cannot be reached."])
        ) { call in
            let (selection, options) = try self.selection(call.request.body)
            let deadline = call.request.received + configuration.reshufflePatience
            return .later {
                let ids = try await selection.playlists(in: access.store)
                let found = try await access.maker.reshuffle(ids, options, until: deadline)
                return .json(try await outcomes(found).bytes)
            }
        }
    }

    private func selection(_ body: [UInt8]) throws(Problem) -> (PlaylistSelection, PlaylistMaker.Options) {
        let members = try JSONBody.object(body, maximumDepth: configuration.maximumDepth)
        var reader = FieldReader(members)
        reader.refuse(namesOutside: ["playlists", "listener", "all", "random_seed", "dry_run"])
        let options = reader.runOptions()
        let named = ["playlists", "listener", "all"].filter { reader.has($0) }
        if named.count != 1 {
            reader.note([], named.isEmpty ? .missing : .contradiction, "give one of playlists, listener and all")
        }
        let numbers = reader.value(decoding: "playlists", as: [Int64].self)
        if let numbers, numbers.count > configuration.maximumPageSize {
            reader.note("playlists", .tooMany, "give at most \(configuration.maximumPageSize)")
        }
        let listener = reader.has("listener") ? reader.listener() : nil
        if reader.has("all"), !reader.flag("all") { reader.note("all", .outOfRange, "not true; leave it out") }
        guard reader.faults.isEmpty else { throw Problem(faults: reader.faults, limit: configuration.maximumFaults) }
        return (numbers.map { .numbers($0.map(PlaylistID.init)) } ?? listener.map { .listener($0) } ?? .all, options)
    }

    private func outcomes(_ outcomes: [PlaylistMaker.Outcome]) async throws -> JSON {
        var items: [JSON] = []
        for outcome in outcomes {
            switch outcome.result {
            case .success(let run):
                let tracks = try await access.tracks(run.tracks.map(\.track))
                items.append([
                    "playlist": .integer(Int(outcome.playlist.rawValue)),
                    "run": PlaylistDocuments.json(run, tracks), "problem": .null,
                ])
            case .failure(let error):
                let problem = Problem(error, retryAfter: configuration.retryAfterSeconds)
                items.append([
                    "playlist": .integer(Int(outcome.playlist.rawValue)), "run": .null,
                    "problem": ["code": .text(problem.code), "detail": .text(problem.detail)],
                ])
            }
        }
        return .object(of: ["outcomes": .array(items)])
    }
}
