import Configuration
import Foundation
import IndexLifecycle
import Jobs
import Sourcing
import Storage
import Terminal

/// Rebuilds the index from the catalog, verifies it and publishes it.
struct NightlyRebuild: NightlyStep {
    let settings: Settings
    let store: PostgresStore

    let names = ["rebuild", "verify", "publish"]
    let isEssential = true

    func run(_ context: NightlyContext) async throws {
        let manifest = try await JobBuild(settings: settings, store: store).run { progress in
            if progress.done == 0, let part = progress.stage.part { context.enter(part) }
            context.report(progress: progress.partShare, message: progress.stage.words)
        }
        for (part, words) in manifest.conclusions { context.conclude(part, words) }
        try context.keep(BuildResult(manifest), note: "\(manifest.id) serves")
    }
}

extension GenerationManifest {
    /// What came of the chain's parts that lead to a generation.
    fileprivate var conclusions: [(part: String, words: String)] {
        let judged = judgement.map { "; \($0.summary)" } ?? ""
        return [
            ("rebuild", "\(GroupedNumber.text(vectors)) of \(GroupedNumber.text(tracks, "track")) can be compared"),
            ("verify", "recall \((recall.measured * 1_000).rounded() / 1_000)\(judged)"),
        ]
    }
}

extension BuildProgress.Stage {
    /// The part of the chain that begins with it.
    fileprivate var part: String? {
        switch self {
        case .verify: "verify"
        case .publish: "publish"
        default: nil
        }
    }
}

extension BuildProgress {
    /// The share of the chain's part that is done.
    fileprivate var partShare: Double {
        switch stage {
        case .verify, .publish: total > 0 ? Double(done) / Double(total) : 0
        case .judge: 0.5
        default: overallShare
        }
    }
}

/// Removes old generations, feature spaces that none of them uses, jobs that ended long ago, and answers of outside
/// services that have expired.
struct NightlyPruning: NightlyStep {
    private struct Result: Encodable {
        var generations: [String]
        var jobs: Int
        var responses: Int
    }

    let settings: Settings
    let store: PostgresStore

    let names = ["prune"]

    func run(_ context: NightlyContext) async throws {
        let removed = try await IndexPruning(settings: settings, store: store).run()
        let days = settings[.jobDaysKept]
        let forgotten = try await store.forgetJobs(
            endedFor: .seconds(days * 86_400), keepingLatestOf: SourceJob.kinds)
        let expired = try await store.forgetResponses(expiredBefore: Date())
        try context.keep(
            Result(generations: removed, jobs: forgotten, responses: expired),
            note: "removed \(removed.count) generations, forgot \(forgotten) jobs and \(expired) expired answers")
    }
}

/// Writes down how large the catalog is and how good the index.
struct NightlySnapshot: NightlyStep {
    let settings: Settings
    let store: PostgresStore

    let names = ["metrics"]

    func run(_ context: NightlyContext) async throws {
        let directory = GenerationDirectory(settings[.indexDirectory])
        let manifest = directory.current.flatMap { try? directory.manifest($0) }
        let snapshot = try await store.takeSnapshot(
            of: manifest.map(MetricSnapshot.Index.init), for: context.job.id)
        try context.keep(snapshot, note: "\(snapshot.catalog.tracks) tracks")
    }
}

extension MetricSnapshot.Index {
    init(_ manifest: GenerationManifest) {
        self.init(
            generation: manifest.id, tracks: manifest.tracks, vectors: manifest.vectors,
            recall: manifest.recall.measured, deepRecall: manifest.deepRecall.measured,
            gatePassed: manifest.judgement?.isPassed, gateSummary: manifest.judgement?.summary)
    }
}
