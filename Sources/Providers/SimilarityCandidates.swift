public import Catalog
import Synchronization

/// Candidates out of what a source holds similar to seeds: what is stored, once the source was asked about seeds that
/// nobody asked it about yet, as far as a budget goes.
///
/// What it answers is stored like a pass's answers: each track is asked about once, whoever asks. A value is for one
/// purpose, such as making one playlist, and its budget is spent with it.
public final class SimilarityCandidates: Sendable {
    /// What came of asking.
    public struct Found: Sendable, Hashable {
        /// Tracks of the catalog, the most similar first.
        public var matches: [SimilarityMatch]
        /// Why the source was not asked to the end, where it failed; what was stored counts all the same.
        public var problem: String?
    }

    private let source: any SimilaritySource
    private let store: any Enricher.Store
    private let enricher: Enricher
    private let clock: ServiceClock
    private let timeLeft: Mutex<Duration>

    /// Candidates of a source.
    ///
    /// - Parameter patience: how long asking may take altogether; zero for never asking.
    public init(
        _ source: any SimilaritySource, over store: any Enricher.Store, into catalog: any CatalogImporting,
        patience: Duration, clock: ServiceClock = .system
    ) {
        (self.source, self.store, self.clock) = (source, store, clock)
        enricher = Enricher(SimilarityProvider(source), over: store, into: catalog, clock: clock)
        timeLeft = Mutex(patience)
    }

    /// The source's name.
    public var name: String { source.name }

    /// Tracks that the source holds similar to any of the seeds, at most `limit`.
    ///
    /// - Parameter seeds: the most important first: they are asked about in this order.
    /// - Throws: `CatalogStoreError`, `CancellationError`.
    public func tracks(similarTo seeds: [TrackID], limit: Int) async throws -> Found {
        var problem: String?
        do { problem = try await ask(about: seeds) } catch let error as ServiceError { problem = error.description }
        return Found(matches: try await store.similar(to: seeds, by: name, limit: limit), problem: problem)
    }

    /// Says what was wrong where time ran out before the source answered at all.
    private func ask(about seeds: [TrackID]) async throws -> String? {
        var answered = 0
        for seed in seeds {
            let time = timeLeft.withLock { $0 }
            guard time > .zero else { return nil }
            let begun = clock.instant()
            let progress = try await withTimeLimit(time) { try await self.enricher.run(on: [seed]) }
            timeLeft.withLock { $0 -= clock.instant() - begun }
            guard let progress else {
                timeLeft.withLock { $0 = .zero }
                return answered == 0
                    ? "it did not answer within \(Int((time / .seconds(1)).rounded(.up))) seconds" : nil
            }
            answered += progress.asked
        }
        return nil
    }
}
