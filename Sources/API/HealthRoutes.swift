internal import HTTPServer
internal import Recommendation

/// `GET /api/v1/health/live` and `GET /api/v1/health/ready`.
struct HealthRoutes: Sendable {
    let dependencies: APIDependencies
    /// How long a probe may take before it counts as down.
    let timeout: Duration

    var live: Route {
        Route(
            "GET", "/api/v1/health/live", access: .open,
            Operation(
                id: "live", summary: "Whether the process answers",
                description: "Says that the process is alive; looks at nothing else.",
                answers: [.init(200, "It does.", .json(.reference("Liveness")))])
        ) { _ in .now(.json(JSON.object(of: ["status": "alive"]).bytes)) }
    }

    var ready: Route {
        Route(
            "GET", "/api/v1/health/ready", access: .open,
            Operation(
                id: "ready", summary: "Whether recommendations can be answered",
                description:
                    "Ready while an index serves; degraded when the database or Redis is out of reach meanwhile.",
                answers: [.init(200, "An index serves.", .json(.reference("Readiness")))],
                problems: [503: "No index serves; the body has the members of Readiness as well."])
        ) { _ in .later { try await answerReady() } }
    }

    private func answerReady() async throws(Problem) -> HTTPResponse {
        async let postgres = Self.state(of: dependencies.postgres, within: timeout)
        async let redis = Self.state(of: dependencies.redis, within: timeout)
        let states = await (postgres, redis)
        let generation = dependencies.serving()?.generation
        var members: [JSON.Member] = [
            .init(name: "index", value: generation.map(Self.json) ?? .null),
            .init(name: "postgres", value: .text(states.0)), .init(name: "redis", value: .text(states.1)),
        ]
        guard generation != nil else { throw Self.notReady(members) }
        let isDegraded = states.0 == "down" || states.1 == "down"
        members.insert(.init(name: "status", value: .text(isDegraded ? "degraded" : "ready")), at: 0)
        return .json(JSON.object(members).bytes)
    }

    /// `members` come beside those of a problem.
    private static func notReady(_ members: [JSON.Member]) -> Problem {
        var problem = Problem(.noIndex, "no index has been published; build one with segue index build")
            .retrying(after: 1)
        problem.members = members
        return problem
    }

    private static func json(_ generation: GenerationInfo) -> JSON {
        [
            "generation": .text(generation.id), "built_at": .text(generation.builtAt),
            "tracks": .integer(generation.tracks),
        ]
    }

    /// `up`, `down`, or `off` for something that is not configured.
    private static func state(of probe: APIDependencies.Probe?, within timeout: Duration) async -> String {
        guard let probe else { return "off" }
        let isUp = await withTaskGroup(of: Bool.self) { group in
            group.addTask { await probe() }
            group.addTask {
                try? await Task.sleep(for: timeout)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
        return isUp ? "up" : "down"
    }
}
