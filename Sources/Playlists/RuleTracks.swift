public import Catalog
internal import Foundation
public import JSONText
public import Recommendation
internal import Rules
public import Sampling

/// What rules in recipes mean.
public protocol RuleTracks: Sendable {
    /// What is wrong with a rule; paths lead from it.
    func faults(in rule: JSONValue) -> [RecipeFault]
    /// The tracks that meet a rule, at most `limit`: evenly thinned out where there are more.
    /// - Throws: what the evaluation throws.
    func tracks(matching rule: JSONValue, limit: Int) async throws -> [TrackID]
}

/// Tracks that providers hold similar, as far as that is stored.
public protocol SimilarTracks: Sendable {
    /// Tracks of the catalog that are held similar to any of the given ones, with a similarity of 0 to 1.
    /// - Throws: what the store throws.
    func tracks(similarTo seeds: [TrackID], limit: Int) async throws -> [(track: TrackID, similarity: Double)]
}

/// There is no index to ask.
public struct NoIndex: Error, Sendable, Hashable, CustomStringConvertible {
    /// With the mend.
    public let description = "no index has been published; build one with segue index build"
}

/// Rules over the columns of the index that serves.
public struct IndexRules: RuleTracks {
    private let serving: @Sendable () -> ServingCatalog?

    /// Rules over whatever serves at the time.
    public init(serving: @escaping @Sendable () -> ServingCatalog?) { self.serving = serving }

    /// What is wrong with a rule group.
    public func faults(in rule: JSONValue) -> [RecipeFault] {
        do {
            _ = try Self.group(rule)
            return []
        } catch let error as DecodingError {
            return [Self.fault(error)]
        } catch {
            return [RecipeFault([], .wrongType, "cannot be read")]
        }
    }

    /// The tracks that meet a rule group.
    /// - Throws: `NoIndex`, `DecodingError`.
    public func tracks(matching rule: JSONValue, limit: Int) async throws -> [TrackID] {
        guard let catalog = serving() else { throw NoIndex() }
        let group = try Self.group(rule)
        let found = catalog.segments.flatMap { segment in
            var rows = group.rows(in: segment.snapshot)
            rows.subtract(segment.hidden)
            var ids: [TrackID] = []
            rows.forEachRow { ids.append(segment.snapshot.id($0)) }
            return ids
        }
        return found.thinned(to: limit)
    }

    private static func group(_ rule: JSONValue) throws -> RuleGroup {
        try JSONDecoder().decode(RuleGroup.self, from: Data(rule.bytes))
    }

    private static func fault(_ error: DecodingError) -> RecipeFault {
        let (context, code): (DecodingError.Context?, RecipeFault.Code) =
            switch error {
            case .typeMismatch(_, let context), .valueNotFound(_, let context): (context, .wrongType)
            case .keyNotFound(_, let context): (context, .missing)
            case .dataCorrupted(let context): (context, .outOfRange)
            @unknown default: (nil, .wrongType)
            }
        let path = context?.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue } ?? []
        return RecipeFault(path, code, context?.debugDescription ?? "cannot be read")
    }
}

extension Array {
    /// Every n-th element, so that no more than `limit` are left and none of the array's ends is preferred.
    func thinned(to limit: Int) -> [Element] {
        guard count > limit, limit > 0 else { return self }
        return (0..<limit).map { self[$0 * count / limit] }
    }
}
