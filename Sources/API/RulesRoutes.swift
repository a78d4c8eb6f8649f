internal import HTTPServer
internal import JSONText
internal import Rules

/// `/api/v1/rules` and the rule sets below it.
struct RulesRoutes: Sendable {
    let rules: any RuleStore
    let live: LiveConfiguration

    private var configuration: APIConfiguration { live.value }

    var all: [Route] { [list, create, show, put, remove, versions, rollBack] }

    private var list: Route {
        Route(
            "GET", "/api/v1/rules", access: .token,
            Operation(
                id: "listRuleSets", summary: "List rule sets", description: "Lists all rule sets by id.",
                answers: [.init(200, "All of them.", .json(.reference("RuleSetList")))], problems: Self.outage)
        ) { _ in
            .later {
                let found = try await rules.ruleSets().map(\.json)
                return .json(JSONValue.object(["rule_sets": .array(found)]).bytes)
            }
        }
    }

    private var show: Route {
        Route(
            "GET", "/api/v1/rules/{id}", access: .token,
            Operation(
                id: "showRuleSet", summary: "Show a rule set",
                description: "Shows a rule set as it is, or as it was in a version.",
                parameters: [
                    Self.idParameter,
                    .init("version", in: .query, ["type": "integer", "minimum": 1], "Which version; the newest else."),
                ],
                answers: [.init(200, "The rule set.", .json(.reference("RuleSet")))], problems: Self.absence)
        ) { call in
            var reader = QueryReader(call.request)
            let version = reader.whole("version", in: 1...Int(Int32.max), usual: 0)
            try reader.check(limit: configuration.maximumFaults)
            let id = Self.id(of: call)
            return .later {
                guard let found = try await rules.ruleSet(id, version: version == 0 ? nil : version) else {
                    throw try await absence(of: id, version: version)
                }
                return .json(found.json.bytes)
            }
        }
    }

    // MARK: Changing

    private var create: Route {
        Route(
            "POST", "/api/v1/rules", access: .change,
            Operation(
                id: "createRuleSet", summary: "Make a rule set",
                description: "Makes a rule set under its id, or under one made from its name.",
                body: .reference("RuleSetRequest"),
                answers: [.init(201, "It is new.", .json(.reference("RuleSet")))], problems: Self.conflicts)
        ) { call in
            let draft = try self.draft(call, id: nil)
            return .later { try Self.answer(try await rules.save(draft, mayReplace: false)) }
        }
    }

    private var put: Route {
        Route(
            "PUT", "/api/v1/rules/{id}", access: .change,
            Operation(
                id: "putRuleSet", summary: "Set a rule set",
                description: """
                    Makes a rule set, or a new version of the one of this id as a whole. A version in the body must be the \
                    newest one: who has not seen the newest does not overwrite it.
                    """,
                parameters: [Self.idParameter], body: .reference("RuleSetRequest"),
                answers: [
                    .init(200, "It has a new version, or was like that.", .json(.reference("RuleSet"))),
                    .init(201, "It is new.", .json(.reference("RuleSet"))),
                ], problems: Self.conflicts.merging(Self.absence) { $1 })
        ) { call in
            let draft = try self.draft(call, id: Self.id(of: call))
            return .later { try Self.answer(try await rules.save(draft, mayReplace: true)) }
        }
    }

    private var remove: Route {
        Route(
            "DELETE", "/api/v1/rules/{id}", access: .change,
            Operation(
                id: "removeRuleSet", summary: "Remove a rule set",
                description: "Removes a rule set. Its versions stay, and its playlist stays as it is.",
                parameters: [Self.idParameter], answers: [.init(204, "It is gone.", nil)], problems: Self.absence)
        ) { call in
            let id = Self.id(of: call)
            return .later {
                guard try await rules.removeRuleSet(id) else { throw Self.unknown }
                return HTTPResponse(status: 204)
            }
        }
    }

    // MARK: Versions

