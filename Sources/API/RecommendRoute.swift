internal import Catalog
internal import Foundation
internal import HTTPServer
internal import Recommendation
internal import Rules
internal import Sampling
internal import Sourcing

/// `POST /api/v1/recommend`.
struct RecommendRoute: Sendable {
    let access: ServingAccess
    /// Fetches seeds that the catalog lacks; nil where nobody does.
    var fetching: (any SourceFetching)?

    var route: Route {
        Route(
            "POST", "/api/v1/recommend", access: .token,
            Operation(
                id: "recommend", summary: "Recommend tracks",
                description: """
                    Finds the nearest neighbours of the seeds under the request's rules, with explanations that add up \
                    to the scores. A track, an album or a playlist of Spotify that the catalog lacks is fetched, taken \
                    into the catalog and answered at once, with the token in X-Spotify-Token or a connected account's.
                    """,
                parameters: [SpotifyTokenHeader.parameter],
                body: .reference("RecommendRequest"),
                answers: [.init(200, "The recommended tracks, best first.", .json(.reference("RecommendAnswer")))],
                problems: [
                    403: "Spotify does not accept the token in X-Spotify-Token.",
                    404: "The catalog does not have a seed, and it cannot be fetched, or there is no such listener.",
                    409: "An import holds the catalog, which a fetched seed must go into.",
                    422: "Too little is known of the seeds, or the weights leave nothing.",
                    503: """
                    There is no index yet, or the catalog is empty, or a seed needs the database, or fetching it takes \
                    longer than this request.
                    """,
                ]),
            answer: answer)
    }

    /// The most texts of a filter that is answered on the spot; one with more ends when the request's time does.
    private static let quickTexts = 64

    /// Known tracks are answered on the spot; what playlists and the like stand for is asked of the database first, and
    /// what nobody knows of its source.
    @Sendable private func answer(_ call: Call) throws -> Reply {
        let body = try RecommendBody.parse(call.request.body, access.configuration)
        guard let catalog = try access.catalog() else { return .later { throw try await access.absence() } }
        let unresolved = SeedMembers.unresolved(in: body.request)
        let conditions = body.request.filter?.storedConditions ?? []
        let isQuick = (body.request.filter?.textCount ?? 0) <= Self.quickTexts
        guard unresolved.isEmpty, conditions.isEmpty, body.cooldown == nil, isQuick else {
            return .later {
                var body = body
                body.request.resolved = try await access.resolve(conditions)
                let members = try await members.tracks(in: body.request)
                do { return .json(try await answer(body, from: catalog, members: members)) } catch let error
                    as RecommendationError
                {
                    return try await fetching(error, body, call)
                }
            }
        }
        let found: RecommendationAnswer
        do throws(RecommendationError) { found = try recommend(body.request, from: catalog, members: [:]) } catch {
            guard fetching != nil, case .unknownSeeds = error else { throw problem(error, body) }
            return .later { try await fetching(error, body, call) }
        }
        return .now(.json(found.json(id: try access.ids.next(for: nil))))
    }

    private var members: SeedMembers { SeedMembers(store: access.store, limits: access.configuration.limits) }

    private func recommend(
        _ request: RecommendationRequest, from catalog: ServingCatalog, members: [EntityReference: [TrackID]]
    ) throws(RecommendationError) -> RecommendationAnswer {
        try Recommender(catalog).recommend(request, members: members, limits: access.configuration.limits)
    }

    /// The answer's bytes. Where it is to spare a listener, it reads what the listener met and notes what is given out.
    private func answer(
        _ body: RecommendBody, from catalog: ServingCatalog, members: [EntityReference: [TrackID]],
        fetched reports: [SourceReport]? = nil
    ) async throws -> [UInt8] {
        let id = try access.ids.next(for: body.cooldown?.listener)
        guard let wish = body.cooldown else {
            let answer = try recommend(body.request, from: catalog, members: members)
            return reports.map { answer.json(id: id, $0) } ?? answer.json(id: id)
        }
        guard let listeners = access.listeners else {
            throw Problem(faults: [Fault(["cooldown"], .notSupported, "this service has no listeners")], limit: 1)
        }
        let answer = try await SparedTracks.answer(
            to: wish, body.request, id: id, from: catalog, listeners: listeners
        ) { try recommend($0, from: catalog, members: members) }
        return reports.map { answer.json(id: id, $0) } ?? answer.json(id: id)
    }

