import API
import Catalog
import IndexLifecycle
import Ingest
import Jobs
import Providers
import Signing
import Sourcing
import Storage

/// Takes over what requests name and the catalog lacks, with the clients and accounts of this process.
struct SourceFetcher: SourceFetching {
    let setup: SpotifySetup
    let store: PostgresStore
    let live: LiveCatalog
    /// Asked about tracks that have just come, so that they can be compared by sound.
    let features: any FeatureProvider
    /// How long a request may wait.
    let patience: Duration

    func check(_ source: Source, account: String?) async throws {
        // A job never holds a caller's token, so there is no such way out.
        try await Self.naming(mend: "") { try await setup.check(source, account: account) }
    }

    func fetch(_ sources: [Source], with token: SpotifyAccessToken?) async throws -> [SourceReport] {
        let reports = try await withTimeLimit(patience) {
            var reports: [SourceReport] = []
            for source in sources { reports.append(try await fetch(source, token)) }
            return reports
        }
        guard let reports else { throw SourceFetchFailure.underWay }
        await live.refresh()
        return reports
    }

    private func fetch(_ source: Source, _ token: SpotifyAccessToken?) async throws -> SourceReport {
        try await Self.naming(mend: token == nil ? ", or send X-Spotify-Token" : "") {
            let ingest: SourceIngest
            if let token {
                ingest = setup.ingest(with: token)
            } else {
                ingest = try await setup.ingest(of: source, account: nil).ingest
            }
            do { return try await fetchOnce(source, ingest, isCallers: token != nil) } catch is JobPostponed {
                throw SourceFetchFailure.underWay
            }
        }
    }

    /// Fetches under the locks of jobs that take over the same source, or one that leads to the same collection;
    /// requests that come meanwhile share what this one brings, unless it fails.
    private func fetchOnce(
        _ source: Source, _ ingest: SourceIngest, isCallers: Bool
    ) async throws -> SourceReport {
        let job = PromptJob(try SourceJob.seed(source), in: store, describe: JobErrorText.line) { job, error in
            // No worker has a caller's token, so it takes up only what one had before.
            if isCallers { job.attempts > 1 ? .released : nil } else { Self.handedOver(after: error) }
        }
        while true {
            let outcome = try await job.run { context in
                try await context.holding("source:\(source.key(account: nil))", patience: patience) {
                    let report = try await ingest.run(
                        source, resuming: context.restored(as: SourceReport.self),
                        SourceHandler.observer(context, patience: patience))
                    await enrich(source)
                    try context.record(report)
                    context.report(progress: 1, message: report.summary)
                    return report
                }
            }
            switch outcome {
            case .done(let report): return report
            case .byAnother(let job) where job.status == .done:
                if let report = try? job.metadata.decoded(as: SourceReport.self) { return report }
            case .byAnother: break
            }
        }
    }

    /// What a worker goes on with, when no request waits any longer.
    private static func handedOver(after error: any Error) -> JobOutcome? {
        switch error {
        case is CancellationError: .released
        case SourceError.postponed(let until, let reason): .postponed(until: until, reason: reason)
        case let error as JobPostponed: .postponed(until: error.until, reason: error.reason)
        default: nil
        }
    }

    /// As far as it goes in a quarter of the time: a track without audio features is found by its artist and year.
    private func enrich(_ source: Source) async {
        guard let reference = source.reference else { return }
        let found =
            reference.kind == .track
            ? try? await store.trackID(for: reference.id).map { [$0] }
            : try? await store.tracks(of: reference, limit: Self.enrichedTracks)
        guard let tracks = found ?? nil else { return }
        let enricher = Enricher(features, over: store, into: store)
        let end = ContinuousClock.now + patience / 4
        for start in stride(from: 0, to: tracks.count, by: max(features.batchSize, 1)) {
            let batch = Array(tracks[start..<min(start + max(features.batchSize, 1), tracks.count)])
            let progress = try? await withTimeLimit(end - .now) { try await enricher.run(on: batch) }
            guard progress != nil else { return }
        }
    }

    /// Tracks of a new playlist whose features are asked for at once; the rest waits for a pass.
    private static let enrichedTracks = 200

    /// What is missing among settings and accounts becomes a refusal that callers are told, with what else would mend it.
    private static func naming<Value: Sendable>(
        mend: String, _ body: () async throws -> Value
    ) async throws -> Value {
        do { return try await body() } catch let error as CommandFailure {
            throw SourceFetchFailure.noSource(error.description + mend)
        } catch let error as SpotifyError where error.isAbsence {
            throw SourceFetchFailure.noSource(error.description + mend)
        } catch let error as SecretKeyError {
            throw SourceFetchFailure.noSource(error.description + mend)
        } catch let error as SecretBoxError {
            throw SourceFetchFailure.noSource(error.description + mend)
        }
    }
}

extension SpotifyError {
    /// Whether there is nobody to ask, as opposed to somebody who refuses.
    fileprivate var isAbsence: Bool {
        switch self {
        case .notConnected, .reconnect, .needsListener: true
        case .notPermitted, .callerTokenRefused: false
        }
    }
}

extension Source {
    /// The entity that it is; nil for libraries and files.
    fileprivate var reference: EntityReference? {
        switch self {
        case .track(let id): EntityReference(kind: .track, id: .spotify(id))
        case .album(let id): EntityReference(kind: .album, id: .spotify(id))
        case .playlist(let id): EntityReference(kind: .playlist, id: .spotify(id))
        case .likedTracks, .playlists, .savedAlbums, .recentlyPlayed, .topTracks, .files: nil
        }
    }
}
