public import Catalog

/// Brings a playlist to hold certain tracks, in batches, by the smallest difference.
///
/// Nothing is remembered between batches but what the playlist itself holds: a sync that was interrupted is begun again
/// and finds less to do.
public struct TargetSync: Sendable {
    /// What a sync did.
    public struct Outcome: Sendable, Hashable, Codable {
        /// How many tracks came.
        public var added = 0
        /// How many went.
        public var removed = 0
        /// How many stayed.
        public var kept = 0
        /// How many the service does not know.
        public var unknown = 0

        /// Nothing done yet.
        public init() {}
    }

    private let target: any PlaylistTarget
    private let name: String

    /// How often somebody else may change the playlist under a sync.
    private static let patience = 3

    /// Syncs a playlist, which messages call `name`.
    public init(_ target: any PlaylistTarget, name: String) { (self.target, self.name) = (target, name) }

    /// Removes and adds what differs; `progress` is told after each batch. A playlist is never emptied: where nothing is
    /// wanted, it stays as it is.
    /// - Throws: `PlaylistTargetError`, what the service throws; what was done by then stays done.
    public func run(
        _ wanted: [TrackID], from start: Outcome = Outcome(), _ progress: (Outcome) async throws -> Void
    ) async throws -> Outcome {
        let keys = try await target.keys(of: wanted)
        let list = wanted.compactMap { keys[$0] }
        var outcome = start
        outcome.unknown = wanted.count - list.count
        guard !list.isEmpty else {
            outcome.kept = try await target.contents().keys.count
            guard outcome.kept == 0 else { throw PlaylistTargetError.wouldBeEmpty(name) }
            return outcome
        }
        for _ in 0..<Self.patience {
            do {
                try await bring(to: list, &outcome, progress)
                return outcome
            } catch PlaylistTargetError.changedMeanwhile {
                // What is there now is looked at anew.
            }
        }
        throw PlaylistTargetError.changedMeanwhile(name)
    }

    private func bring(
        to wanted: [String], _ outcome: inout Outcome, _ progress: (Outcome) async throws -> Void
    ) async throws {
        let state = try await target.contents()
        let difference = PlaylistDifference(from: state.keys, to: wanted)
        var version = state.version
        outcome.kept = difference.kept.count
        for batch in difference.removed.batches(of: target.batchSize) {
            version = try await target.remove(batch, at: version)
            outcome.removed += batch.count
            try await progress(outcome)
        }
        for batch in difference.added.batches(of: target.batchSize) {
            version = try await target.add(batch, at: version)
            outcome.added += batch.count
            try await progress(outcome)
        }
    }
}

extension Array {
    fileprivate func batches(of size: Int) -> [[Element]] {
        stride(from: 0, to: count, by: Swift.max(size, 1)).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
