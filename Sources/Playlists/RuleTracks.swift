public import Catalog
public import JSONText
public import Recommendation
public import Rules
public import Sampling

/// What rules in recipes mean.
public protocol RuleTracks: Sendable {
    /// What is wrong with a rule; paths lead from it.
    func faults(in rule: JSONValue) -> [RecipeFault]
    /// The tracks that meet a rule, at most `limit`: evenly thinned out where there are more.
    /// - Throws: what the evaluation throws.
    func tracks(matching rule: JSONValue, limit: Int) async throws -> [TrackID]
}

/// Tracks that a provider holds similar to others.
public protocol SimilarTracks: Sendable {
    /// The provider's name, for example `lastfm`.
    var name: String { get }
    /// Tracks of the catalog that are held similar to any of the given ones.
    /// - Throws: what the store throws.
    func tracks(similarTo seeds: [TrackID], limit: Int) async throws -> SimilarTracksFound
}

/// What a provider holds similar, as far as that is known.
public struct SimilarTracksFound: Sendable, Hashable {
    /// The most similar first.
    public var matches: [SimilarityMatch]
    /// Why there may be less than there could be; nil where nothing went wrong.
    public var problem: String?

    /// Joins both.
    public init(_ matches: [SimilarityMatch], problem: String? = nil) {
        (self.matches, self.problem) = (matches, problem)
    }
}

/// There is no index to ask.
public struct NoIndex: Error, Sendable, Hashable, CustomStringConvertible {
    /// With the mend.
    public let description = "no index has been published; build one with segue index build"
}

/// Rules over the columns of the index that serves, joined by what the database says of fields that no index carries.
public struct IndexRules: RuleTracks {
    private let serving: @Sendable () -> ServingCatalog?
    private let conditions: ConditionMemory?
    private let limits: RuleLimits

    /// Rules over whatever serves at the time.
    /// - Parameter conditions: who knows which tracks meet conditions that no index carries; nil where nobody does.
    public init(
        serving: @escaping @Sendable () -> ServingCatalog?, conditions: ConditionMemory? = nil,
        limits: RuleLimits = RuleLimits()
    ) {
        (self.serving, self.conditions, self.limits) = (serving, conditions, limits)
    }

    /// What is wrong with a rule group.
    public func faults(in rule: JSONValue) -> [RecipeFault] {
        do throws(RuleFaults) {
            return Self.unanswerable(try RuleGroup(rule, limits: limits), conditions)
        } catch {
            return error.faults.map(Self.fault)
        }
    }

    /// The tracks that meet a rule group.
    /// - Throws: `NoIndex`, `RuleFaults`, `CatalogStoreError` where the database must be asked and cannot be.
    public func tracks(matching rule: JSONValue, limit: Int) async throws -> [TrackID] {
        guard let catalog = serving() else { throw NoIndex() }
        let group = try RuleGroup(rule, limits: limits)
        let resolved = try await conditions?.resolve(group.storedConditions) ?? ResolvedConditions()
        guard resolved.cover(group) else {
            throw RuleFaults([RuleFault([], .badRule, "asks for what only the database knows")])
        }
        let found = catalog.segments.flatMap { segment in
            var rows = group.rows(in: segment.snapshot, resolved: resolved)
            rows.subtract(segment.hidden)
            var ids: [TrackID] = []
            rows.forEachRow { ids.append(segment.snapshot.id($0)) }
            return ids
        }
        return found.thinned(to: limit)
    }

    private static func unanswerable(_ group: RuleGroup, _ conditions: ConditionMemory?) -> [RecipeFault] {
        guard conditions == nil, let condition = group.storedConditions.first else { return [] }
        return [RecipeFault([], .outOfRange, "asks for \(condition.field.name), which only the database knows")]
    }

    private static func fault(_ fault: RuleFault) -> RecipeFault {
        let code: RecipeFault.Code =
            switch fault.sort {
            case .missing: .missing
            case .wrongType: .wrongType
            case .badRule: .outOfRange
            }
        return RecipeFault(fault.path, code, fault.message)
    }
}

extension Array {
    /// Every n-th element, so that no more than `limit` are left and none of the array's ends is preferred.
    func thinned(to limit: Int) -> [Element] {
        guard count > limit, limit > 0 else { return self }
        return (0..<limit).map { self[$0 * count / limit] }
    }
}
