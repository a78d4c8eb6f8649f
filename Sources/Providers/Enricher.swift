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
    /// - Parameters:
    ///   - progress: where an earlier run stopped.
    ///   - checkpoint: told after each commit; what it throws ends the run.
    /// - Throws: `ServiceError` with a moment to go on where waiting helps, once what was found before is stored;
    ///   `CatalogStoreError`, `CancellationError`.
    @discardableResult
    public func run(
        from progress: Progress = Progress(), checkpoint: @Sendable (Progress) async throws -> Void = { _ in }
    ) async throws -> Progress {
        var progress = progress
        while true {
            try Task.checkCancellation()
            let subjects = try await nextPage(progress)
            guard !subjects.isEmpty else { return progress }
            let trouble = try await ask(subjects, &progress)
            try await checkpoint(progress)
            if let trouble { throw trouble.kind == .cancelled ? CancellationError() : trouble }
        }
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
        var progress = Progress()
        guard !subjects.isEmpty else { return progress }
        if let trouble = try await ask(subjects, &progress) {
            throw trouble.kind == .cancelled ? CancellationError() : trouble
        }
        return progress
    }

    private func nextPage(_ progress: Progress) async throws -> [EnrichmentSubject] {
        let size = max(provider.batchSize, 1)
        let whole = (max(options.tracksPerCommit, 1) + size - 1) / size * size
        let left = options.limit.map { $0 - progress.asked } ?? whole
        guard left > 0 else { return [] }
        let subjects = try await store.subjects(
            lacking: provider.name, version: provider.version, namespaces: provider.namespaces,
            after: TrackID(rawValue: progress.after), limit: min(whole, left), at: now())
        guard subjects.isEmpty else { return subjects }
        return try await store.postponed(
            by: provider.name, version: provider.version, namespaces: provider.namespaces, limit: min(whole, left),
            at: now())
    }

    /// Asks batch by batch and stores what came, also where a later batch fails; the failure is returned.
    private func ask(_ subjects: [EnrichmentSubject], _ progress: inout Progress) async throws -> ServiceError? {
        var findings = ProviderFindings()
        var asked: [EnrichmentSubject] = []
        var trouble: ServiceError?
        for batch in subjects.grouped(by: max(provider.batchSize, 1)) {
            do throws(ServiceError) {
                let found = try await provider.findings(on: batch)
                findings.records += found.records
                findings.remarks.merge(found.remarks) { _, new in new }
                findings.similar.merge(found.similar) { _, new in new }
                findings.sounds.merge(found.sounds) { _, new in new }
                findings.deferred.formUnion(found.deferred)
                asked += batch
            } catch {
                trouble = error
                break
            }
        }
        progress.features += try await store(findings, asked)
        // What was put off comes last, whatever its id.
        progress.after = max(progress.after, asked.last?.id.rawValue ?? 0)
        progress.asked += asked.count
        progress.found += findings.remarks.count
        return trouble
    }

    /// Facts first: were the process to end in between, the tracks would be asked about again.
    private func store(_ findings: ProviderFindings, _ asked: [EnrichmentSubject]) async throws -> Int {
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
        try await store.postpone(deferred, of: provider.name, version: provider.version, at: moment)
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
