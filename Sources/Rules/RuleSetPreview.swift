public import Catalog
internal import Foundation

/// What a target playlist would gain, lose and keep, before anything is written.
public struct RuleSetPreview: Sendable, Hashable {
    /// Tracks that match; the target may take fewer.
    public var matching: Int
    /// Tracks that would come, best first.
    public var gained: [TrackID]
    /// Tracks that would go and are in the catalog.
    public var lost: [TrackID]
    /// How many would go that the catalog does not have.
    public var lostUnknown: Int
    /// Tracks that would stay.
    public var kept: [TrackID]
    /// Matching tracks that the target's service does not know.
    public var unavailable: Int

    /// What a rule would do to a target; without one, everything that matches is gained.
    /// - Throws: `PlaylistTargetError`, `CatalogStoreError`, what the target's service throws.
    public static func make(
        wanted: [TrackID], matching: Int, target: (any PlaylistTarget)?
    ) async throws -> RuleSetPreview {
        guard let target else {
            return RuleSetPreview(
                matching: matching, gained: wanted, lost: [], lostUnknown: 0, kept: [], unavailable: 0)
        }
        let keys = try await target.keys(of: wanted)
        let current = try await target.contents().keys
        let list = wanted.compactMap { keys[$0] }
        // A sync empties no playlist, so a preview does not either.
        let difference = PlaylistDifference(from: current, to: list.isEmpty ? current : list)
        var trackOf = Dictionary(keys.map { ($0.value, $0.key) }) { first, _ in first }
        let others = difference.removed + (list.isEmpty ? difference.kept : [])
        trackOf.merge(try await target.tracks(of: others)) { first, _ in first }
        let lost = difference.removed.compactMap { trackOf[$0] }
        return RuleSetPreview(
            matching: matching, gained: difference.added.compactMap { trackOf[$0] }, lost: lost,
            lostUnknown: difference.removed.count - lost.count, kept: difference.kept.compactMap { trackOf[$0] },
            unavailable: wanted.count - keys.count)
    }
}

extension RuleSetPreview {
    /// What a rule set would do to its target.
    /// - Throws: `PlaylistTargetError`, `CatalogStoreError`, what the target's service throws.
    public static func make(
        of ruleSet: RuleSet, rules: any RuleMatching, targets: (any PlaylistTargets)?
    ) async throws -> RuleSetPreview {
        let (wanted, matching) = try await rules.mostPopular(
            matching: ruleSet.root, at: Date(), limit: ruleSet.target?.limit ?? RuleTarget.maximumTracks)
        let target = try await targets?.target(of: ruleSet, batch: "")
        return try await make(wanted: wanted, matching: matching, target: target)
    }
}
