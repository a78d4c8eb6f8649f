internal import Catalog
internal import Foundation
internal import HTTPServer
internal import JSONText
internal import Jobs
internal import Rules

/// What rules are used for: evaluating, previewing, classifying; and the schema of their language.
struct RuleUseRoutes: Sendable {
    let rules: any RuleStore
    let targets: (any PlaylistTargets)?
    let store: any CatalogReading
    let jobs: JobAccess?
    let live: LiveConfiguration

    private var configuration: APIConfiguration { live.value }

    var all: [Route] { [schema, evaluate, preview] + (jobs.map { [classify($0)] } ?? []) }

    /// The kind of job that classifies.
    static let jobKind = "rules.classify"

    private var schema: Route {
        Route(
            "GET", "/api/v1/rules/schema", access: .token,
            Operation(
                id: "showRuleSchema", summary: "The language of rules",
                description:
                    "The JSON Schema of a rule set: groups, conditions, fields and the operators that go with them.",
                answers: [.init(200, "JSON Schema.", .json(["type": "object"]))])
        ) { _ in .now(.json(RuleSchema.document(limits: configuration.ruleLimits).bytes)) }
    }

    // MARK: Evaluating

    private var evaluate: Route {
        Route(
            "POST", "/api/v1/rules/evaluate", access: .token,
            Operation(
                id: "evaluateRule", summary: "Ask a rule about a track",
                description: """
                    Says whether a rule (root) or a rule set (rule_set) holds for a track: one of the catalog (track) or one \
                    described by facts, with what became of every condition and which of them decided.
                    """,
                body: .reference("EvaluateRequest"),
                answers: [.init(200, "The outcome.", .json(.reference("Evaluation")))],
                problems: [
                    404: "There is no such rule set, or no such track.", 503: "The database cannot be reached.",
                ]),
            answer: answerEvaluate)
    }

    @Sendable private func answerEvaluate(_ call: Call) throws -> Reply {
        let request = try EvaluateBody(call.request.body, configuration)
        return .later {
            let root: RuleGroup
            switch request.rule {
            case .group(let group): root = group
            case .ruleSet(let id):
                guard let found = try await rules.ruleSet(id, version: nil) else { throw RulesRoutes.unknown }
                root = found.root
            }
            let facts = try await facts(request.subject)
            return .json(try root.trace(facts, at: Date().timeIntervalSince1970).json.bytes)
        }
    }

    private func facts(_ subject: EvaluateBody.Subject) async throws -> RuleFacts {
        switch subject {
        case .facts(let facts): return facts
        case .track(let reference):
            guard let track = try await TrackReference.internalID(of: reference.id, in: store),
                let found = try await rules.facts(of: [track]).first
            else { throw Problem.unknownTrack }
            return found.facts
        }
    }

    // MARK: Previewing

    private var preview: Route {
        Route(
            "POST", "/api/v1/rules/{id}/preview", access: .token,
            Operation(
                id: "previewRuleSet", summary: "What the playlist would become",
                description: """
                    Says what the target playlist of a rule set would gain, lose and keep; nothing is written. A root in the \
                    body is previewed in place of the rule set's own.
                    """,
                parameters: [
                    RulesRoutes.idParameter,
                    .init(
                        "limit", in: .query,
                        [
                            "type": "integer", "minimum": 1, "maximum": .integer(configuration.maximumPageSize),
                            "default": .integer(configuration.pageSize),
                        ], "How many tracks of each are listed."),
                ],
                body: .reference("PreviewRequest"),
                answers: [.init(200, "The difference.", .json(.reference("RulePreview")))],
                problems: RulesRoutes.absence.merging([
                    409: "The target is not there, or nobody gave permission to it."
                ]) { $1 }),
            answer: answerPreview)
    }

    @Sendable private func answerPreview(_ call: Call) throws -> Reply {
        var query = QueryReader(call.request)
        let limit = query.whole("limit", in: 1...configuration.maximumPageSize, usual: configuration.pageSize)
        try query.check(limit: configuration.maximumFaults)
        let draft = try previewRoot(call.request.body)
        let id = RulesRoutes.id(of: call)
        return .later {
            guard var ruleSet = try await rules.ruleSet(id, version: nil) else { throw RulesRoutes.unknown }
            ruleSet.root = draft ?? ruleSet.root
            do {
                let preview = try await RuleSetPreview.make(of: ruleSet, rules: rules, targets: targets)
                return .json(try await Self.json(preview, limit: limit, store: store).bytes)
            } catch let error as PlaylistTargetError {
                throw Problem(.targetUnavailable, error.description)
            }
        }
    }

