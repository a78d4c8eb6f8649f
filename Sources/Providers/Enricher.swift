public import Catalog
import Foundation

/// Asks one provider about the tracks that it has not been asked about, batch by batch, in order of track; then about
/// those that were put off and are due, so that a few that always fail keep none of the others waiting.
///
/// Facts go into the catalog as a service's own word, remarks and misses into the enrichments. A pass can be stopped
/// anywhere and goes on where it was; what is done twice changes nothing.
public struct Enricher: Sendable {
    /// Where a pass writes what is no record of the catalog.
    public typealias Store = EnrichmentStore & SimilarityStore & SoundStore

    /// How a pass goes.
    public struct Options: Sendable, Hashable {
        /// How long a track that the provider does not know is left before it is asked again.
        public var missLifetime: Duration = .seconds(30 * 86_400)
        /// Tracks between two commits, rounded up to whole batches.
        public var tracksPerCommit = 200
        /// Tracks of a whole pass; nil for all.
        public var limit: Int?

        /// The standard options.
        public init() {}
    }

    /// How far a pass has come: what a job keeps.
    public struct Progress: Sendable, Hashable, Codable {
        /// The last track that was asked about; 0 at the beginning.
        public var after: Int64 = 0
        /// Tracks asked about.
        public var asked = 0
        /// Tracks that the provider knew.
        public var found = 0
        /// Rows of features that changed.
        public var features = 0
        /// When the pass began.
        var begun: Date?
        /// Why tracks were put off that the pass has not asked about again; nil where there are none.
        public var debt: Debt?

        /// A failure of the provider for which tracks were put off.
        public struct Debt: Sendable, Hashable, Codable {
            var endpoint: String
            var reason: String
        }

        /// The beginning.
        public init() {}
    }

    private let provider: any FeatureProvider
    private let store: any Store
    private let catalog: any CatalogImporting
    private let options: Options
    private let now: @Sendable () -> Date

    /// A pass of one provider over one catalog.
    public init(
        _ provider: any FeatureProvider, over store: any Store, into catalog: any CatalogImporting,
        options: Options = Options(), clock: ServiceClock = .system
    ) {
        (self.provider, self.store, self.catalog) = (provider, store, catalog)
        (self.options, now) = (options, clock.now)
    }

    /// Runs until no track is left or the limit is reached.
    ///
    /// Tracks for which the provider fails are put off, and the pass goes on behind them; at its end it says when to go on
    /// with those, unless they have failed so often, each by itself while others were answered, that they are left to later
    /// passes.
    ///
    /// - Parameters:
    ///   - progress: where an earlier run stopped.
    ///   - checkpoint: told after each commit; what it throws ends the run.
    /// - Throws: `ServiceError` with a moment to go on where waiting helps, once what was found before is stored;
    ///   `CatalogStoreError`, `CancellationError`.
    @discardableResult
    public func run(
        from progress: Progress = Progress(), checkpoint: @Sendable (Progress) async throws -> Void = { _ in }
    ) async throws -> Progress {
        var (progress, inquiry) = (progress, Inquiry(provider))
        progress.begun = progress.begun ?? now()
        while true {
            try Task.checkCancellation()
            // A limit is one of questions: what was put off is for the next pass then.
            guard let size = pageSize(progress) else { return progress }
            let subjects = try await nextPage(progress, size)
            guard !subjects.isEmpty else {
                guard let error = try await owed(&progress) else { return progress }
                try await checkpoint(progress)
                throw error
            }
            let end = try await settle(await inquiry.ask(subjects), &progress)
            try await checkpoint(progress)
            if let end { throw end.kind == .cancelled ? CancellationError() : end }
        }
    }

    /// What ends a pass that has put tracks off: when the first of them is due; nil where none is waited for.
    private func owed(_ progress: inout Progress) async throws -> ServiceError? {
        guard let debt = progress.debt else { return nil }
        guard let due = try await due(isGivenUpToo: false) else {
            if try await due(isGivenUpToo: true) == nil { progress.debt = nil }
            return nil
        }
        return ServiceError(
            .unavailable, service: provider.name, endpoint: debt.endpoint,
            reason: debt.reason + "; the tracks that it failed for are put off", resumeAt: due)
    }

    private func due(isGivenUpToo: Bool) async throws -> Date? {
        try await store.due(
            by: provider.name, version: provider.version, namespaces: provider.namespaces, isGivenUpToo: isGivenUpToo)
    }

