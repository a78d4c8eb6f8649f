import Catalog
import Features
import Foundation
import Jobs
import Providers
import Storage
import Terminal

/// Asks outside services for what the catalog lacks as a job, as `segue features fetch` does.
///
/// One provider after the other, each from where the job's checkpoint left it; where one asks to come back later, or fails,
/// the others are asked all the same, and the job waits until then.
struct EnrichmentHandler: JobHandler {
    /// What such a job may be asked.
    struct Payload: Codable {
        /// One provider only; all in turn where nil.
        var provider: String?
        /// Tracks that each provider is asked about at most.
        var limit: Int?
    }

    /// How far a job has come.
    struct Checkpoint: Codable {
        /// Passes that are done, or under way, by provider.
        var passes: [String: Enricher.Progress] = [:]
        /// Providers that are done.
        var done: [String] = []
    }

    static let kind = "enrich"

    let store: PostgresStore
    let outside: OutsideWorld

    var kind: String { Self.kind }

    func check(_ payload: JobDocument) async throws { _ = try await providers(try asked(payload)) }

    private func asked(_ payload: JobDocument) throws(JobRefused) -> Payload {
        let form = "{\"provider\": \"NAME\", \"limit\": NUMBER}, each as you like"
        let asked = try payload.asked(as: Payload.self, members: ["provider", "limit"], form: form)
        if let limit = asked.limit, limit < 1 { throw JobRefused(reason: "the limit is \(limit); give 1 or more") }
        return asked
    }

    func run(_ job: Job, _ context: JobContext) async throws {
        let payload = try asked(job.payload)
        var checkpoint = context.restored(as: Checkpoint.self) ?? Checkpoint()
        var troubles = Troubles()
        for provider in try await providers(payload) where !checkpoint.done.contains(provider.name) {
            if try await pass(provider, payload.limit, &checkpoint, &troubles, context) {
                checkpoint.done.append(provider.name)
            }
            try await context.checkpoint(checkpoint)
        }
        // What just came may be of a provider whose values need calibration.
        try await CalibrationPass(over: store).run { context.report(message: "calibrated \($0) tracks") }
        try context.record(checkpoint.passes)
        try troubles.conclude()
        let (asked, found) = checkpoint.passes.values.reduce((0, 0)) { ($0.0 + $1.asked, $0.1 + $1.found) }
        let debtors = checkpoint.passes.filter { $0.value.debt != nil }.keys.sorted().joined(separator: ", ")
        let rest = debtors.isEmpty ? "" : "; some tracks are left to the next pass: \(debtors)"
        context.report(
            progress: 1,
            message: "\(GroupedNumber.text(asked, "question")), \(GroupedNumber.text(found, "answer"))\(rest)")
    }

    private func providers(_ payload: Payload) async throws -> [any FeatureProvider] {
        let all = await outside.featureProviders()
        guard let name = payload.provider else { return all }
        let chosen = all.filter { $0.name == name }
        guard !chosen.isEmpty else {
            throw JobRefused(reason: "the provider is none of \(all.map(\.name).joined(separator: ", "))")
        }
        return chosen
    }

    /// What kept providers from being asked to the end.
    private struct Troubles {
        var postponements: [JobPostponed] = []
        var refusals: [JobRefused] = []

        /// Waits where that helps any of them; what is refused for good ends the job once all others are asked.
        func conclude() throws {
            let reason = (postponements.map(\.reason) + refusals.map(\.reason)).joined(separator: "; ")
            if let moment = postponements.map(\.until).min() { throw JobPostponed(until: moment, reason: reason) }
            if !refusals.isEmpty { throw JobRefused(reason: reason) }
        }
    }

    /// Asks one provider; says whether that is done with.
    private func pass(
        _ provider: any FeatureProvider, _ limit: Int?, _ checkpoint: inout Checkpoint, _ troubles: inout Troubles,
        _ context: JobContext
    ) async throws -> Bool {
        let before = checkpoint
        let latest = LatestProgress()
        latest.value = before.passes[provider.name] ?? Enricher.Progress()
        defer { checkpoint.passes[provider.name] = latest.value }
        do {
            latest.value = try await EnrichmentPass(provider: provider, store: store, limit: limit)
                .run(from: latest.value, context) {
                    latest.value = $0
                    var now = before
                    now.passes[provider.name] = $0
                    context.report(message: "\(provider.name): asked about \($0.asked) tracks, \($0.found) known")
                    try await context.checkpoint(now)
                }
        } catch let error as ServiceError where error.kind == .forbidden {
            // Nothing will change that soon; the others are asked all the same.
            context.report(message: error.description)
        } catch let error as ServiceError {
            guard let moment = error.resumeAt else {
                troubles.refusals.append(JobRefused(error))
                return false
            }
            troubles.postponements.append(JobPostponed(until: moment, reason: error.description))
            return false
        } catch let error as JobPostponed {
            troubles.postponements.append(JobPostponed(until: error.until, reason: "\(provider.name): \(error.reason)"))
            return false
        }
        return true
    }
}
