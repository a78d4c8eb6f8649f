internal import Catalog
internal import Recommendation
internal import Rules
internal import Sampling

/// The catalog to answer from, or why there is none.
struct ServingAccess: Sendable {
    let serving: @Sendable () -> ServingCatalog?
    let store: any CatalogReading
    let live: LiveConfiguration
    /// Who knows which tracks meet conditions that no index carries; nil where nobody does.
    let conditions: ConditionMemory?
    /// Names answers for feedback.
    let ids: RecommendationIDs
    /// What listeners did, for requests with a cooldown; nil where there are no listeners.
    var listeners: (any PlaylistStore)?

    /// What requests may ask for at this moment.
    var configuration: APIConfiguration { live.value }

    /// The catalog, or nil where no index has been published.
    /// - Throws: `emptyCatalog` where there is nothing in it.
    func catalog() throws(Problem) -> ServingCatalog? {
        guard let catalog = serving() else { return nil }
        guard catalog.generation.tracks > 0 else { throw emptyCatalog }
        return catalog
    }

    /// The tracks that meet a filter's conditions which no index carries.
    /// - Throws: `Problem` where nobody knows, `CatalogStoreError`.
    func resolve(_ asked: Set<RuleCondition>) async throws -> ResolvedConditions {
        guard !asked.isEmpty else { return ResolvedConditions() }
        guard let conditions else {
            let names = Set(asked.map(\.field.name)).sorted().joined(separator: ", ")
            let fault = Fault(["filter"], .notSupported, "asks for \(names), which needs the database; leave it out")
            throw Problem(faults: [fault], limit: 1)
        }
        return try await conditions.resolve(asked)
    }

    /// Why there is no index to answer from: there is nothing to index, or nobody has built one.
    func absence() async throws -> Problem {
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
}
