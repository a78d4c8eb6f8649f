internal import Catalog
internal import HTTPServer
internal import Jobs
internal import Playlists
internal import Sampling

/// `/api/v1/playlists` and what is below it, but for runs.
struct PlaylistsRoutes: Sendable {
    let access: PlaylistAccess
    let configuration: APIConfiguration

    var all: [Route] { [list, create, show, remove, history] }

    // MARK: Reading

    private var list: Route {
        Route(
            "GET", "/api/v1/playlists", access: .token,
            Operation(
                id: "listPlaylists", summary: "List the playlists that Segue makes",
                description: """
                    Lists playlists with their recipes, without their tracks: those that recipes make for listeners, and, \
                    where no listener is asked for, those that rule sets keep up (kind rules).
                    """,
                parameters: [.init("listener", in: .query, Schemas.text, "Of this listener only.")],
                answers: [.init(200, "All of them.", .json(.reference("PlaylistList")))],
                problems: [404: "There is no such listener.", 503: "The database cannot be reached."])
        ) { call in
            guard let listener = call.request.query("listener") else {
                return .later {
                    let made = try await access.store.madePlaylists(of: nil)
                    return .json(PlaylistDocuments.list(made, kept: try await access.store.rulePlaylists()))
                }
            }
            try ListenersRoutes.check(listener, parameter: "listener")
            return .later {
                guard try await access.store.listeners().contains(where: { $0.name == listener }) else {
                    throw PlaylistError.unknownListener(listener)
                }
                return .json(PlaylistDocuments.list(try await access.store.madePlaylists(of: listener)))
            }
        }
    }

    private var show: Route {
        Route(
            "GET", "/api/v1/playlists/{id}", access: .token,
            Operation(
                id: "showPlaylist", summary: "Show a playlist", description: "Shows a playlist with its tracks.",
                parameters: [Self.idParameter],
                answers: [.init(200, "The playlist.", .json(.reference("Playlist")))], problems: Self.problems)
        ) { call in
            let id = try Self.id(of: call)
            return .later {
                let playlist = try await access.playlist(id)
                let entries = try await access.store.entries(of: id)
                let tracks = try await access.tracks(entries)
                return switch playlist {
                case .made(let made): .json(PlaylistDocuments.playlist(made, entries: entries, tracks: tracks))
                case .kept(let kept): .json(PlaylistDocuments.playlist(kept, entries: entries, tracks: tracks))
                }
            }
        }
    }

    private var history: Route {
        Route(
            "GET", "/api/v1/playlists/{id}/history", access: .token,
            Operation(
                id: "playlistHistory", summary: "What came into a playlist and left it, newest first",
                description: "Nothing is ever taken out of the history, not even with the playlist itself.",
                parameters: [Self.idParameter] + PageParameters.all(configuration),
                answers: [.init(200, "A page of changes.", .json(.reference("PlaylistHistory")))],
                problems: Self.problems)
        ) { call in
            let id = try Self.id(of: call)
            let page = try PageParameters(call.request, configuration)
            return .later {
                let changes = try await access.store.changes(of: id, before: page.before, limit: page.limit)
                if changes.isEmpty, page.before == nil { _ = try await access.playlist(id) }
                let tracks = try await access.tracks(changes.map(\.track))
                return .json(PlaylistDocuments.history(changes, tracks: tracks, limit: page.limit))
            }
        }
    }

    // MARK: Changing

    private var create: Route {
        Route(
            "POST", "/api/v1/playlists", access: .change,
            Operation(
                id: "createPlaylist", summary: "Make a playlist",
                description: """
                    Makes a playlist by a recipe, with its first tracks. With dry_run nothing is written, and the \
                    answer says what would have come of it.
                    """,
                body: .reference("PlaylistRequest"),
                answers: [
                    .init(200, "What would come of it.", .json(.reference("PlaylistRun"))),
                    .init(201, "It is made; its first run.", .json(.reference("PlaylistRun"))),
                ], problems: Self.changeProblems)
        ) { call in
            let body = try PlaylistBody.parse(call.request.body, limits: access.maker.limits, configuration)
            if body.cron != nil, access.schedules == nil {
                throw Problem(faults: [Fault(["cron"], .notSupported, "this service keeps no schedules")], limit: 1)
            }
            return .later {
                let run = try await access.maker.create(body.draft, body.options)
                if !body.options.isDryRun { try await schedule(run.playlist, body) }
                let tracks = try await access.tracks(run.tracks.map(\.track))
                return .json(PlaylistDocuments.run(run, tracks: tracks), status: run.id == nil ? 200 : 201)
            }
        }
    }

