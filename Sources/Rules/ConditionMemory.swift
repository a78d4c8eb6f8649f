internal import Catalog
internal import Foundation

/// Asks the database for the tracks that meet conditions which no index carries, and remembers the answers for a while.
///
/// Filters of requests come again and again; what they ask of plays, playlists and sources changes by the minute at most.
public actor ConditionMemory {
    private struct Entry {
        var tracks: [TrackID]
        var end: ContinuousClock.Instant
    }

    private let rules: any RuleMatching
    private let lifetime: Duration
    private let capacity: Int
    private var entries: [RuleCondition: Entry] = [:]

    /// Asks `rules`.
    /// - Parameters:
    ///   - rules: who knows the catalog.
    ///   - lifetime: how long an answer is good.
    ///   - capacity: ids of tracks that are remembered in all, eight bytes each.
    public init(rules: any RuleMatching, lifetime: Duration = .seconds(30), capacity: Int = 8_000_000) {
        (self.rules, self.lifetime, self.capacity) = (rules, lifetime, capacity)
    }

    /// The tracks for each of the conditions.
    /// - Throws: `CatalogStoreError`.
    public func resolve(_ conditions: Set<RuleCondition>) async throws -> ResolvedConditions {
        var resolved = ResolvedConditions()
        for condition in conditions { resolved.tracks[condition] = try await tracks(meeting: condition) }
        return resolved
    }

    private func tracks(meeting condition: RuleCondition) async throws -> [TrackID] {
        if let entry = entries[condition], entry.end > .now { return entry.tracks }
        let tracks = try await rules.tracks(
            matching: RuleGroup(match: .all, conditions: [condition]), at: Date())
        entries[condition] = Entry(tracks: tracks, end: .now + lifetime)
        forget()
        return tracks
    }

    private func forget() {
        entries = entries.filter { $0.value.end > .now }
        var total = entries.values.reduce(0) { $0 + $1.tracks.count }
        for (condition, entry) in entries.sorted(by: { $0.value.end < $1.value.end }) where total > capacity {
            entries[condition] = nil
            total -= entry.tracks.count
        }
    }
}
