internal import Catalog
internal import HTTPServer
internal import Recommendation

/// `GET /api/v1/path`.
struct PathRoute: Sendable {
    /// Tracks between the ends where the caller does not say how many.
    static let usualSteps = 8

    let access: ServingAccess

    var route: Route {
        Route(
            "GET", "/api/v1/path", access: .token,
            Operation(
                id: "path", summary: "Lead from one track to another",
                description: """
                    A sequence of tracks in which each is close to the one before it. The contributions of each step's \
                    explanation add up to its similarity.
                    """,
                parameters: [
                    .init("from", in: .query, ["type": "string"], "The track to begin with."),
                    .init("to", in: .query, ["type": "string"], "The track to end with."),
                    .init(
                        "steps", in: .query,
                        [
                            "type": "integer", "minimum": 1, "maximum": .integer(access.configuration.maximumSteps),
                            "default": .integer(Self.usualSteps),
                        ], "Tracks between the two."),
                ],
                answers: [.init(200, "The steps; the last leads to the end.", .json(.reference("PathAnswer")))],
                problems: [
                    404: "The catalog does not have one of the tracks.", 422: "Too little is known of one of them.",
                    503: "There is no index yet, or the catalog is empty.",
                ]),
            answer: answer)
    }

    @Sendable private func answer(_ call: Call) throws -> Reply {
        var reader = QueryReader(call.request)
        let from = reader.reference("from", call.request.query("from"), to: .track)
        let to = reader.reference("to", call.request.query("to"), to: .track)
        let steps = reader.whole("steps", in: 1...access.configuration.maximumSteps, usual: Self.usualSteps)
        try reader.check(limit: access.configuration.maximumFaults)
        guard let from, let to else { return .now(.text("", status: 400)) }
        guard let catalog = try access.catalog() else { return .later { throw try await access.absence() } }
        do throws(RecommendationError) {
            return .now(.json(try Recommender(catalog).path(from: from, to: to, steps: steps).json()))
        } catch {
            throw Problem(error, parameters: [("from", from), ("to", to)])
        }
    }
}

extension Problem {
    /// What a refusal of the recommender means where references stand in the query or the path.
    init(_ error: RecommendationError, parameters: [(name: String, reference: EntityReference)]) {
        func faults(_ references: [EntityReference], _ code: Fault.Code, _ mend: String) -> [Fault] {
            parameters.filter { references.contains($0.reference) }.map { Fault(parameter: $0.name, code, mend) }
        }
        switch error {
        case .unknownSeeds(let references):
            let mend = "the catalog does not have it; import it (segue import FILE) and ask again"
            self.init(
                .unknownSeed, "the catalog does not have what is asked about; import it (segue import FILE)",
                faults: faults(references, .unknownSeed, mend))
        case .emptySeeds(let references):
            let mend = "import tracks of it and ask again"
            self.init(
                .seedsWithoutFeatures, "the catalog has no track of what is asked about; \(mend)",
                faults: faults(references, .seedWithoutFeatures, "has no track in the catalog; \(mend)"))
        case .seedsWithoutFeatures(let references):
            let mend = "import its audio features or year and rebuild the index"
            self.init(
                .seedsWithoutFeatures, "nothing is known to compare by; \(mend)",
                faults: faults(references, .seedWithoutFeatures, "nothing is known of it; \(mend)"))
        case .nothingToCompare:
            self.init(.nothingToCompare, "nothing is left to compare by")
        case .indexFailed(let reason):
            self = .failure(cause: reason)
        case .cancelled: self = .cancelled
        }
    }
}
