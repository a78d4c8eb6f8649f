internal import Catalog
internal import FileSystem
internal import SoundDocument

/// The work of one run over a folder: looks into what is due in order of path, and keeps what comes of it batch by batch.
struct FolderRound: Sendable {
    /// Files that are kept at a time.
    private static let batch = 16

    let store: any CatalogImporting & MusicFileStore
    let folder: String
    let pool: AnalyzerPool
    let workers: Int
    let again: Bool
    /// Whether nothing was changed that is to be settled for the catalog as a whole.
    private var isSettled: Bool
    /// Throws where another run may be under way.
    let confirm: @Sendable () async throws -> Void
    private(set) var report: FolderReport
    private(set) var ledger: FolderLedger
    private var files: [FilePath: FolderWalk.File]
    private var waiting: [FolderWalk.File]
    /// Whether a file of the batch waits for another.
    private var isHeld = false
    /// What was found in files that wait for others of their track.
    private var findings: [FilePath: FileFinding] = [:]
    /// Files that were looked into, some of which wait.
    private var looked: Set<FilePath> = []
    /// Files that were looked into or are to be, each counted once.
    private var total: Int
    /// What was said so far of tracks of which more files are to be heard, by the paths of their originals.
    private var statements: [FilePath: FiledStatement] = [:]

    init(
        store: any CatalogImporting & MusicFileStore, folder: String, pool: AnalyzerPool, workers: Int, again: Bool,
        isSettled: Bool, confirm: @escaping @Sendable () async throws -> Void, files: [FolderWalk.File],
        ledger: FolderLedger, report: FolderReport
    ) {
        (self.store, self.folder, self.pool, self.workers, self.again) = (store, folder, pool, workers, again)
        (self.isSettled, self.confirm, self.ledger, self.report) = (isSettled, confirm, ledger, report)
        self.files = Dictionary(files.map { ($0.place, $0) }) { first, _ in first }
        waiting = files.filter { ledger.pending.contains($0.place) }.sorted { $0.place < $1.place }
        total = waiting.count
    }

    /// Looks into files, `workers` at a time.
    mutating func run(until ending: RequestedEnd, _ progress: @escaping @Sendable (Int, Int) -> Void) async throws {
        try await hideUnreadable(ledger.sharing)
        let away = ledger.pending.union(ledger.gone).flatMap(ledger.unheardMates)
        try await confirm()
        try await store.expire((ledger.companions.union(away)).map(\.text))
        while !waiting.isEmpty {
            let examination = FileExamination(store: store, pool: pool, ledger: ledger, again: again)
            let next = Array(waiting.prefix(Self.batch))
            waiting.removeFirst(next.count)
            let findings = try await findings(of: next, examination, until: ending, progress)
            try await take(findings)
            progress(looked.count, total)
            if ending.isRequested || findings.count < next.count {
                report.isInterrupted = true
                return
            }
        }
    }

    /// Lets go of what is gone, and of tracks that no file holds any more; a run that was ended cannot tell, since the files
    /// of such a track may be among those that wait. All of it looks at the whole catalog, which takes long: not where
    /// neither this run changed anything nor one before left anything to do.
    mutating func end() async throws {
        guard !report.isInterrupted, !isSettled || !ledger.gone.isEmpty else { return }
        try await unsettle()
        try await confirm()
        report.gone = ledger.gone.subtracting(ledger.followed).subtracting(ledger.left).count
        for path in ledger.gone { ledger.name(path, nil) }
        let paths = ledger.gone.sorted().map(\.text)
        report.removedTracks = try await store.forget(paths, provider: MusicFile.provider)
        report.removedTracks += try await store.tidy(ledger.touched.sorted(), provider: MusicFile.provider)
        // Where a file lets go of an id, another may have waited for that. Of several the first by path has it, whichever was
        // heard first.
        try await store.releaseIDs(by: MusicFile.provider)
        try await FolderBatch.grantIDs(in: store)
        try await confirm()
        try await store.noteFiles(areSettled: true)
    }

    /// Notes, before the catalog is changed, that this is to be settled: by the next run where this one is killed.
    private mutating func unsettle() async throws {
        guard isSettled else { return }
        try await store.noteFiles(areSettled: false)
        isSettled = false
    }

