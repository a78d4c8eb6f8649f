internal import Catalog
internal import Foundation
internal import HTTPServer
internal import Recommendation

/// `POST /api/v1/recommend`.
struct RecommendRoute: Sendable {
    let serving: @Sendable () -> ServingCatalog?
    let store: any CatalogReading
    let configuration: APIConfiguration

    var route: Route {
        Route(
            "POST", "/api/v1/recommend", access: .token,
            Operation(
                id: "recommend", summary: "Recommend tracks",
                description: """
                    Finds the nearest neighbours of the seeds under the request's rules, with explanations that add up \
                    to the scores.
                    """,
                body: .reference("RecommendRequest"),
                answers: [.init(200, "The recommended tracks, best first.", .json(.reference("RecommendAnswer")))],
                problems: [
                    404: "The catalog does not have a seed.",
                    422: "Too little is known of the seeds, or the weights leave nothing.",
                    503: "There is no index yet, or the catalog is empty, or a playlist needs the database.",
                ]),
            answer: answer)
    }

    /// Known tracks are answered on the spot; a playlist's tracks are asked of the database first.
    @Sendable private func answer(_ call: Call) throws -> Reply {
        let body = try RecommendBody.parse(call.request.body, configuration)
        guard let catalog = serving() else { return .later { throw try await absence() } }
        guard catalog.generation.tracks > 0 else { throw emptyCatalog }
        let playlists = Set(body.request.seeds.filter { $0.kind == .playlist })
        guard !playlists.isEmpty else { return .now(try recommend(body, from: catalog, playlists: [:])) }
        return .later {
            var contents: [EntityReference: [TrackID]] = [:]
            for playlist in playlists { contents[playlist] = try await store.tracks(of: playlist, limit: .max) }
            return try recommend(body, from: catalog, playlists: contents)
        }
    }

    /// Why there is no index to answer from: there is nothing to index, or nobody has built one.
    private func absence() async throws -> Problem {
        if try await store.search(nil, limit: 1, cursor: nil).tracks.isEmpty { return emptyCatalog }
        return Problem(.noIndex, "no index has been published; build one with segue index build")
            .retrying(after: configuration.retryAfterSeconds)
    }

    private var emptyCatalog: Problem {
        Problem(
            .emptyCatalog,
            "the catalog has no tracks; fill it with segue import FILE or segue demo, then run segue index build"
        ).retrying(after: configuration.retryAfterSeconds)
    }

    private func recommend(
        _ body: RecommendBody, from catalog: ServingCatalog, playlists: [EntityReference: [TrackID]]
    ) throws(Problem) -> HTTPResponse {
        do throws(RecommendationError) {
            let answer = try Recommender(catalog).recommend(
                body.request, playlists: playlists, limits: configuration.limits)
            return .json(answer.json(id: UUID().uuidString.lowercased()))
        } catch {
            throw body.problem(error, limit: configuration.maximumFaults)
        }
    }
}

extension RecommendBody {
    /// What a refusal of the recommender means in terms of this body.
    func problem(_ error: RecommendationError, limit: Int) -> Problem {
        switch error {
        case .unknownSeeds(let seeds):
            let mend = "no source is configured to fetch it from, so import it (segue import FILE) and ask again"
            return Problem(
                .unknownSeed,
                "the catalog does not have \(seeds.count == 1 ? "a seed" : "\(seeds.count) seeds"); \(mend)",
                faults: faults(for: seeds, limit) {
                    (.unknownSeed, "the catalog has no \($0.kind.rawValue) \($0); \(mend)")
                })
        case .seedsWithoutFeatures(let seeds):
            let mend = "import its audio features or year and rebuild the index, or give another seed"
            return Problem(
                .seedsWithoutFeatures, "nothing is known of the seeds to compare by; \(mend)",
                faults: faults(for: seeds, limit) { (.seedWithoutFeatures, "nothing is known of \($0); \(mend)") })
        case .nothingToCompare:
            return Problem(
                .nothingToCompare, "the weights leave nothing of the seeds to compare; raise one above 0",
                faults: [Fault(["weights"], .outOfRange, "leaves no block that the seeds have")])
        case .indexFailed(let reason): return .failure(cause: reason)
        }
    }

    private func faults(
        for seeds: [EntityReference], _ limit: Int, _ describe: (EntityReference) -> (Fault.Code, String)
    ) -> [Fault] {
        let wanted = Set(seeds)
        let places = zip(request.seeds, seedPaths).filter { wanted.contains($0.0) }
        return places.prefix(limit).map { seed, path in
            let (code, message) = describe(seed)
            return Fault(path, code, message)
        }
    }
}
