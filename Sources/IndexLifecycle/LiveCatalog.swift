public import Catalog
internal import Features
internal import Foundation
public import Recommendation
internal import Rules
internal import Synchronization

/// What a running server answers from: the current generation, with what changed in the catalog since it was built.
///
/// A generation is swapped, and changes are added, by replacing one reference; a request keeps the catalog that it
/// began with. All of it is made again from the generation's watermark and the database after a restart.
public actor LiveCatalog {
    /// Something worth a line in the log.
    public enum Event: Sendable, Hashable {
        /// A generation began to serve.
        case generation(String, tracks: Int)
        /// A generation was passed over because it is damaged; the text says how.
        case damaged(String)
        /// There is no usable generation; the text names the mend.
        case noIndex(String)
        /// Changes since the generation were taken in: so many tracks live, so many hidden.
        case changes(live: Int, hidden: Int)
        /// More changed than is kept live; the rest waits for the next build.
        case behind(limit: Int)
        /// The database or an index failed; what served before still does.
        case failed(String)
    }

    private let directory: GenerationDirectory
    private let catalog: any CatalogReading
    private let announcing: any CatalogAnnouncing
    private let liveLimit: Int
    private let checking: FileChecking
    private let log: @Sendable (Event) -> Void
    private let current = ServingReference()
    private let executor = BlockingExecutor("live catalog")

    private var generation: LoadedGeneration?
    private var watermark: Watermark?
    private var changed: Set<TrackID> = []
    private var removed: Set<TrackID> = []
    private var latestTaking: Task<Void, Never>?

    /// Serves from `directory` and keeps up with `catalog`, at most `liveLimit` changed tracks beyond the generation.
    public init(
        directory: GenerationDirectory, catalog: any CatalogReading, announcing: any CatalogAnnouncing,
        liveLimit: Int = 50_000, checking: FileChecking = .unlessUnchanged, log: @escaping @Sendable (Event) -> Void
    ) {
        self.directory = directory
        self.catalog = catalog
        self.announcing = announcing
        self.liveLimit = liveLimit
        self.checking = checking
        self.log = log
    }

    /// Where the actor runs: opening a generation and making a live segment take their time.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// What to answer from, or nil where there is no usable generation yet.
    public nonisolated var serving: ServingCatalog? { current.value }

    /// Opens the newest good generation and takes in what changed since; what fails is logged and tried again later.
    public func start() async {
        loadGeneration()
        await refresh()
    }

    /// Takes in what changed until now; when it returns, requests see it, unless the log says what went wrong.
    public func refresh() async {
        // One after the other: a look that began earlier and ends later would take back what a newer one has shown.
        let before = latestTaking
        let taking = Task {
            await before?.value
            await self.takeChanges()
        }
        latestTaking = taking
        await taking.value
    }

    /// Follows announcements until cancelled.
    public func run() async {
        for await announcement in announcing.announcements() {
            switch announcement {
            case .generationActivated: loadGeneration()
            case .catalogChanged: break
            case .missed: if directory.current != generation?.manifest.id { loadGeneration() }
            }
            await refresh()
        }
    }

    private func loadGeneration() {
        do throws(GenerationError) {
            if let generation, directory.current == generation.manifest.id { return }
            // Nobody is answered before the first one is there; a later one must not slow down who is.
            let threads = generation == nil ? ProcessInfo.processInfo.activeProcessorCount : 1
            let (opened, problems) = try directory.openNewestGood(checking, threads: threads)
            for problem in problems { log(.damaged(problem.description)) }
            guard opened.manifest.id != generation?.manifest.id else { return }
            generation = opened
            watermark = opened.manifest.watermark
            changed = []
            removed = []
            publish(live: nil)
            log(.generation(opened.manifest.id, tracks: opened.manifest.tracks))
        } catch {
            log(generation == nil ? .noIndex(error.description) : .failed(error.description))
        }
    }

    /// Reads what changed since the last look and replaces the live segment.
    private func takeChanges() async {
        guard let generation, let watermark else { return }
        do {
            let limit = liveLimit
            let known = changed
            let (changes, tracks) = try await catalog.withView { view in
                let changes = try await view.changes(since: watermark, limit: limit)
                let wanted = known.union(changes.changed).subtracting(changes.removed).sorted().prefix(limit)
                return (changes, try await LiveTracks.read(Array(wanted), generation.vectorizer, from: view))
            }
            guard self.generation?.manifest.id == generation.manifest.id else { return }
            try take(changes, tracks, generation)
        } catch {
            log(.failed("changes could not be read: \(error)"))
        }
    }

    private func take(_ changes: CatalogChanges, _ live: LiveTracks, _ generation: LoadedGeneration) throws {
        let isBehind = changes.changed.count >= liveLimit || changed.union(changes.changed).count > liveLimit
        let isNews = !Set(changes.changed).isEmpty || !Set(changes.removed).isSubset(of: removed)
        removed.formUnion(changes.removed)
        changed = Set(live.tracks.map(\.id))
        watermark = changes.watermark
        guard isNews else { return }
        publish(live: live.tracks.isEmpty ? nil : try live.segment(generation.vectorizer))
        log(.changes(live: live.tracks.count, hidden: removed.count))
        if isBehind { log(.behind(limit: liveLimit)) }
    }

    private func publish(live: ServingSegment?) {
        guard let generation else { return }
        let base = generation.segment
        var hidden = RowSet(rowCount: base.snapshot.count)
        for id in changed.union(removed) { if let row = base.snapshot.row(of: id) { hidden.insert(row) } }
        let segments = [hidden.isEmpty ? base : base.hiding(hidden)] + [live].compactMap(\.self)
        let tracks = base.snapshot.count - hidden.count + (live?.snapshot.count ?? 0)
        current.value = ServingCatalog(
            generation: GenerationInfo(
                id: generation.manifest.id, builtAt: generation.manifest.builtAt, tracks: tracks),
            space: generation.vectorizer.space, segments: segments)
    }
}

/// A reference that any thread reads and one actor replaces.
final class ServingReference: Sendable {
    private let storage = Mutex<ServingCatalog?>(nil)

    var value: ServingCatalog? {
        get { storage.withLock { $0 } }
        set { storage.withLock { $0 = newValue } }
    }
}
