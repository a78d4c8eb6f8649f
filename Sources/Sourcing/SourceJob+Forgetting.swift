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
    /// What belongs to a connected account is taken over again by the next night all the same, as something new. Nobody
    /// reads the source meanwhile: who notes what it brings would note the rest alone.
    /// - Parameter name: the source's key, as its report has it; a path may be written otherwise.
    /// - Throws: `CatalogStoreError`.
    public static func forget(
        _ name: String, queue: any JobStore, store: any SourceTrackStore & CollectionSyncStore & AccountStore
    ) async throws -> ForgottenSource {
        let key = name.hasPrefix("files:") ? (try? Source(named: name).description) ?? name : name
        guard !key.isEmpty, !key.utf8.contains(0) else { return .unknown }
        let job = PromptJob(JobRequest(kind: forgetting, maximumFailures: 1), in: queue)
        let outcome = try await job.run { context in
            let claim = context.claim
            let forgotten: ForgottenSource =
                switch try await queue.lock("source:\(key)", for: claim) {
                case .taken: try await forgetHeld(key, queue: queue, store: store)
                case .held(let other): .busy(other)
                case .claimLost: throw JobLost()
                }
            return (job: claim.job, forgotten: forgotten)
        }
        switch outcome {
        case .done(let done):
            // It was there for its lock.
            _ = try await queue.forgetJobs([done.job])
            return done.forgotten
        case .byAnother(let other): return .busy(other.id)
        }
    }

    /// The kind of jobs that hold a source while it is forgotten; gone when that is done.
    private static let forgetting = "sources.forget"

    private static func forgetHeld(
        _ key: String, queue: any JobStore, store: any SourceTrackStore & CollectionSyncStore & AccountStore
    ) async throws -> ForgottenSource {
        let accounts = try await store.accounts(of: SpotifyAccounts.service)
        let jobs = try await all(in: queue).filter { $0.isOf(key, accounts) }
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
    /// Whether it takes the source of this key over, or may: whose library it is asked for is open until it begins, unless
    /// an account is named or there is only one.
    fileprivate func isOf(_ key: String, _ accounts: [ServiceAccount]) -> Bool {
        if let report = try? metadata.decoded(as: SourceReport.self) { return report.key == key }
        guard let asked = try? payload.decoded(as: SourceJob.self), let source = try? asked.asked() else {
            return false
        }
        guard source.isListeners, key.hasPrefix(source.key(account: nil)) else {
            return source.key(account: nil) == key
        }
        let named = asked.account.map { name in accounts.filter { $0.id == name || $0.name == name } } ?? accounts
        guard named.count == 1 else { return asked.account.map { source.key(account: $0) == key } ?? true }
        return source.key(account: named[0].id) == key
    }
}