    private func schedule(_ id: PlaylistID?, _ body: PlaylistBody) async throws {
        guard let cron = body.cron, let id, let schedules = access.schedules else { return }
        var schedule = Schedule(
            name: PlaylistAccess.scheduleName(of: id), cron: cron, timeZone: body.timeZone,
            kind: PlaylistAccess.jobKind, payload: try JobDocument(["playlists": [id.rawValue]]), missed: .runOnce)
        schedule.plan()
        _ = try await schedules.save(schedule)
    }

    private var remove: Route {
        Route(
            "DELETE", "/api/v1/playlists/{id}", access: .change,
            Operation(
                id: "removePlaylist", summary: "Remove a playlist",
                description: """
                    Removes a playlist and its schedule; its history and runs stay. One that a rule set keeps up is made \
                    anew by the next sync, unless the rule set is given another target.
                    """,
                parameters: [Self.idParameter], answers: [.init(204, "It is gone.", nil)], problems: Self.problems)
        ) { call in
            let id = try Self.id(of: call)
            return .later {
                guard try await access.store.removeMadePlaylist(id) else { throw PlaylistError.unknownPlaylist(id) }
                _ = try await access.schedules?.removeSchedule(PlaylistAccess.scheduleName(of: id))
                return HTTPResponse(status: 204)
            }
        }
    }

    // MARK: Parameters

    static let idParameter = Operation.Parameter("id", in: .path, Schemas.whole, "The playlist's number.")
    static let problems = [404: "There is no such playlist.", 503: "The database cannot be reached."]
    static let changeProblems = [
        404: "There is no such playlist, or no such listener.",
        409: "Another run for the listener is under way, or it has as many playlists as may be.",
        422: "Nothing came of it; a playlist stays as it was.", 503: "The database cannot be reached.",
    ]

    /// The number in the path.
    /// - Throws: `Problem` where it is none.
    static func id(of call: Call) throws(Problem) -> PlaylistID {
        PlaylistID(rawValue: try number(of: call, .unknownPlaylist, "a playlist, as GET /api/v1/playlists lists them"))
    }

    /// A number in the path above 0; what is no number names nothing.
    static func number(of call: Call, _ code: ProblemCode, _ words: String) throws(Problem) -> Int64 {
        let text = call.parameters["id"] ?? ""
        guard let number = Int64(text), number > 0 else {
            throw Problem(code, "\"\(Fault.shortened(text))\" is not the number of \(words)")
        }
        return number
    }
}

/// `limit` and `before` of listings that go from the newest to the oldest.
struct PageParameters: Sendable {
    let limit: Int
    let before: Int64?

    /// Reads both.
    /// - Throws: `Problem` that lists what is at fault.
    init(_ request: HTTPRequest, _ configuration: APIConfiguration) throws(Problem) {
        var reader = QueryReader(request)
        limit = reader.whole("limit", in: 1...configuration.maximumPageSize, usual: configuration.pageSize)
        let before = reader.whole("before", in: 1...Int.max, usual: Int.max)
        try reader.check(limit: configuration.maximumFaults)
        self.before = before == .max ? nil : Int64(before)
    }

    static func all(_ configuration: APIConfiguration) -> [Operation.Parameter] {
        [
            .init(
                "limit", in: .query,
                [
                    "type": "integer", "minimum": 1, "maximum": .integer(configuration.maximumPageSize),
                    "default": .integer(configuration.pageSize),
                ], "How many to a page."),
            .init("before", in: .query, Schemas.whole, "The next of the page before."),
        ]
    }
}
