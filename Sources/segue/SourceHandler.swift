import Catalog
import Configuration
import Foundation
import Jobs
import Providers
import Signing
import Sourcing
import Storage

/// Takes a source over as a job: `ingest.url` by a link, `sources.fetch` by a source's name; see `SourceJob`.
struct SourceHandler: JobHandler {
    let kind: String
    let setup: SpotifySetup

    /// What such a job is asked, as it was written.
    private struct Payload: Decodable {
        var url: String?
        var source: String?
        var account: String?
    }

    func check(_ payload: JobDocument) async throws {
        let (source, account) = try asked(payload)
        do { try await setup.check(source, account: account) } catch let error where Self.isFinal(error) {
            throw JobRefused(reason: ErrorText.line(error))
        }
    }

    func run(_ job: Job, _ context: JobContext) async throws {
        let (source, account) = try asked(job.payload)
        do {
            let (ingest, account) = try await setup.ingest(of: source, account: account)
            try await context.holding("source:\(source.key(account: account))") {
                let report = try await ingest.run(
                    source, resuming: context.restored(as: SourceReport.self), Self.observer(context))
                try context.record(report)
                context.report(progress: 1, message: report.summary)
            }
        } catch SourceError.postponed(let until, let reason) {
            throw JobPostponed(until: until, reason: reason)
        } catch let error where Self.isFinal(error) {
            throw JobRefused(reason: ErrorText.line(error))
        }
    }

    private func asked(_ payload: JobDocument) throws(JobRefused) -> (Source, String?) {
        let form = "{\"url\": \"LINK\"} or {\"source\": \"NAME\"}, either with \"account\": \"NAME\" as you like"
        let asked = try payload.asked(as: Payload.self, members: ["url", "source", "account"], form: form)
        do throws(ReferenceError) {
            switch (asked.url, asked.source) {
            case (let url?, nil): return (try Source(parsing: url), asked.account)
            case (nil, let name?): return (try Source(named: name), asked.account)
            default: throw ReferenceError("it is \(form)")
            }
        } catch {
            throw JobRefused(reason: "the payload names no source: \(error.description)")
        }
    }

    /// Tells a job how it goes, keeps its checkpoints, and holds its locks.
    ///
    /// - Parameter patience: how long to wait for another reader of a collection.
    static func observer(_ context: JobContext, patience: Duration = .seconds(10)) -> SourceIngest.Observer {
        SourceIngest.Observer(
            progress: { context.report(progress: $0, message: $1) },
            checkpoint: { report in
                try context.record(report)
                try await context.checkpoint(report)
            },
            holding: { name, work in try await context.holding(name, patience: patience) { try await work() } })
    }

    /// What settings, accounts and permissions decide: another attempt would end the same.
    static func isFinal(_ error: any Error) -> Bool {
        error is SourceError || error is SpotifyError || error is CommandFailure || error is SecretKeyError
            || error is SecretBoxError
    }
}
