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

    /// A question: what has nothing to do with listening is the same for everybody.
    private struct Question: Hashable {
        var condition: RuleCondition
        var listener: String?

        init(_ condition: RuleCondition, _ listener: String?) {
            self.condition = condition
            self.listener = condition.field.isListening ? listener : nil
        }
    }

    private let rules: any RuleMatching
    private let lifetime: Duration
    private let capacity: Int
    private var entries: [Question: Entry] = [:]

    /// Asks `rules`.
    /// - Parameters:
    ///   - rules: who knows the catalog.
    ///   - lifetime: how long an answer is good.
    ///   - capacity: ids of tracks that are remembered in all, eight bytes each.
    public init(rules: any RuleMatching, lifetime: Duration = .seconds(30), capacity: Int = 8_000_000) {
        (self.rules, self.lifetime, self.capacity) = (rules, lifetime, capacity)
    }

    /// The tracks for each of the conditions; what they ask of listening is asked of one listener's, or everybody's.
    /// - Throws: `CatalogStoreError`.
    public func resolve(
        _ conditions: Set<RuleCondition>, heardBy listener: String? = nil
    ) async throws -> ResolvedConditions {
        var resolved = ResolvedConditions()
        for condition in conditions { resolved.tracks[condition] = try await tracks(Question(condition, listener)) }
        return resolved
    }

    private func tracks(_ question: Question) async throws -> [TrackID] {
        if let entry = entries[question], entry.end > .now { return entry.tracks }
        let tracks = try await rules.tracks(
            matching: RuleGroup(match: .all, conditions: [question.condition]), at: Date(),
            heardBy: question.listener)
        entries[question] = Entry(tracks: tracks, end: .now + lifetime)
        forget()
        return tracks
    }

    private func forget() {
        entries = entries.filter { $0.value.end > .now }
        var total = entries.values.reduce(0) { $0 + $1.tracks.count }
        for (question, entry) in entries.sorted(by: { $0.value.end < $1.value.end }) where total > capacity {
            entries[question] = nil
            total -= entry.tracks.count
        }
    }
}
