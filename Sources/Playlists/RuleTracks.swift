public import Catalog
public import JSONText
public import Recommendation
public import Rules
public import Sampling

/// What rules in recipes mean.
public protocol RuleTracks: Sendable {
    /// What is wrong with a rule; paths lead from it.
    func faults(in rule: JSONValue) -> [RecipeFault]
    /// The tracks that meet a rule, at most `limit`: evenly thinned out where there are more. What it asks of listening
    /// is asked of the listener's.
    /// - Throws: what the evaluation throws.
    func tracks(matching rule: JSONValue, heardBy listener: String, limit: Int) async throws -> [TrackID]
    /// Whether there is a stored rule set of this id, or one alone of this name.
    /// - Throws: what the store throws.
    func hasRuleSet(_ name: String) async throws -> Bool
    /// The tracks that a stored rule set matches, like those of a rule; nil where there is none.
    /// - Throws: what the store or the evaluation throws.
    func tracks(ofRuleSet name: String, heardBy listener: String, limit: Int) async throws -> [TrackID]?
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
    private let sets: (any RuleStore)?
    private let limits: @Sendable () -> RuleLimits

    /// Rules over whatever serves at the time.
    /// - Parameters:
    ///   - serving: the index of the moment.
    ///   - conditions: who knows which tracks meet conditions that no index carries; nil where nobody does.
    ///   - sets: the stored rule sets; nil where there are none.
    ///   - limits: what is put up with at the moment.
    public init(
        serving: @escaping @Sendable () -> ServingCatalog?, conditions: ConditionMemory? = nil,
        sets: (any RuleStore)? = nil,
        limits: @escaping @Sendable () -> RuleLimits = { RuleLimits() }
    ) {
        (self.serving, self.conditions, self.sets, self.limits) = (serving, conditions, sets, limits)
    }

    /// What is wrong with a rule group.
    public func faults(in rule: JSONValue) -> [RecipeFault] {
        do throws(RuleFaults) {
            return Self.unanswerable(try RuleGroup(rule, limits: limits()), conditions)
        } catch {
            return error.faults.map(Self.fault)
        }
    }

    /// The tracks that meet a rule group.
    /// - Throws: `NoIndex`, `RuleFaults`, `CancellationError`, `CatalogStoreError` where the database must be asked and
    ///   cannot be.
    public func tracks(matching rule: JSONValue, heardBy listener: String, limit: Int) async throws -> [TrackID] {
        try await tracks(matching: try RuleGroup(rule, limits: limits()), listener, limit)
    }

    /// Whether there is such a rule set.
    /// - Throws: `CatalogStoreError`.
    public func hasRuleSet(_ name: String) async throws -> Bool { try await ruleSet(name) != nil }

    /// The tracks that a rule set matches, in its newest version.
    /// - Throws: `NoIndex`, `CancellationError`, `CatalogStoreError`.
    public func tracks(ofRuleSet name: String, heardBy listener: String, limit: Int) async throws -> [TrackID]? {
        guard let found = try await ruleSet(name) else { return nil }
        return try await tracks(matching: found.root, listener, limit)
    }

    private func ruleSet(_ name: String) async throws -> RuleSet? {
        guard let sets else { return nil }
        if let found = try await sets.ruleSet(name, version: nil) { return found }
        let named = try await sets.ruleSets().filter { $0.name == name }
        return named.count == 1 ? named.first : nil
    }

    private func tracks(matching group: RuleGroup, _ listener: String, _ limit: Int) async throws -> [TrackID] {
        guard let catalog = serving() else { throw NoIndex() }
        let resolved =
            try await conditions?.resolve(group.storedConditions, heardBy: listener) ?? ResolvedConditions()
        guard resolved.cover(group) else {
            throw RuleFaults([RuleFault([], .badRule, "asks for what only the database knows")])
        }
        let found = try catalog.segments.flatMap { segment in
            var rows = try group.rows(in: segment.snapshot, resolved: resolved)
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
