internal import Catalog
internal import Recommendation
internal import Rules

/// Answers as the service does: a request to `Recommender` with the seeds' ids and otherwise its defaults.
struct ServiceMethod: RankingMethod {
    let catalog: EvaluationCatalog
    let serving: ServingCatalog
    var strategy = RecommendationRequest.Strategy.auto
    var tuning = RecommendationTuning()

    func answer(_ queries: [Query], progress: (Int) -> Void) throws -> [[ItemTable.Item]] {
        try queries.map { query in
            defer { progress(1) }
            return try answer(query)
        }
    }

    /// The answer's items, best first; seeds that the space has no vector of make it empty, which counts as a miss.
    func answer(_ query: Query) throws(RecommendationError) -> [ItemTable.Item] {
        guard let answer = try recommend(request(query)) else { return [] }
        var seen = Set(query.seeds)
        return items(of: answer).filter { catalog.isEligible[Int($0)] && seen.insert($0).inserted }
    }

    /// A request for 100 tracks with the query's seeds.
    func request(_ query: Query) -> RecommendationRequest {
        var request = RecommendationRequest(
            seeds: query.seeds.map { seed in
                let track = catalog.representative(of: seed).id
                return EntityReference(
                    kind: .track, id: ExternalID(namespace: "segue", value: "\(track.rawValue)"))
            })
        request.strategy = strategy
        request.k = Query.depth
        request.explain = .none
        return request
    }

    /// The service's answer, or nil where it has nothing to go by.
    func recommend(_ request: RecommendationRequest) throws(RecommendationError) -> RecommendationAnswer? {
        try Recommender(serving, tuning: tuning).recommendation(request)
    }

    /// The items of an answer's tracks; tracks that came after the catalog was read have none.
    func items(of answer: RecommendationAnswer) -> [ItemTable.Item] {
        answer.items.compactMap { catalog.items.item(of: serving.id($0.track)) }
    }
}

extension Recommender {
    /// The answer, or nil where the seeds have no vector or nothing of it is left.
    func recommendation(_ request: RecommendationRequest) throws(RecommendationError) -> RecommendationAnswer? {
        do throws(RecommendationError) {
            return try recommend(request)
        } catch {
            switch error {
            case .unknownSeeds, .emptySeeds, .seedsWithoutFeatures, .nothingToCompare: return nil
            default: throw error
            }
        }
    }
}

extension ServingCatalog {
    /// The same catalog without the tracks that are outside an evaluation's universe.
    func limited(to catalog: EvaluationCatalog) -> ServingCatalog {
        let limited = segments.map { segment in
            var hidden = segment.hidden
            for row in 0..<segment.snapshot.count {
                let item = catalog.items.item(of: segment.snapshot.id(row))
                if item.map({ !catalog.isEligible[Int($0)] }) ?? true { hidden.insert(row) }
            }
            return segment.hiding(hidden)
        }
        return ServingCatalog(generation: generation, space: space, segments: limited)
    }
}
