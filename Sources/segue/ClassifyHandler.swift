import Catalog
import Configuration
import Foundation
import Jobs
import Providers
import Rules
import Sourcing
import Storage

/// Runs all rule sets over the catalog as a job, reports what they match, and brings their playlists up to date.
///
/// Playlists that are done are in the checkpoint; one that was interrupted is compared anew and finds less to do.
struct ClassifyHandler: JobHandler {
    static let kind = "rules.classify"

    /// What became of one target.
    struct Sync: Codable, Sendable {
        var id: String
        var target: String
        var outcome = TargetSync.Outcome()
        var error: String?
    }

    /// How far a job has come.
    struct Checkpoint: Codable, Sendable {
        var report: Classification?
        var done: [Sync] = []
        var current: Sync?
    }

    /// What a job has to show.
    struct Report: Codable, Sendable {
        var classification: Classification?
        var syncs: [Sync]
    }

    let rules: any RuleStore
    let targets: any PlaylistTargets

    var kind: String { Self.kind }

    func check(_ payload: JobDocument) async throws { _ = try await ruleSets(try asked(payload)) }

    private func asked(_ payload: JobDocument) throws(JobRefused) -> ClassifyRequest {
        try payload.asked(
            as: ClassifyRequest.self, members: ["sync", "rule_sets"],
            form: "{\"sync\": true or false, \"rule_sets\": [\"ID\"]}, each as you like")
    }

    func run(_ job: Job, _ context: JobContext) async throws {
        let request = try asked(job.payload)
        // Two classifications at once would get in each other's way at the playlists.
        try await context.holding("rules.classify") {
            var checkpoint = context.restored(as: Checkpoint.self) ?? Checkpoint()
            let sets = try await ruleSets(request)
            if checkpoint.report == nil {
                try await classify(sets, request, &checkpoint, context)
            }
            let failures = try await request.sync ? sync(sets, job, &checkpoint, context) : []
            try context.record(Report(classification: checkpoint.report, syncs: checkpoint.done + failures))
            context.report(progress: 1, message: Self.summary(checkpoint))
            if let failed = failures.first {
                throw JobRefused(reason: "\(failed.id): \(failed.error ?? "")")
            }
        }
    }

    private func ruleSets(_ request: ClassifyRequest) async throws -> [RuleSet] {
        let all = try await rules.ruleSets()
        guard let asked = request.ruleSets else { return all.filter(\.isEnabled) }
        if let stranger = asked.first(where: { id in !all.contains { $0.id == id } }) {
            throw JobRefused(reason: "there is no rule set \(stranger); `segue rules list` shows what there is")
        }
        let sets = all.filter { asked.contains($0.id) }
        if request.sync, let disabled = sets.first(where: { !$0.isEnabled }) {
            throw JobRefused(
                reason:
                    "the rule set \(disabled.id) is disabled, so its playlist is left alone; enable it, or leave it out"
            )
        }
        return sets
    }

    private func classify(
        _ sets: [RuleSet], _ request: ClassifyRequest, _ checkpoint: inout Checkpoint, _ context: JobContext
    ) async throws {
        let share = request.sync ? 0.5 : 1
        let found = try await rules.classify(sets.map(\.root), at: Date()) { done in
            context.report(
                progress: share * Double(done) / Double(max(sets.count, 1)),
                message: "\(done) of \(sets.count) rule sets over the catalog")
        }
        checkpoint.report = Classification(
            tracks: found.tracks, sets: zip(sets, found.matching).map { ($0.id, $0.name, $1) })
        try await context.checkpoint(checkpoint)
    }

    // MARK: Playlists

    /// Brings playlists up to date; those that cannot be are given back, for another attempt to try again.
    private func sync(
        _ sets: [RuleSet], _ job: Job, _ checkpoint: inout Checkpoint, _ context: JobContext
    ) async throws -> [Sync] {
        let pending = sets.filter { set in set.target != nil && !checkpoint.done.contains { $0.id == set.id } }
        var failures: [Sync] = []
        for (place, set) in pending.enumerated() {
            context.report(
                progress: 0.5 + 0.5 * Double(place) / Double(pending.count), message: "playlist of \(set.name)")
            var sync =
                checkpoint.current.flatMap { $0.id == set.id ? $0 : nil }
                ?? Sync(id: set.id, target: set.target?.key ?? "")
            checkpoint.current = nil
            do {
                sync.outcome = try await bring(set, job, sync, checkpoint, context)
                checkpoint.done.append(sync)
            } catch let error as ServiceError {
                guard let moment = error.resumeAt else { throw error }
                throw JobPostponed(until: moment, reason: error.description)
            } catch let error as PlaylistTargetError {
                if case .wouldBeEmpty = error {
                    // What is as it shall be needs no other attempt.
                    sync.error = error.description
                    checkpoint.done.append(sync)
                    try await context.checkpoint(checkpoint)
                    continue
                }
                // One playlist that cannot be reached keeps no other from being brought up to date.
                sync.error = error.description
                failures.append(sync)
            }
            try await context.checkpoint(checkpoint)
        }
        return failures
    }

    private func bring(
        _ set: RuleSet, _ job: Job, _ sync: Sync, _ checkpoint: Checkpoint, _ context: JobContext
    ) async throws -> TargetSync.Outcome {
        let limit = set.target?.limit ?? RuleTarget.maximumTracks
        let wanted = try await rules.mostPopular(matching: set.root, at: Date(), limit: limit).tracks
        guard let target = try await targets.target(of: set, batch: "rules:\(set.id) job \(job.id)") else {
            return sync.outcome
        }
        return try await TargetSync(target, name: sync.target).run(wanted, from: sync.outcome) { outcome in
            var now = checkpoint
            now.current = sync
            now.current?.outcome = outcome
            try await context.checkpoint(now)
        }
    }

    private static func summary(_ checkpoint: Checkpoint) -> String {
        guard let report = checkpoint.report else { return "nothing to classify" }
        let playlists = checkpoint.done.isEmpty ? "" : "; \(checkpoint.done.count) playlists"
        return "\(report.matched) of \(report.tracks) tracks matched, \(report.inSeveral) by several\(playlists)"
    }
}

/// The ways to rule sets' targets that this program has: Segue's own playlists, and Spotify's.
struct RuleTargets: PlaylistTargets {
    let store: PostgresStore
    let setup: SpotifySetup

    func target(of ruleSet: RuleSet, batch: String) async throws -> (any PlaylistTarget)? {
        guard let target = ruleSet.target else { return nil }
        guard target.isAtSpotify else {
            return OwnPlaylist(in: store, name: target.playlist, title: ruleSet.name, batch: batch)
        }
        do {
            let spotify = try await setup.listener(target.account)
            return SpotifyPlaylistTarget(
                spotify, playlist: target.playlist.id.value,
                names: .init(
                    ids: { [store] in try await store.externalIDs(of: $0, in: "spotify") },
                    tracks: { [store] in try await store.tracks(named: $0, in: "spotify") }))
        } catch let error where SourceHandler.isFinal(error) {
            throw PlaylistTargetError.notPermitted(ErrorText.line(error))
        }
    }
}
