import Configuration
import Foundation
import IndexLifecycle
import Jobs
import Storage
import Terminal

/// Builds, verifies and publishes a generation as a job, as `segue index build` does.
struct IndexBuildHandler: JobHandler {
    /// What such a job may be asked.
    struct Payload: Decodable {
        /// Whether to publish although the gate refuses.
        var overridesGate: Bool?
        /// Whether to remove old generations afterwards.
        var prunes: Bool?

        private enum CodingKeys: String, CodingKey {
            case overridesGate = "override_gate"
            case prunes = "prune"
        }
    }

    static let kind = "index.build"

    let settings: Settings
    let store: PostgresStore

    var kind: String { Self.kind }

    func check(_ payload: JobDocument) async throws { _ = try asked(payload) }

    private func asked(_ payload: JobDocument) throws(JobRefused) -> Payload {
        try payload.asked(
            as: Payload.self, members: ["override_gate", "prune"],
            form: "{\"override_gate\": true or false, \"prune\": true or false}, each as you like")
    }

    func run(_ job: Job, _ context: JobContext) async throws {
        let payload = try asked(job.payload)
        let manifest = try await JobBuild(
            settings: settings, store: store, overridesGate: payload.overridesGate ?? false
        ).run { context.report(progress: $0.overallShare, message: $0.stage.words) }
        let removed = payload.prunes == true ? try await IndexPruning(settings: settings, store: store).run() : []
        try context.record(BuildResult(manifest, removed: removed))
        context.report(progress: 1, message: "\(manifest.id) serves")
    }
}

/// A build within a job: the errors of a build, in the words of the queue.
struct JobBuild: Sendable {
    let settings: Settings
    let store: PostgresStore
    var overridesGate = false

    /// Builds and publishes a generation.
    /// - Throws: `JobPostponed` while another build is under way, `JobRefused` where the gate refuses the result or the
    ///   catalog is empty; the build's own errors.
    func run(_ progress: @escaping @Sendable (BuildProgress) -> Void) async throws -> GenerationManifest {
        let silent = Console(name: "segue", output: TextOutput { _ in }, errors: TextOutput { _ in })
        let build = BuildRun(settings: settings, store: store, console: silent, overridesGate: overridesGate)
        do {
            return try await build.run(progress)
        } catch let error as GenerationError where error.code == .busy {
            throw JobPostponed(until: Date(timeIntervalSinceNow: 30), reason: "another build is under way")
        } catch let error as GenerationError where error.code == .refused || error.code == .emptyCatalog {
            throw JobRefused(reason: error.description)
        }
    }
}

/// What a job has to say of a finished build.
struct BuildResult: Encodable {
    var generation: String
    var tracks: Int
    var vectors: Int
    var seconds: Double
    var recall: Double
    var deepRecall: Double
    var gatePassed: Bool?
    var gateSummary: String?
    var removed: [String]

    private enum CodingKeys: String, CodingKey {
        case generation, tracks, vectors, seconds, recall, removed
        case deepRecall = "deep_recall"
        case gatePassed = "gate_passed"
        case gateSummary = "gate_summary"
    }

    init(_ manifest: GenerationManifest, removed: [String] = []) {
        (generation, tracks, vectors) = (manifest.id, manifest.tracks, manifest.vectors)
        (seconds, recall) = (manifest.buildSeconds, manifest.recall.measured)
        (deepRecall, self.removed) = (manifest.deepRecall.measured, removed)
        (gatePassed, gateSummary) = (manifest.judgement?.isPassed, manifest.judgement?.summary)
    }
}

extension BuildProgress {
    /// The share of the whole build that is done, 0 to 1: stages weigh what they usually take.
    var overallShare: Double {
        let before = Stage.allCases.prefix { $0 != stage }.reduce(0) { $0 + $1.weight }
        let all = Stage.allCases.reduce(0) { $0 + $1.weight }
        let share = total > 0 ? min(1, Double(done) / Double(total)) : 0
        return (before + share * stage.weight) / all
    }
}

extension BuildProgress.Stage {
    /// How much of a build's time it takes, in per cent or so.
    fileprivate var weight: Double {
        switch self {
        case .read: 15
        case .playlists: 3
        case .learn: 30
        case .vectors: 20
        case .train: 10
        case .add: 8
        case .tune: 5
        case .verify: 3
        case .judge: 5
        case .publish: 1
        }
    }
}