    private func previewRoot(_ body: [UInt8]) throws(Problem) -> RuleGroup? {
        guard !body.isEmpty else { return nil }
        let members = try JSONBody.object(
            body, maximumDepth: max(configuration.maximumDepth, configuration.ruleLimits.jsonNesting))
        var reader = FieldReader(members)
        reader.refuse(namesOutside: ["root"])
        let root = reader.rule("root", configuration.ruleLimits)
        guard reader.faults.isEmpty else { throw Problem(faults: reader.faults, limit: configuration.maximumFaults) }
        return root
    }

    private static func json(
        _ preview: RuleSetPreview, limit: Int, store: any CatalogReading
    ) async throws -> JSONValue {
        let shown = [preview.gained, preview.lost, preview.kept].map { Array($0.prefix(limit)) }
        let tracks = try await store.withView { try await $0.tracks(shown.flatMap(\.self)) }
        let byID = Dictionary(tracks.map { ($0.id, $0) }) { first, _ in first }
        let part = { (count: Int, ids: [TrackID]) -> JSONValue in
            .object([
                "count": .number(Double(count)),
                "tracks": .array(ids.compactMap { byID[$0] }.map(Self.summary)),
            ])
        }
        return .object([
            "matching": .number(Double(preview.matching)), "unavailable": .number(Double(preview.unavailable)),
            "gain": part(preview.gained.count, shown[0]),
            "lose": part(preview.lost.count + preview.lostUnknown, shown[1]),
            "keep": part(preview.kept.count, shown[2]),
        ])
    }

    private static func summary(_ track: CatalogTrack) -> JSONValue {
        .object([
            "id": .string(track.externalIDs.first?.description ?? "segue:\(track.id.rawValue)"),
            "name": track.name.map { .string($0) } ?? .null,
            "artists": .array(track.artists.map { .string($0.name) }),
            "year": track.year.map { .number(Double($0)) } ?? .null,
        ])
    }

    // MARK: Classifying

    private func classify(_ jobs: JobAccess) -> Route {
        Route(
            "POST", "/api/v1/rules/classify", access: .change,
            Operation(
                id: "classify", summary: "Run all rule sets over the catalog",
                description: """
                    Puts a job into the queue that counts what each enabled rule set matches, which tracks several match and \
                    which none; with sync it then brings the target playlists up to date by the smallest difference.
                    """,
                body: .reference("ClassifyRequest"),
                answers: [.init(202, "The job, or the one that is at it.", .json(.reference("EnqueuedJob")))],
                problems: RulesRoutes.absence)
        ) { call in
            let payload = try classification(call.request.body)
            return .later {
                try await require(payload.ruleSets ?? [])
                let document = try JobDocument(payload)
                try await jobs.checked(Self.jobKind, document, at: [])
                let enqueued = try await jobs.store.enqueue(
                    JobRequest(kind: Self.jobKind, payload: document, key: .init(document.text)))
                let json: JSON = [
                    "job": try .document(of: enqueued.job), "is_new": .bool(enqueued.isNew),
                ]
                return .json(json.bytes, status: 202)
            }
        }
    }

    /// Refuses names of rule sets that there are not, before a job is made of them.
    private func require(_ ids: [String]) async throws {
        guard !ids.isEmpty else { return }
        let known = Set(try await rules.ruleSets().map(\.id))
        let faults = ids.indices.filter { !known.contains(ids[$0]) }
            .map { Fault(["rule_sets", String($0)], .unknownName, "there is no such rule set") }
        guard faults.isEmpty else {
            throw Problem(
                .unknownRuleSet, RulesRoutes.unknown.detail, faults: Array(faults.prefix(configuration.maximumFaults)))
        }
    }

    private func classification(_ body: [UInt8]) throws(Problem) -> ClassifyRequest {
        guard !body.isEmpty else { return ClassifyRequest() }
        let members = try JSONBody.object(body, maximumDepth: configuration.maximumDepth)
        var reader = FieldReader(members)
        reader.refuse(namesOutside: ["sync", "rule_sets"])
        let sets = reader.has("rule_sets") ? reader.texts("rule_sets", atMost: 1_000).map(\.text) : nil
        let sync = reader.flag("sync") ?? false
        guard reader.faults.isEmpty else { throw Problem(faults: reader.faults, limit: configuration.maximumFaults) }
        return ClassifyRequest(sync: sync, ruleSets: sets)
    }
}
