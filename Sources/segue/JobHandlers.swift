import Catalog
import Configuration
import Jobs
import Sourcing
import Storage
import Terminal

/// Everything that this program does as a job: what is not here is left in the queue.
enum JobHandlers {
    /// One handler for each kind of job.
    static func all(
        settings: Settings, store: PostgresStore, outside: OutsideWorld
    ) -> [any JobHandler] {
        (SourceJob.kinds + [SourceJob.bySeed]).map { SourceHandler(kind: $0, setup: outside.spotify) } + [
            IndexBuildHandler(settings: settings, store: store),
            ClassifyHandler(rules: store, targets: RuleTargets(store: store, setup: outside.spotify)),
            EnrichmentHandler(store: store, outside: outside),
            PreviewHandler(settings: settings, store: store, outside: outside),
            PlaylistHandler(settings: settings, store: store, outside: outside),
            NightlyHandler(steps: nightlySteps(settings: settings, store: store, outside), describe: JobErrorText.line),
        ]
    }

    /// Looks at what a job would be asked, before one is made.
    /// - Throws: `JobRefused` where there is no such kind, or it would be asked what it cannot do; the store's errors.
    static func check(_ kind: String, _ payload: JobDocument, among handlers: [any JobHandler]) async throws {
        guard let handler = handlers.first(where: { $0.kind == kind }) else {
            let known = handlers.map(\.kind).sorted().joined(separator: ", ")
            throw JobRefused(reason: "\"\(Printable.text(kind))\" is no kind of job; there are \(known)")
        }
        try await handler.check(payload)
    }

    /// The same within a command, whose user is told as of a wrong option.
    /// - Throws: `UsageError`, the store's errors.
    static func check(
        _ kind: String, _ payload: JobDocument, _ settings: Settings, _ store: PostgresStore, command: String
    ) async throws {
        let outside = OutsideWorld(settings, store: store, redis: nil)
        let handlers = all(settings: settings, store: store, outside: outside)
        do { try await check(kind, payload, among: handlers) } catch let error as JobRefused {
            throw UsageError(error.reason, command: command)
        }
    }

    /// The nightly chain, in order.
    static func nightlySteps(settings: Settings, store: PostgresStore, _ outside: OutsideWorld) -> [any NightlyStep] {
        [
            NightlySources(settings: settings, setup: outside.spotify, jobs: store),
            NightlyEnrichment(settings: settings, store: store, outside: outside),
            NightlyRebuild(settings: settings, store: store), NightlyPruning(settings: settings, store: store),
            NightlySnapshot(settings: settings, store: store),
        ]
    }
}

/// What a job's error says to callers of the API: the words for people, without what a database quotes.
enum JobErrorText {
    @Sendable static func line(_ error: any Error) -> String {
        switch error {
        case CatalogStoreError.failed: "the database failed; the log of the worker has the particulars"
        case CatalogStoreError.unavailable: "the database could not be reached"
        default: ErrorText.line(error)
        }
    }
}