    /// Looks into those of some files that were not heard yet.
    private mutating func findings(
        of files: [FolderWalk.File], _ examination: FileExamination, until ending: RequestedEnd,
        _ progress: @escaping @Sendable (Int, Int) -> Void
    ) async throws -> [FileFinding] {
        var found = files.compactMap { findings.removeValue(forKey: $0.place) }
        let heard = Set(found.map(\.file.place))
        let files = files.filter { !heard.contains($0.place) }
        try await withThrowingTaskGroup(of: FileFinding.self) { group in
            var waiting = files[...]
            for file in waiting.prefix(workers) { group.addTask { try await examination.finding(of: file) } }
            waiting = waiting.dropFirst(workers)
            while let finding = try await group.next() {
                found.append(finding)
                looked.insert(finding.file.place)
                progress(looked.count, total)
                guard !ending.isRequested, let file = waiting.popFirst() else { continue }
                group.addTask { try await examination.finding(of: file) }
            }
        }
        return found.sorted { $0.file.place < $1.file.place }
    }

    /// Keeps a batch: tracks with their features, then the files, which from then on are not due any more.
    private mutating func take(_ findings: [FileFinding]) async throws {
        try await confirm()
        // Files that are as they were would else not be due any more where this run ends half-way.
        if again { try await store.expire(findings.map(\.file.path)) }
        let known = try await FolderBatch.known(like: findings, in: store)
        try await admit(known.values.flatMap(\.self))
        let late = try await summon(findings, known)
        var batch = FolderBatch(store: store, statements: statements)
        isHeld = false
        for finding in findings {
            let file = finding.file
            if isHeld || late.contains(file.place) {
                isHeld = true
                hold(finding)
                continue
            }
            switch finding.outcome {
            case .moved(let old): try await move(old, to: file)
            case .refused(let refusal): try await refuse(file, refusal, &batch)
            case .copy(let path):
                try await admit([path])
                if ledger.isSettled(path) {
                    try await copy(file, of: path, nil, &batch)
                } else {
                    wait(for: file.place)
                }
            case .analyzed(let document):
                try await take(file, document, known[file.place, default: []], &batch)
            }
        }
        statements = [:]
        for original in batch.statements.keys {
            if ledger.isAwaited(original) {
                statements[original] = batch.leaveOpen(original)
            } else if !ledger.unheardMates(of: original).isEmpty {
                _ = batch.leaveOpen(original)
            }
        }
        if batch.changesTracks { try await unsettle() }
        try await batch.commit()
        _ = try await store.forget(ledger.dropLeft().map(\.text), provider: MusicFile.provider)
    }

    /// Makes the files due that are to be heard before some of a batch can be taken, all at once; gives those that wait.
    private mutating func summon(
        _ findings: [FileFinding], _ known: [FilePath: [FilePath]]
    ) async throws -> Set<FilePath> {
        var (late, due): (Set<FilePath>, [FilePath]) = ([], [])
        for place in findings.map(\.file.place) {
            guard let twin = known[place]?.first(where: { $0 != place && ledger.speaks($0) }) else { continue }
            var mates = ledger.regroup(with: twin)
            if let original = ledger.overtake(by: place, with: twin) {
                mates = ledger.retell(
                    try await store.filesSharingTracks(of: [original.text]).map(\.track), of: original)
                statements[original] = nil
            }
            if !mates.isEmpty { late.insert(place) }
            due += mates
        }
        try await prepare(due)
        return late
    }

    /// Puts files in the queue that share a track with one of the batch.
    private mutating func prepare(_ mates: [FilePath]) async throws {
        guard !mates.isEmpty else { return }
        try await store.expire(mates.map(\.text))
        try await hideUnreadable(mates)
        queue(mates.filter { !ledger.hidden.contains($0) })
    }

    /// Files are taken in order of path, so where one waits those behind it do.
    private mutating func hold(_ finding: FileFinding) {
        if case .analyzed = finding.outcome { self.findings[finding.file.place] = finding }
        queue([finding.file.place])
    }

    private mutating func move(_ old: FilePath, to file: MusicFile) async throws {
        // Another file of the batch may have been taken for it.
        guard ledger.renamed(to: file) == old else { return wait(for: file.place) }
        try await unsettle()
        try await store.move(old.text, to: file)
        ledger.move(old, to: file.place)
        ledger.settle(file.place)
        report.moved += 1
    }

    /// What could not be heard may be what it was: what is known of it stays, by which it is due again and recognised then.
    /// So does that of a file with the bytes that it had, where the reason may pass: it may now be longer than is allowed.
    private mutating func refuse(
        _ file: MusicFile, _ refusal: MusicFile.Refusal, _ batch: inout FolderBatch
    ) async throws {
        let isAnother = file.content != ledger.former[file.place]?.content
        if refusal.isUnheard || !refusal.isLasting && !isAnother {
            ledger.hide(file.place)
            try await store.expire([file.path])
        } else {
            let refused = batch.refuse(file, refusal)
            if ledger.tracks[file.place] != nil { try await name(refused, nil) }
            ledger.settle(file.place)
        }
        note(file.place, refusal)
    }

