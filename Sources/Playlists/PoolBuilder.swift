internal import Catalog
internal import Foundation
internal import Recommendation
internal import Sampling

/// Asks every source of a recipe; one that fails is named and brings nothing.
struct PoolBuilder: Sendable {
    let maker: PlaylistMaker
    let shop: any PlaylistWorkshop
    let recipe: Recipe
    let listener: String
    let moment: Date
    var similar: [any SimilarTracks] = []

    private var limit: Int { maker.limits.maximumPool }

    func build() async throws -> Pool {
        let listening = try await shop.listening(at: moment)
        var pool = Pool(listening: listening, partCount: recipe.parts.count)
        let met = try await facts(listening.map(\.track))
        let taste = Taste(listening, facts: met)
        try await exclude(&pool)
        for (number, part) in recipe.parts.enumerated() {
            let offers = try await offers(of: part, number, &pool, met)
            let facts = try await facts(Array(Set(offers.map(\.track))))
            pool.add(offers, part: number, weight: part.weight, facts: facts, taste: taste)
        }
        return pool
    }

    private func facts(_ ids: [TrackID]) async throws -> [TrackID: TrackFacts] {
        Dictionary(try await shop.facts(of: ids).map { ($0.id, $0) }) { first, _ in first }
    }

    private func exclude(_ pool: inout Pool) async throws {
        for reference in recipe.excluded {
            guard let tracks = try await shop.tracks(of: reference, limit: limit) else {
                pool.sources.append(Self.stranger(reference, in: "exclude"))
                continue
            }
            pool.exclude(try await shop.facts(of: tracks))
        }
        // Whatever becomes of its context, what is named itself is wanted from nobody.
        for reference in recipe.excludedContexts {
            guard let tracks = try await shop.tracks(of: reference, limit: limit) else {
                pool.sources.append(Self.stranger(reference, in: "exclude_contexts"))
                continue
            }
            pool.exclude(try await shop.facts(of: tracks))
        }
    }

    /// What names nothing is said: it may be a slip of the pen.
    static func stranger(_ reference: EntityReference, in field: String) -> OriginReport {
        OriginReport(
            name: "\(field) \(reference)", candidates: 0,
            problem: "the catalog has no \(reference.kind.rawValue) \(reference), so nothing is left out for it")
    }

    /// What a part is called in reports; parts that would be called alike are told apart by their places.
    private func suffix(of number: Int) -> String {
        let name = recipe.parts[number].source.reportName
        let isAlone = recipe.parts.count { $0.source.reportName == name } == 1
        return isAlone ? "" : ", part \(number + 1)"
    }

    private func offers(
        of part: PoolPart, _ number: Int, _ pool: inout Pool, _ met: [TrackID: TrackFacts]
    ) async throws -> [Offer] {
        let name = part.source.reportName + suffix(of: number)
        switch part.source {
        case .library:
            return try await asked(name, &pool) { name in
                try await shop.library(limit: limit).map { Offer(track: $0, score: 1, origin: name) }
            }
        case .tracks(let reference):
            return try await asked(name, &pool) { name in
                guard let tracks = try await shop.tracks(of: reference, limit: limit) else {
                    throw SourceProblem("the catalog has no \(reference.kind.rawValue) \(reference)")
                }
                return tracks.map { Offer(track: $0, score: 1, origin: name) }
            }
        case .rules(let rule):
            return try await asked(name, &pool) { name in
                guard let rules = maker.rules else { throw SourceProblem("this service has no rules") }
                return try await rules.tracks(matching: rule, heardBy: listener, limit: limit)
                    .map { Offer(track: $0, score: 1, origin: name) }
            }
        case .ruleSet(let set):
            return try await asked(name, &pool) { name in
                guard let tracks = try await maker.rules?.tracks(ofRuleSet: set, heardBy: listener, limit: limit) else {
                    throw SourceProblem("there is no rule set \(set)")
                }
                return tracks.map { Offer(track: $0, score: 1, origin: name) }
            }
        case .recommendations(let seeds, let discovery):
            return try await asked(name, &pool) { name in
                try await neighbours(of: seeds, discovery: discovery, origin: name)
            }
        case .profile:
            pool.fallsBack = true
            return try await ProfileSources(builder: self, part: number, suffix: suffix(of: number)).offers(&pool, met)
        }
    }

    /// Asks a source and notes what it brought; what goes wrong with it goes no further.
    func asked(
        _ name: String, _ pool: inout Pool, _ ask: (String) async throws -> [Offer]
    ) async throws -> [Offer] {
        try await askedInPart(name, &pool) { (try await ask($0), nil) }
    }

    /// Asks a source that may bring something and have a problem all the same.
    func askedInPart(
        _ name: String, _ pool: inout Pool, _ ask: (String) async throws -> (offers: [Offer], problem: String?)
    ) async throws -> [Offer] {
        do {
            let (offers, problem) = try await ask(name)
            pool.sources.append(OriginReport(name: name, candidates: offers.count, problem: problem))
            return offers
        } catch let error where error is CancellationError || Task.isCancelled {
            throw error
        } catch {
            let problem = (error as? SourceProblem)?.description ?? maker.describe(error)
            pool.sources.append(OriginReport(name: name, candidates: 0, problem: problem))
            return []
        }
    }

    // MARK: Neighbours

    /// How many neighbours are looked at for each track wanted.
    static let neighboursPerTrack = 10
    /// The fewest and the most neighbours that are looked at.
    static let neighbourBounds = 200...2_000

    func neighbours(
        of seeds: [EntityReference], discovery: Double? = nil, origin: String
    ) async throws -> [Offer] {
        guard let catalog = maker.serving() else { throw NoIndex() }
        var members: [EntityReference: [TrackID]] = [:]
        for seed in seeds where seed.kind != .track {
            members[seed] = try await shop.tracks(of: seed, limit: RecommendationLimits().maximumSeedTracks)
        }
        var request = RecommendationRequest(seeds: seeds)
        request.k = min(
            max(recipe.rules.count * Self.neighboursPerTrack, Self.neighbourBounds.lowerBound),
            Self.neighbourBounds.upperBound)
        request.explain = .none
        request.discovery = discovery.map(Float.init) ?? request.discovery
        let answer = try Recommender(catalog).recommend(request, members: members)
        let best = answer.items.map(\.score).max() ?? 1
        return answer.items.map { item in
            let score = best > 0 ? max(0, min(1, item.score / best)) : 0
            return Offer(track: catalog.id(item.track), score: Double(score), origin: origin)
        }
    }
}

/// What a source cannot do, in words for anybody.
struct SourceProblem: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

extension PoolSource {
    /// What reports call it.
    fileprivate var reportName: String {
        switch self {
        case .tracks(let reference): "tracks of \(reference)"
        case .ruleSet(let name): "rule set \(name)"
        case .library, .recommendations, .rules, .profile: name
        }
    }
}

extension EntityReference {
    /// A track of the catalog by its internal id.
    init(_ track: TrackID) {
        self.init(kind: .track, id: ExternalID(namespace: "segue", value: String(track.rawValue)))
    }
}
