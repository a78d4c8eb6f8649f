internal import HTTPServer
internal import Jobs

/// `/api/v1/schedules` and what is below it.
struct SchedulesRoutes: Sendable {
    let jobs: JobAccess
    let configuration: APIConfiguration

    var all: [Route] { [list, show, put, remove] }

    private var list: Route {
        Route(
            "GET", "/api/v1/schedules", access: .token,
            Operation(
                id: "listSchedules", summary: "List schedules", description: "Lists all schedules by name.",
                answers: [.init(200, "All of them.", .json(.reference("ScheduleList")))],
                problems: [503: "The database cannot be reached."])
        ) { _ in
            .later {
                let found = try await jobs.store.schedules().map { try JSON.document(of: $0) }
                return .json(JSON.object(of: ["schedules": .array(found)]).bytes)
            }
        }
    }

    private var show: Route {
        Route(
            "GET", "/api/v1/schedules/{name}", access: .token,
            Operation(
                id: "showSchedule", summary: "Show a schedule", description: "Shows a schedule and when it runs next.",
                parameters: [Self.nameParameter],
                answers: [.init(200, "The schedule.", .json(.reference("Schedule")))], problems: Self.problems)
        ) { call in
            let name = call.parameters["name"] ?? ""
            return .later {
                guard let schedule = try await jobs.store.schedule(name) else { throw Self.unknown }
                return .json(try JSON.document(of: schedule).bytes)
            }
        }
    }

    private var put: Route {
        Route(
            "PUT", "/api/v1/schedules/{name}", access: .change,
            Operation(
                id: "putSchedule", summary: "Set a schedule",
                description: """
                    Makes a schedule, or replaces the one of this name as a whole. What its jobs would be asked is looked \
                    at first: one that could only fail is refused.
                    """,
                parameters: [Self.nameParameter], body: .reference("ScheduleRequest"),
                answers: [
                    .init(200, "It was replaced.", .json(.reference("Schedule"))),
                    .init(201, "It is new.", .json(.reference("Schedule"))),
                ],
                problems: [503: "The database cannot be reached."])
        ) { call in
            var schedule = try ScheduleBody.schedule(
                named: call.parameters["name"] ?? "", call.request.body, kinds: jobs.kinds, configuration)
            schedule.plan()
            return .later { [schedule] in
                try await jobs.checked(schedule.kind, schedule.payload, at: ["payload"])
                let wasThere = try await jobs.store.save(schedule)
                guard let stored = try await jobs.store.schedule(schedule.name) else { throw Self.unknown }
                return .json(try JSON.document(of: stored).bytes, status: wasThere ? 200 : 201)
            }
        }
    }

    private var remove: Route {
        Route(
            "DELETE", "/api/v1/schedules/{name}", access: .change,
            Operation(
                id: "removeSchedule", summary: "Remove a schedule",
                description: "Removes a schedule; jobs that it has put into the queue stay there.",
                parameters: [Self.nameParameter], answers: [.init(204, "It is gone.", nil)], problems: Self.problems)
        ) { call in
            let name = call.parameters["name"] ?? ""
            return .later {
                guard try await jobs.store.removeSchedule(name) else { throw Self.unknown }
                return HTTPResponse(status: 204)
            }
        }
    }

    private static let nameParameter = Operation.Parameter("name", in: .path, Schemas.text, "The schedule's name.")
    private static let problems = [404: "There is no such schedule.", 503: "The database cannot be reached."]

    private static var unknown: Problem {
        Problem(.unknownSchedule, "there is no such schedule; GET /api/v1/schedules lists what there is")
    }
}
