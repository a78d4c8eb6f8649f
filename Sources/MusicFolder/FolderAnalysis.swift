public import Catalog
internal import FileSystem
internal import SoundDocument

/// Brings a folder of music into the catalog by its sound: every file that is new or changed is analysed, what moved is
/// followed, and what is gone leaves.
///
/// Results are kept as they come, so many files at a time; a run that is ended goes on where it stopped.
public struct FolderAnalysis: Sendable {
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
    ///   - mayBeEmpty: whether a folder that held many files and holds none is to be believed: it may be the place of a drive
    ///     that is not mounted. So is then a folder that is not there itself, which is forgotten.
    ///   - progress: is told how many of how many files that are due are done.
    /// - Throws: `FileSystemError` where the folder cannot be opened, `FolderMissing` where it is not there and files of it are
    ///   known, `AnalyzerMissing`, `CatalogStoreError.busy` while another run is under way, what the store throws.
    public func run(
        _ folder: String, again: Bool = false, mayBeEmpty: Bool = false,
        progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) async throws -> FolderReport {
        let ending = RequestedEnd()
        // What is under way is finished and kept: no database call may end because somebody asked for an end.
        return try await withTaskCancellationHandler {
            try await Task {
                try await store.withTurnOfFolders { confirm in
                    try await run(
                        folder, again: again, mayBeEmpty: mayBeEmpty, until: ending, confirm: confirm, progress)
                }
            }.value
        } onCancel: {
            ending.request()
        }
    }

    private func run(
        _ folder: String, again: Bool, mayBeEmpty: Bool, until ending: RequestedEnd,
        confirm: @escaping @Sendable () async throws -> Void,
        _ progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void
    ) async throws -> FolderReport {
        let began = ContinuousClock.now
        let walk = try await walk(folder, mayBeMissing: mayBeEmpty)
        var (known, tracks) = try await remembered(under: walk.folder)
        let plan = { (known: [MusicFile]) in
            FolderPlan(
                found: walk.files, known: known, hidden: Set(walk.hidden.map(FilePath.init)),
                folders: Set(walk.folders.map(FilePath.init)), unnamed: walk.unnamed,
                version: SoundDocument.currentVersion, again: again, mayBeEmpty: mayBeEmpty)
        }
        let exchange = await FolderExchange.among(plan(known).due, known: known)
        if !exchange.moves.isEmpty {
            try await store.noteFiles(areSettled: false)
            try await confirm()
            try await store.exchange(exchange.moves.map { ($0.from.text, $0.to.text) })
            (known, tracks) = try await remembered(under: walk.folder)
        }
        var report = try await run(
            walk, plan(known), known, tracks, again: again, until: ending, confirm: confirm, progress)
        report.seconds = (ContinuousClock.now - began) / .seconds(1)
        return report
    }

    private func run(
        _ walk: FolderWalk, _ plan: FolderPlan, _ known: [MusicFile], _ tracks: [FiledTrack], again: Bool,
        until ending: RequestedEnd, confirm: @escaping @Sendable () async throws -> Void,
        _ progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void
    ) async throws -> FolderReport {
        var report = FolderReport()
        (report.files, report.unchanged) = (walk.files.count + walk.problems.count, plan.unchanged)
        report.failures = walk.problems.map {
            FolderReport.Failure(path: $0.path, code: $0.code, message: $0.message)
        }
        report.failures += Self.oldFailures(known, walk.files, due: plan.due)
        report.failures += Self.lookedAtInVain(plan.blocked, walk.problems)
        report.failures += plan.emptied.map(Self.emptied)
        let outside = try await OutsideFiles.sharing(
            plan.due.map(\.place) + plan.gone.map(\.place), outside: walk.folder, in: store)
        let ledger = FolderLedger(
            known: known, tracks: tracks, plan: plan, present: Set(walk.files.map(\.place)), outside: outside)
        var round = FolderRound(
            store: store, folder: walk.folder, pool: pool, workers: workers, again: again,
            isSettled: try await store.areFilesSettled(), confirm: confirm, files: walk.files + outside.present,
            ledger: ledger, report: report)
        try await round.run(until: ending, progress)
        try await round.end()
        report = round.report
        report.failures += await OutsideFiles.places(of: round.ledger.away).map(Self.away)
        report.failures.sort { FilePath($0.path) < FilePath($1.path) }
        return report
    }

