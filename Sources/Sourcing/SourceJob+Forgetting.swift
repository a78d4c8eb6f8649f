public import Catalog
public import Jobs
import Providers

/// What became of forgetting a source.
public enum ForgottenSource: Sendable, Hashable {
    /// It is forgotten: so many jobs that had taken it over, and that it had brought so many tracks.
    case forgotten(jobs: Int, tracks: Int)
    /// A job is at it, or about to be.
    case busy(JobID)
    /// Nothing is known of such a source.
    case unknown
}

extension SourceJob {
    /// Forgets that a source was ever taken over: no aggregate counts it and no night takes it over again. What it brought
    /// stays in the catalog.
    ///
    /// What belongs to a connected account is taken over again by the next night all the same, as something new.
    /// - Parameter key: the source's key, as its report has it.
    /// - Throws: `CatalogStoreError`.
    public static func forget(
        _ key: String, queue: any JobStore, store: any SourceTrackStore & CollectionSyncStore
    ) async throws -> ForgottenSource {
        let jobs = try await all(in: queue).filter { $0.sourceKey == key }
        if let busy = jobs.first(where: { !$0.status.isFinal }) { return .busy(busy.id) }
        try await forgetVersion(of: key, in: store)
        let tracks = try await store.forgetTracks(of: key)
        let forgotten = try await queue.forgetJobs(jobs.map(\.id))
        return tracks + forgotten == 0 ? .unknown : .forgotten(jobs: forgotten, tracks: tracks)
    }

    /// A library that is as it was would be passed over, and with it what it brings.
    private static func forgetVersion(of key: String, in store: any CollectionSyncStore) async throws {
        for (source, name) in SourceRun.libraries {
            let prefix = source.key(account: nil)
            guard key.hasPrefix(prefix) else { continue }
            let collection = "\(name):\(key.dropFirst(prefix.count))"
            let service = SpotifyAccounts.service
            guard let known = try await store.syncs(of: [collection], at: service)[collection] else { continue }
            try await store.save(CollectionSync(resumeAt: known.resumeAt), of: collection, at: service)
        }
    }
}

extension Job {
    /// The key of the source that it took over, or was asked to.
    fileprivate var sourceKey: String? {
        if let report = try? metadata.decoded(as: SourceReport.self) { return report.key }
        guard let asked = try? payload.decoded(as: SourceJob.self) else { return nil }
        return (try? asked.asked())?.key(account: asked.account)
    }
}