    private var versions: Route {
        Route(
            "GET", "/api/v1/rules/{id}/versions", access: .token,
            Operation(
                id: "listRuleSetVersions", summary: "List the versions of a rule set",
                description: "Lists all versions, newest first, of a removed rule set too.",
                parameters: [Self.idParameter],
                answers: [.init(200, "All of them.", .json(.reference("RuleSetVersions")))], problems: Self.absence)
        ) { call in
            let id = Self.id(of: call)
            return .later {
                let versions = try await rules.versions(of: id)
                guard !versions.isEmpty else { throw Self.unknown }
                return .json(JSONValue.object(["versions": .array(versions.map(\.json))]).bytes)
            }
        }
    }

    private var rollBack: Route {
        Route(
            "POST", "/api/v1/rules/{id}/rollback", access: .change,
            Operation(
                id: "rollBackRuleSet", summary: "Go back to a version",
                description: "Makes an earlier version the newest one, of a removed rule set too.",
                parameters: [Self.idParameter], body: .reference("RollbackRequest"),
                answers: [
                    .init(200, "It has a new version, or was like that.", .json(.reference("RuleSet"))),
                    .init(201, "It is there again.", .json(.reference("RuleSet"))),
                ], problems: Self.conflicts.merging(Self.absence) { $1 })
        ) { call in
            let members = try JSONBody.object(call.request.body, maximumDepth: configuration.maximumDepth)
            var reader = FieldReader(members)
            reader.refuse(namesOutside: ["version"])
            let version = reader.whole("version", in: 1...Int(Int32.max))
            if version == nil, !reader.has("version") { reader.note("version", .missing, "missing; say which") }
            guard let version, reader.faults.isEmpty else {
                throw Problem(faults: reader.faults, limit: configuration.maximumFaults)
            }
            let id = Self.id(of: call)
            return .later {
                let change = try await rules.rollBack(id, to: version)
                if change == .unknown { throw try await absence(of: id, version: version) }
                return try Self.answer(change)
            }
        }
    }

    // MARK: Reading and answering

    private func draft(_ call: Call, id: String?) throws(Problem) -> RuleSet.Draft {
        let members = try JSONBody.object(
            call.request.body, maximumDepth: max(configuration.maximumDepth, configuration.ruleLimits.jsonNesting))
        do throws(RuleFaults) {
            return try RuleSet.draft(.object(members), id: id, limits: configuration.ruleLimits)
        } catch {
            throw Problem(faults: error.faults.map(Fault.init), limit: configuration.maximumFaults)
        }
    }

    private static func answer(_ change: RuleSetChange) throws(Problem) -> HTTPResponse {
        switch change {
        case .created(let found): return .json(found.json.bytes, status: 201)
        case .changed(let found), .unchanged(let found): return .json(found.json.bytes)
        case .conflict(let version):
            throw Problem(
                .ruleSetConflict, "the rule set is there in version \(version); read it, and send that version along")
        case .targetClaimed(let holder):
            throw Problem(
                .targetClaimed, "the rule set \(holder) keeps up the same playlist; give one of the two another target",
                faults: [Fault(["target"], .contradiction, "is the target of the rule set \(holder) already")])
        case .unknown: throw unknown
        }
    }

    /// What is not there: the rule set, or a version of it (0 for the newest).
    private func absence(of id: String, version: Int) async throws -> Problem {
        guard version > 0, try await !rules.versions(of: id).isEmpty else { return Self.unknown }
        return Problem(
            .unknownRuleSet,
            "the rule set has no version \(version) that was written; GET /api/v1/rules/{id}/versions lists what it has"
        )
    }

    static func id(of call: Call) -> String { call.parameters["id"] ?? "" }

    static let idParameter = Operation.Parameter("id", in: .path, Schemas.text, "The rule set's id.")
    static let outage = [503: "The database cannot be reached."]
    static let absence = [404: "There is no such rule set.", 503: "The database cannot be reached."]
    private static let conflicts = [
        409: "It is there already in another version, or another rule set has its target.",
        503: "The database cannot be reached.",
    ]

    static var unknown: Problem {
        Problem(.unknownRuleSet, "there is no such rule set; GET /api/v1/rules lists what there is")
    }
}