    private func walk(_ folder: String, mayBeMissing: Bool) async throws -> FolderWalk {
        let result = await AnalyzerPool.onThread { () -> Result<FolderWalk, FileSystemError> in
            Result { () throws(FileSystemError) in
                try FolderWalk(folder) { name in
                    name.lastIndex(of: ".").map { Self.extensions.contains(String(name[name.index(after: $0)...])) }
                        ?? false
                }
            }
        }
        do { return try result.get() } catch {
            guard let missing = await AnalyzerPool.onThread({ FolderWalk(missing: folder) }) else { throw error }
            let count = try await remembered(under: missing.folder).files.count
            guard count > 0 else { throw error }
            guard mayBeMissing else { throw FolderMissing(folder: missing.folder, files: count) }
            return missing
        }
    }

    /// What was refused before and has not changed since is refused still.
    private static func oldFailures(
        _ known: [MusicFile], _ found: [FolderWalk.File], due: [FolderWalk.File]
    ) -> [FolderReport.Failure] {
        let asTheyWere = Set(found.map(\.place)).subtracting(due.map(\.place))
        return known.compactMap { file in
            guard let refusal = file.refusal, asTheyWere.contains(file.place) else { return nil }
            return FolderReport.Failure(path: file.path, code: refusal.code, message: refusal.message)
        }
    }

    /// The files that are known, with those of which a run that was killed has left no more than the name of a track.
    private func remembered(under folder: String) async throws -> (files: [MusicFile], tracks: [FiledTrack]) {
        let tracks = try await store.filedTracks(under: folder)
        let files = try await store.musicFiles(under: folder)
        let paths = Set(files.map(\.place))
        let names = tracks.filter { !paths.contains(FilePath($0.path)) }.map {
            MusicFile(path: $0.path, size: 0, modified: 0, content: nil, version: 0)
        }
        return (files + names, tracks)
    }

    private static func emptied(_ folder: FilePath, _ count: Int) -> FolderReport.Failure {
        FolderReport.Failure(
            path: folder.text, code: "emptied",
            message: "it held \(count) files and holds none, and what is known of them stays; mount its drive, or run "
                + "again with --allow-empty where they are deleted")
    }

    private static func away(_ folder: FilePath, _ count: Int, isThere: Bool) -> FolderReport.Failure {
        let files =
            (count == 1 ? "1 file that shares a track" : "\(count) files that share tracks") + " with files of this run"
        return FolderReport.Failure(
            path: folder.text.isEmpty ? "/" : folder.text, code: "away",
            message: isThere
                ? "without \(files); what is known there stays until segue analyze \(folder.text) is run"
                : "away with \(files); what is known there stays; mount the drive, or forget a folder that is gone by "
                    + "segue analyze FOLDER --allow-empty")
    }

    /// Places below which files are known, and that nobody would miss by their names: links to a folder that is away.
    private static func lookedAtInVain(
        _ blocked: Set<FilePath>, _ problems: [FolderWalk.Problem]
    ) -> [FolderReport.Failure] {
        blocked.subtracting(problems.map { FilePath($0.path) }).map {
            FolderReport.Failure(
                path: $0.text, code: "unreadable", message: "it cannot be looked at; what is known of it stays")
        }
    }
}

/// A folder is not there of which files are known.
public struct FolderMissing: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where it was.
    public let folder: String
    /// How many files are known there and below.
    public let files: Int

    /// What would mend it.
    public var description: String {
        "\(folder) is not there, and \(files == 1 ? "1 file of it is" : "\(files) files of it are") known: "
            + "mount its drive; or, where it has another name now, analyse it under that first, so that its tracks stay; then segue analyze --allow-empty on the old name forgets it"
    }
}
