public import Catalog
internal import FileSystem
internal import Foundation
internal import SoundDocument

/// Brings a folder of music into the catalog by its sound: every file that is new or changed is analysed, what moved is
/// followed, and what is gone leaves.
///
/// Results are kept as they come, so many files at a time; a run that is ended goes on where it stopped.
public struct FolderAnalysis: Sendable {
    /// The name under which audio features and descriptors are kept.
    public static let provider = "analyze"
    /// Extensions of files that may hold music.
    public static let extensions: Set<String> = [
        "aac", "ac3", "aif", "aifc", "aiff", "alac", "amr", "ape", "au", "caf", "dff", "dsf", "dts", "eac3", "flac",
        "it", "m4a", "m4b", "m4r", "mka", "mod", "mp1", "mp2", "mp3", "mp4", "mpc", "mpga", "mptm", "oga", "ogg",
        "opus", "rf64", "s3m", "shn", "snd", "spx", "tak", "tta", "voc", "w64", "wav", "weba", "webm", "wma", "wv",
        "xm",
    ]

    private let store: any CatalogImporting & MusicFileStore
    private let pool: AnalyzerPool
    private let workers: Int

    /// Analyses into a store with so many processes at a time.
    public init(store: any CatalogImporting & MusicFileStore, pool: AnalyzerPool, workers: Int) {
        precondition(workers > 0, "somebody has to do the work")
        self.store = store
        self.pool = pool
        self.workers = workers
    }

    /// Runs over a folder; ends early, with all that is done kept, when the task is cancelled.
    ///
    /// - Parameters:
    ///   - again: whether files that are as they were are analysed too.
    ///   - progress: is told how many of how many files that are due are done.
    /// - Throws: `FileSystemError` where the folder cannot be opened, `AnalyzerMissing`, what the store throws.
    public func run(
        _ folder: String, again: Bool = false,
        progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) async throws -> FolderReport {
        let ending = RequestedEnd()
        // What is under way is finished and kept: no database call may end because somebody asked for an end.
        return try await withTaskCancellationHandler {
            try await Task { try await run(folder, again: again, until: ending, progress) }.value
        } onCancel: {
            ending.request()
        }
    }

    private func run(
        _ folder: String, again: Bool, until ending: RequestedEnd,
        _ progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void
    ) async throws -> FolderReport {
        let began = ContinuousClock.now
        let walk = try await walk(folder)
        let root = try await Self.realPath(folder)
        let known = try await store.musicFiles(under: root)
        let plan = FolderPlan(
            found: walk.files, known: known, hidden: walk.problems.map(\.path), version: SoundDocument.currentVersion,
            again: again)
        var report = FolderReport()
        (report.files, report.unchanged) = (walk.files.count + walk.problems.count, plan.unchanged)
        report.failures = walk.problems.map {
            FolderReport.Failure(path: $0.path, code: $0.code, message: $0.message)
        }
        report.failures += Self.oldFailures(known, walk.files, due: plan.due)
        let ledger = FolderLedger(
            known: known, tracks: try await store.filedTracks(under: root), plan: plan,
            present: Set(walk.files.map(\.path)))
        var round = FolderRound(
            store: store, pool: pool, workers: workers, again: again, files: walk.files, ledger: ledger, report: report)
        try await round.run(until: ending, progress)
        try await round.end()
        report = round.report
        report.failures.sort { $0.path < $1.path }
        report.seconds = (ContinuousClock.now - began) / .seconds(1)
        return report
    }

    private func walk(_ folder: String) async throws -> FolderWalk {
        let result = await AnalyzerPool.onThread { () -> Result<FolderWalk, FileSystemError> in
            Result { () throws(FileSystemError) in
                try FolderWalk(folder) { name in
                    name.lastIndex(of: ".").map { Self.extensions.contains(String(name[name.index(after: $0)...])) }
                        ?? false
                }
            }
        }
        return try result.get()
    }

    private static func realPath(_ folder: String) async throws -> String {
        URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
    }

    /// What was refused before and has not changed since is refused still.
    private static func oldFailures(
        _ known: [MusicFile], _ found: [FolderWalk.File], due: [FolderWalk.File]
    ) -> [FolderReport.Failure] {
        let asTheyWere = Set(found.map(\.path)).subtracting(due.map(\.path))
        return known.compactMap { file in
            guard let refusal = file.refusal, asTheyWere.contains(file.path) else { return nil }
            return FolderReport.Failure(path: file.path, code: refusal.code, message: refusal.message)
        }
    }
}
