public import Catalog
import Foundation
public import Ingest
public import Providers

/// Takes sources into the catalog: fetches, writes with a service's authority, and goes on where it was interrupted.
///
/// Knows nothing of jobs; a job gives it closures for progress and checkpoints.
public struct SourceIngest: Sendable {
    /// What a source is written into.
    public typealias Store = CatalogImporting & CollectionSyncStore & SourceTrackStore & FavouriteStore

    /// Who is told how it goes.
    public struct Observer: Sendable {
        /// Told the share that is done, 0 to 1, where it is known, and what it is at.
        public var progress: @Sendable (Double?, String) -> Void
        /// Told what there is once it is in the catalog; an error from it ends the work.
        public var checkpoint: @Sendable (SourceReport) async throws -> Void
        /// Runs work on the collection of a name while nobody else is at it, by whichever source; gives what it gives.
        public var holding: @Sendable (String, @Sendable () async throws -> SourceReport) async throws -> SourceReport

        /// Tells those two; holds nothing unless told how.
        public init(
            progress: @escaping @Sendable (Double?, String) -> Void = { _, _ in },
            checkpoint: @escaping @Sendable (SourceReport) async throws -> Void = { _ in },
            holding:
                @escaping @Sendable (String, @Sendable () async throws -> SourceReport) async throws -> SourceReport =
                { _, work in try await work() }
        ) {
            (self.progress, self.checkpoint, self.holding) = (progress, checkpoint, holding)
        }
    }

    /// How much is done at once.
    public struct Options: Sendable {
        /// Pages that are written into the catalog together.
        public var pagesPerImport = 10
        /// How often a collection that changes while it is read is begun anew.
        public var rounds = 3
        /// Failures in a row after which a run ends without a playlist; 1 where nobody comes back to what is set aside.
        public var failuresAtMost = 5
        /// What files may hold.
        public var files = ImportOptions()
        /// Where files may lie; nil for anywhere.
        public var roots: SourceRoots?

        /// The standard.
        public init() {}
    }

    let spotify: Spotify?
    let account: String?
    let store: any Store
    /// How much is done at once.
    public var options: Options

    /// An ingest into a store.
    ///
    /// - Parameters:
    ///   - spotify: with the tokens to use; nil where only files are taken.
    ///   - account: whose library it is, so that two listeners' are told apart.
    public init(spotify: Spotify?, account: String? = nil, store: any Store, options: Options = Options()) {
        (self.spotify, self.account, self.store, self.options) = (spotify, account, store, options)
    }

    /// Takes a source over.
    ///
    /// - Parameter earlier: what an interrupted run had reported at its last checkpoint.
    /// - Returns: what the source brought, the interrupted runs included.
    /// - Throws: `SourceError`; `CatalogStoreError` and what the observer throws pass unchanged.
    public func run(
        _ source: Source, resuming earlier: SourceReport? = nil, _ observer: Observer = Observer()
    ) async throws -> SourceReport {
        let report =
            earlier.flatMap { $0.source == source ? $0 : nil } ?? SourceReport(source: source, account: account)
        var run = SourceRun(ingest: self, observer: observer, report: report)
        do {
            try await run.run(source)
        } catch {
            throw Self.meaning(of: error, now: spotify?.clock.now() ?? Date())
        }
        return run.report
    }

    /// The records of one track, without writing them: for a seed that is wanted at once.
    ///
    /// - Throws: `SourceError`.
    public func records(ofTrack id: String) async throws -> [CatalogRecord] {
        do {
            return try await needed().track(id).records
        } catch {
            throw Self.meaning(of: error, now: spotify?.clock.now() ?? Date())
        }
    }

    func needed() throws -> Spotify {
        guard let spotify else {
            throw SourceError.refused("Spotify is not set up; set SEGUE_SPOTIFY_CLIENT_ID and connect an account")
        }
        return spotify
    }

    static func meaning(of error: any Error, now: Date) -> any Error {
        switch error {
        case let error as ServiceError where error.kind == .cancelled: CancellationError()
        case let error as ServiceError where error.isPassing:
            SourceError.postponed(until: error.resumeAt ?? now, reason: error.description)
        case let error as ServiceError: SourceError.refused(error.description)
        case SpotifyError.callerTokenRefused: SourceError.callerTokenRefused
        case let error as SpotifyError: SourceError.refused(error.description)
        case let error as ImportError where error.storeError == nil: SourceError.refused(error.description)
        case let error as ImportError: error.storeError ?? error
        default: error
        }
    }
}