    private func problem(
        _ error: RecommendationError, _ body: RecommendBody, _ partial: Set<EntityReference> = []
    ) -> Problem {
        guard case .unknownSeeds(let seeds) = error else {
            return body.problem(error, limit: access.configuration.maximumFaults)
        }
        let mend = "no source is configured to fetch it from, so import it (segue import FILE) and ask again"
        return body.unknown(seeds, partial, mend, limit: access.configuration.maximumFaults)
    }

    /// Takes over what the catalog lacks, and answers from the catalog that has it.
    private func fetching(
        _ error: RecommendationError, _ body: RecommendBody, _ call: Call
    ) async throws -> HTTPResponse {
        guard case .unknownSeeds(let seeds) = error else { throw problem(error, body) }
        let partial = try await members.partial(among: seeds)
        guard let fetching, let sources = SeedFetch.sources(of: seeds) else { throw problem(error, body, partial) }
        let fetch = SeedFetch(
            fetching: fetching, token: try SpotifyTokenHeader.token(in: call.request), partial: partial)
        let reports = try await fetch.run(sources, for: body, seeds, limit: access.configuration.maximumFaults)
        guard let catalog = try access.catalog() else { throw try await access.absence() }
        let members = try await members.tracks(in: body.request)
        do { return .json(try await answer(body, from: catalog, members: members, fetched: reports)) } catch let error
            as RecommendationError
        {
            throw problem(error, body)
        }
    }
}

extension RecommendBody {
    /// What a refusal of the recommender means in terms of this body.
    func problem(_ error: RecommendationError, limit: Int) -> Problem {
        switch error {
        case .unknownSeeds(let seeds):
            return unknown(seeds, [], "import it (segue import FILE) and ask again", limit: limit)
        case .emptySeeds(let seeds):
            let mend = "put tracks into it and take it over again (segue ingest, segue import), or give another seed"
            return Problem(
                .seedsWithoutFeatures, "the \(seeds.count == 1 ? "seed holds" : "seeds hold") no track; \(mend)",
                faults: faults(for: seeds, limit) {
                    (.seedWithoutFeatures, "the \($0.kind.rawValue) \($0) is empty; \(mend)")
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
        case .cancelled: return .cancelled
        }
    }

    /// Seeds that the catalog lacks, or has in part only, with what would mend it.
    func unknown(
        _ seeds: [EntityReference], _ partial: Set<EntityReference>, _ mend: String, limit: Int
    ) -> Problem {
        let number = seeds.count == 1 ? "a seed" : "\(seeds.count) seeds"
        let isHeld = seeds.allSatisfy(partial.contains)
        return Problem(
            .unknownSeed, "the catalog \(isHeld ? "has only a part of" : "does not have") \(number); \(mend)",
            faults: faults(for: seeds, limit) { seed in
                let has = partial.contains(seed) ? "has only a part of the" : "has no"
                return (.unknownSeed, "the catalog \(has) \(seed.kind.rawValue) \(seed); \(mend)")
            })
    }

    func faults(
        for seeds: [EntityReference], _ limit: Int, _ describe: (EntityReference) -> (Fault.Code, String)
    ) -> [Fault] {
        let wanted = Set(seeds)
        let places = (Array(zip(request.seeds, seedPaths)) + Array(zip(request.negative, negativePaths)))
            .filter { wanted.contains($0.0) }
        return places.prefix(limit).map { seed, path in
            let (code, message) = describe(seed)
            return Fault(path, code, message)
        }
    }
}