    /// Asks about some tracks at once, unless the provider has been asked about them.
    ///
    /// - Throws: as `run(from:checkpoint:)` does.
    @discardableResult
    public func run(on tracks: [TrackID]) async throws -> Progress {
        var subjects: [EnrichmentSubject] = []
        for id in tracks {
            let next = try await store.subjects(
                lacking: provider.name, version: provider.version, namespaces: provider.namespaces,
                after: TrackID(rawValue: id.rawValue - 1), limit: 1, at: now())
            subjects += next.filter { $0.id == id }
        }
        var (progress, inquiry) = (Progress(), Inquiry(provider))
        guard !subjects.isEmpty else { return progress }
        var outcome = await inquiry.ask(subjects)
        // They are asked about in their turn by the next pass, and by whoever wants them before.
        outcome.passed.removeAll { outcome.putOff.contains($0.id) }
        if let error = try await settle(outcome, &progress) ?? outcome.failure {
            throw error.kind == .cancelled ? CancellationError() : error
        }
        return progress
    }

    /// Tracks until the next commit; nil where the limit is reached.
    private func pageSize(_ progress: Progress) -> Int? {
        let batch = max(provider.batchSize, 1)
        let whole = (max(options.tracksPerCommit, 1) + batch - 1) / batch * batch
        guard let limit = options.limit else { return whole }
        return limit > progress.asked ? min(whole, limit - progress.asked) : nil
    }

    private func nextPage(_ progress: Progress, _ size: Int) async throws -> [EnrichmentSubject] {
        let subjects = try await store.subjects(
            lacking: provider.name, version: provider.version, namespaces: provider.namespaces,
            after: TrackID(rawValue: progress.after), limit: size, at: now())
        guard subjects.isEmpty else { return subjects }
        return try await store.postponed(
            by: provider.name, version: provider.version, namespaces: provider.namespaces,
            since: progress.begun ?? .distantPast, limit: size, at: now())
    }

    /// Stores what came, also where the pass ends then; gives what ends it.
    private func settle(_ outcome: Inquiry.Outcome, _ progress: inout Progress) async throws -> ServiceError? {
        var findings = outcome.findings
        findings.deferred.formUnion(outcome.putOff)
        progress.features += try await store(findings, outcome.passed + outcome.revoked, outcome.unanswered)
        // What was put off comes last, whatever its id.
        progress.after = max(progress.after, outcome.passed.last?.id.rawValue ?? 0)
        progress.asked += outcome.passed.count { !outcome.putOff.contains($0.id) } - outcome.revoked.count
        progress.found += findings.remarks.count
        if let failure = outcome.failure { progress.debt = .init(endpoint: failure.endpoint, reason: failure.reason) }
        return outcome.end
    }

    /// Facts first: were the process to end in between, the tracks would be asked about again.
    private func store(
        _ findings: ProviderFindings, _ asked: [EnrichmentSubject], _ unanswered: Set<TrackID>
    ) async throws -> Int {
        let counts = try await importRecords(findings.records)
        let moment = now()
        try await store.keep(findings.similar, by: provider.name, at: moment)
        if !findings.sounds.isEmpty { try await store.keep(findings.sounds, by: provider.name) }
        try await store.keep(
            findings.remarks.map { track, remark in
                Enrichment(
                    track: track, source: provider.name, version: provider.version, categories: remark.categories,
                    confidence: remark.confidence, updatedAt: moment)
            })
        let end = moment.addingTimeInterval(options.missLifetime / .seconds(1))
        let misses = asked.map(\.id).filter { findings.remarks[$0] == nil && !findings.deferred.contains($0) }
        try await store.rememberMisses(
            misses, of: provider.name, version: provider.version, until: end, at: moment)
        let deferred = asked.map(\.id).filter { findings.deferred.contains($0) && findings.remarks[$0] == nil }
        try await store.postpone(
            deferred.filter { !unanswered.contains($0) }, of: provider.name, version: provider.version, at: moment)
        // What was answered was so before these, and gives none of them up.
        try await store.postpone(
            deferred.filter(unanswered.contains), of: provider.name, version: provider.version,
            at: moment.addingTimeInterval(0.001))
        return counts.features
    }

    private func importRecords(_ records: [CatalogRecord]) async throws -> ImportCounts {
        guard !records.isEmpty else { return ImportCounts() }
        let session = try await catalog.beginImport(of: ImportSource(name: provider.name, authority: .service))
        do {
            try await session.append(records)
            return try await session.commit()
        } catch {
            await session.cancel()
            throw error
        }
    }
}
