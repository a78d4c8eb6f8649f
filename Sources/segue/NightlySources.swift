import Catalog
import Configuration
import Foundation
import Jobs
import Providers
import Signing
import Sourcing
import Storage
import Terminal

/// Takes over again what the connected accounts have, and the links and folders that jobs have taken over before.
///
/// What cannot be had keeps nothing else from being refreshed; the part's note tells of it.
struct NightlySources: NightlyStep {
    let settings: Settings
    let setup: SpotifySetup
    let jobs: any JobStore

    let names = ["sources"]

    /// A source that is due, with the account whose library or token it is.
    private struct Due {
        var source: Source
        var account: String?

        /// What belongs to a connected account must be there; a link or a folder may have gone since.
        var isOwn: Bool { source.isListeners }
    }

    /// What became of the sources so far.
    private struct Outcome {
        var reports: [SourceReport] = []
        var failures: [String] = []
        var absences: [String] = []
        var postponements: [JobPostponed] = []
        /// Sources that lists and sums have.
        var listed: Set<String> = []

        /// What a person reads.
        var note: String {
            let tracks = reports.reduce(0) { $0 + $1.counts.newTracks }
            let sources = GroupedNumber.text(reports.count, "source")
            let troubles = failures + postponements.map(\.reason) + absences + reports.flatMap(\.problems)
            let shown = troubles.prefix(3).map { "; \($0)" }.joined()
            let rest = troubles.count > 3 ? "; and \(troubles.count - 3) more" : ""
            return "\(GroupedNumber.text(tracks, "new track")) of \(sources)\(shown)\(rest)"
        }
    }

    func run(_ context: NightlyContext) async throws {
        var outcome = Outcome()
        let finished = try await SourceJob.finished(in: jobs)
        outcome.listed = Set(finished.compactMap { try? $0.metadata.decoded(as: SourceReport.self).key })
        let all = try await due(finished, &outcome)
        for (place, due) in all.enumerated() {
            try await refresh(due, &outcome, context) { share in (Double(place) + share) / Double(all.count) }
        }
        try context.keep(outcome.reports, note: outcome.note)
        guard outcome.failures.isEmpty else { throw CommandFailure(outcome.note) }
        if let first = outcome.postponements.map(\.until).min() {
            throw JobPostponed(until: first, reason: outcome.note)
        }
    }

    // MARK: What is due

    /// Single tracks are not: they change too little for a call each night.
    private func due(_ finished: [Job], _ outcome: inout Outcome) async throws -> [Due] {
        var due: [Due] = []
        let hasSpotify = settings[.spotifyClientID] != nil
        if hasSpotify, settings[.secretKeys] != nil {
            do {
                for account in try await setup.accounts().all() {
                    if account.state == .connected {
                        due += Source.listeners.map { Due(source: $0, account: account.id) }
                    } else {
                        let name = account.name ?? account.id
                        outcome.failures.append(
                            SpotifyError.reconnect(account: name, since: account.authorizedAt).description)
                    }
                }
            } catch let error where SourceHandler.isFinal(error) {
                outcome.failures.append(ErrorText.line(error))
            }
        }
        return due
            + finished.compactMap { job in
                guard let asked = try? job.payload.decoded(as: SourceJob.self), let source = try? asked.asked(),
                    source.isRefreshed, hasSpotify || !source.isRemote
                else { return nil }
                return Due(source: source, account: asked.account)
            }
    }

    // MARK: Refreshing

    /// A night has the time to wait for who reads the same, and is the last to do so before the index is built.
    private static let patience = Duration.seconds(120)

    private func refresh(
        _ due: Due, _ outcome: inout Outcome, _ context: NightlyContext,
        _ share: @escaping @Sendable (Double) -> Double
    ) async throws {
        do {
            outcome.reports.append(try await refreshed(due, context, listed: outcome.listed, share))
        } catch let error as JobPostponed {
            outcome.postponements.append(JobPostponed(until: error.until, reason: "\(due.source): \(error.reason)"))
        } catch SourceError.postponed(let until, let reason) {
            outcome.postponements.append(JobPostponed(until: until, reason: "\(due.source): \(reason)"))
        } catch let error where SourceHandler.isFinal(error) {
            let line = "\(due.source): \(ErrorText.line(error))"
            if due.isOwn { outcome.failures.append(line) } else { outcome.absences.append(line) }
        }
    }

    private func refreshed(
        _ due: Due, _ context: NightlyContext, listed: Set<String>, _ share: @escaping @Sendable (Double) -> Double
    ) async throws -> SourceReport {
        let (found, account) = try await setup.ingest(of: due.source, account: due.account)
        var ingest = found
        // Whatever fails is tried again by the next night.
        ingest.options.failuresAtMost = 1
        let job = context.context
        let key = "source:\(due.source.key(account: account))"
        return try await job.holding(key, patience: Self.patience) { [ingest] in
            let report = try await ingest.run(
                due.source,
                .init(
                    progress: { context.report(progress: share($0 ?? 0), message: "\(due.source): \($1)") },
                    holding: { name, work in try await job.holding(name, patience: Self.patience) { try await work() } }
                ))
            if !listed.contains(report.key) { try await list(report) }
            return report
        }
    }

    /// A source that nobody asked for yet, or that was forgotten, stands among the others from now on, as if asked for.
    private func list(_ report: SourceReport) async throws {
        let request = try SourceJob(source: report.source, account: report.account).request()
        let begun = try await jobs.begin(request, worker: WorkerConfiguration().name)
        guard let claim = begun.claim else { return }
        let told = JobReport(message: report.summary, metadata: try JobDocument(report))
        _ = try await jobs.settle(claim, .done, told)
    }
}

extension Source {
    /// Whether a night takes it over again for having been taken over before.
    fileprivate var isRefreshed: Bool {
        switch self {
        case .playlist, .album, .files: true
        case .track, .likedTracks, .playlists, .savedAlbums, .recentlyPlayed, .topTracks: false
        }
    }
}