    private mutating func take(
        _ file: MusicFile, _ document: SoundDocument, _ known: [FilePath], _ batch: inout FolderBatch
    ) async throws {
        let present = batch.alike(file, document) + known.map(ledger.whereabouts).filter { !batch.holds($0) }
        let twin = present.first { $0 != file.place && ledger.speaks($0) }
        if let twin {
            let mates = ledger.regroup(with: twin)
            guard mates.isEmpty else {
                try await prepare(mates)
                findings[file.place] = FileFinding(file: file, outcome: .analyzed(document))
                return wait(for: file.place)
            }
            try await copy(file, of: twin, document, &batch)
        } else {
            let track = ledger.claim(file, alike: known, hasPrint: document.fingerprint != nil)
            try await name(batch.add(file, document), track)
            let unheard = ledger.unheardMates(of: file.place)
            // Once they can be heard again it is settled anew who says what.
            try await store.expire(unheard.map(\.text))
            ledger.settle(original: file.place, FileTags(document.tags).gaps)
            if ledger.follow(file, track) != nil {
                report.moved += 1
                return
            }
        }
        guard !ledger.companions.contains(file.place) else { return }
        report.analyzed += 1
        report.sound += document.file.duration
    }

    private mutating func copy(
        _ file: MusicFile, of twin: FilePath, _ document: SoundDocument?, _ batch: inout FolderBatch
    ) async throws {
        let original = ledger.original(of: twin)
        var gaps = ledger.originals[original] ?? FolderLedger.Gaps()
        let copy = batch.add(file, copyOf: original, document, filling: &gaps)
        let track = ledger.tracks[original]
        try await name(copy, ledger.tracks[file.place] == track ? track : nil)
        if ledger.originals[original] != nil { ledger.fill(original, gaps) }
        ledger.settle(file.place, copyOf: original)
        if !ledger.companions.contains(file.place) { report.duplicates += 1 }
    }

    /// Lets a file name a track, or none until the batch is kept.
    private mutating func name(_ file: AnalyzedFile, _ track: TrackID?) async throws {
        let path = file.file.place
        let isOther = ledger.tracks[path] != track
        guard isOther || ledger.former[path]?.content != file.file.content else { return }
        try await unsettle()
        if isOther, let place = ledger.leave(path) { try await store.exchange([(path.text, place.text)]) }
        try await store.name(file, track)
        ledger.name(path, track)
    }

    /// Sets aside those of some files that cannot be read, before others of their tracks are heard: what a track is said to be
    /// without them is another matter.
    private mutating func hideUnreadable(_ paths: [FilePath]) async throws {
        let problems = await AnalyzerPool.onThread {
            paths.compactMap { path -> (FilePath, String)? in
                do throws(FileSystemError) {
                    _ = try OpenedFile(path.text)
                    return nil
                } catch { return (path, error.reason) }
            }
        }
        guard !problems.isEmpty else { return }
        for (path, message) in problems {
            ledger.hide(path)
            note(path, MusicFile.Refusal(code: "unreadable", message: message))
        }
        let away = Set(waiting.map(\.place).filter(ledger.hidden.contains))
        waiting.removeAll { away.contains($0.place) }
        total -= away.subtracting(looked).count
    }

    /// Reports that a file was not analysed, where it is of the folder.
    private mutating func note(_ path: FilePath, _ refusal: MusicFile.Refusal) {
        guard !ledger.outside.contains(path) else { return }
        if ledger.companions.contains(path) { report.unchanged -= 1 }
        let message = ledger.tracks[path] == nil ? refusal.message : refusal.message + "; what is known of it stays"
        report.failures.append(FolderReport.Failure(path: path.text, code: refusal.code, message: message))
    }

    /// Takes files of other folders into account that hold the same recording, with all that share a track with them.
    private mutating func admit(_ paths: [FilePath]) async throws {
        let strangers = paths.filter { !ledger.knows($0) }
        guard !strangers.isEmpty else { return }
        let others = try await OutsideFiles.sharing(strangers, outside: folder, in: store)
        ledger.admit(others)
        for file in others.present { files[file.place] = file }
    }

    /// Puts a file back in its place in the queue, to be analysed if it was not.
    private mutating func wait(for path: FilePath) {
        ledger.insist(on: [path])
        isHeld = true
        queue([path])
    }

    private mutating func queue(_ paths: [FilePath]) {
        let queued = Set(waiting.map(\.place))
        let new = Set(paths).subtracting(queued)
        total += new.subtracting(looked).count
        waiting = queued.union(new).compactMap { files[$0] }.sorted { $0.place < $1.place }
    }
}
