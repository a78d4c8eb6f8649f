import Catalog
import Configuration
import Features
import Foundation
import Jobs
import Providers
import Storage

/// One provider's pass over the catalog within a job.
struct EnrichmentPass: Sendable {
    let provider: any FeatureProvider
    let store: PostgresStore
    let limit: Int?
    /// Tracks between two commits; few where each takes long.
    var tracksPerCommit = Enricher.Options().tracksPerCommit

    /// Runs while no other job asks the same provider.
    ///
    /// - Throws: `ServiceError`, `JobPostponed` where another job is at it, the store's errors.
    func run(
        from start: Enricher.Progress, _ context: JobContext,
        _ checkpoint: @Sendable (Enricher.Progress) async throws -> Void
    ) async throws -> Enricher.Progress {
        var options = Enricher.Options()
        options.limit = limit
        options.tracksPerCommit = tracksPerCommit
        // Two passes of one provider would ask everything twice.
        return try await context.holding("enrich:\(provider.name)") {
            try await Enricher(provider, over: store, into: store, options: options).run(
                from: start, checkpoint: checkpoint)
        }
    }
}

extension JobRefused {
    /// What a service refuses for good, with the mend.
    init(_ error: ServiceError) {
        let mend =
            switch error.kind {
            case .unauthorized: "give a key or token that it accepts"
            case .forbidden: "ask its operators for the permission"
            case .refusedHere: "see to the way there: its address in the settings, its certificate, its redirects"
            default: "see whether its address in the settings is right, and whether it takes such calls at all"
            }
        self.init(reason: "\(error.description); \(mend), then retry the job")
    }
}

/// Asks outside services for what the catalog lacks, so many tracks a night.
struct NightlyEnrichment: NightlyStep {
    /// What came of one provider.
    struct Pass: Encodable {
        var provider: String
        var asked = 0
        var found = 0
        /// Why it did not come to its end.
        var problem: String?
        /// Whether that is for good: the application may not ask.
        var isRefused = false
    }

    let settings: Settings
    let store: PostgresStore
    let outside: OutsideWorld

    let names = ["enrich"]

    func run(_ context: NightlyContext) async throws {
        let limit = settings[.nightlyEnrichment]
        guard limit > 0, settings[.contact] != nil else {
            // That needs nobody: values come by imports and from sound as well.
            try await CalibrationPass(over: store).run()
            let reason = limit > 0 ? "SEGUE_CONTACT is not set" : "SEGUE_NIGHTLY_ENRICH is 0"
            return try context.keep([Pass](), note: "nobody was asked: \(reason)")
        }
        let providers = await outside.featureProviders()
        var passes: [Pass] = []
        for (place, provider) in providers.enumerated() {
            passes.append(
                try await pass(provider, limit, context, Double(place) / Double(providers.count)))
        }
        try await CalibrationPass(over: store).run()
        let troubled = passes.filter { $0.problem != nil && !$0.isRefused }.map(\.provider)
        let found = passes.reduce(0) { $0 + $1.found }
        let rest = troubled.isEmpty ? "" : "; not to the end: \(troubled.joined(separator: ", "))"
        try context.keep(passes, note: "\(found) answers\(rest)")
    }

    /// A provider that is away, or wants to be asked another day, does not keep the others from being asked.
    private func pass(
        _ provider: any FeatureProvider, _ limit: Int, _ context: NightlyContext, _ share: Double
    ) async throws -> Pass {
        var pass = Pass(provider: provider.name)
        let latest = LatestProgress()
        do {
            _ = try await EnrichmentPass(provider: provider, store: store, limit: limit).run(
                from: Enricher.Progress(), context.context
            ) { progress in
                latest.value = progress
                context.report(
                    progress: share, message: "\(provider.name): asked about \(progress.asked) tracks")
            }
        } catch let error as ServiceError where error.kind != .cancelled {
            pass.problem = error.description
            pass.isRefused = error.kind == .forbidden
        } catch let error as JobPostponed {
            pass.problem = error.reason
        }
        (pass.asked, pass.found) = (latest.value.asked, latest.value.found)
        return pass
    }
}
