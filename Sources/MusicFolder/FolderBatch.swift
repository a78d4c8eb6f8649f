internal import Catalog
internal import Foundation
internal import SoundDocument

/// Files whose analyses are kept together.
struct FolderBatch: Sendable {
    private let store: any CatalogImporting & MusicFileStore
    private var records: [CatalogRecord] = []
    private var files: [AnalyzedFile] = []
    /// What the files of each track say of it, by the path of its original.
    private(set) var statements: [FilePath: FiledStatement]

    /// - Parameter statements: of tracks that wait for files of theirs since earlier batches.
    init(store: any CatalogImporting & MusicFileStore, statements: [FilePath: FiledStatement] = [:]) {
        (self.store, self.statements) = (store, statements)
    }

    /// Whether a file is of this batch, so that what the store says of it is of the past.
    func holds(_ path: FilePath) -> Bool { files.contains { $0.file.place == path } }

    /// Whether more is kept than that files cannot be analysed.
    var changesTracks: Bool { !records.isEmpty || !statements.isEmpty }

    /// Notes that a file cannot be analysed; gives what is kept of it.
    mutating func refuse(_ file: MusicFile, _ refusal: MusicFile.Refusal) -> AnalyzedFile {
        var file = AnalyzedFile(file: file)
        file.file.refusal = refusal
        files.append(file)
        return file
    }

    /// Lets the track of another file be known by this one's path too, and by what its tags add to those of the original;
    /// gives what is kept of the file.
    ///
    /// An import finds tracks of its own by their first id only, which is why that is the original's.
    @discardableResult
    mutating func add(
        _ file: MusicFile, copyOf original: FilePath, _ document: SoundDocument? = nil,
        filling gaps: inout FolderLedger.Gaps
    ) -> AnalyzedFile {
        let other = ExternalID(namespace: "file", value: original.text)
        var record = TrackRecord(ids: [other, file.trackID])
        if let document { FileTags(document.tags).fill(&gaps, of: &record) }
        records.append(.track(record))
        statements[original]?.add(record)
        let copy = AnalyzedFile(file: file, print: document.flatMap(Self.print), ids: Array(record.ids.dropFirst(2)))
        files.append(copy)
        return copy
    }

    /// Adds a file with its document, as the original of its recording; gives what is kept of the file.
    @discardableResult
    mutating func add(_ file: MusicFile, _ document: SoundDocument) throws -> AnalyzedFile {
        let tags = FileTags(document.tags)
        var record = tags.record(of: file, duration: document.file.duration)
        // The name of a file is no title where a copy has one.
        if tags.gaps.title { record.name = nil }
        let features = document.features
        records.append(.track(record))
        records.append(
            .features(
                FeaturesRecord(track: file.trackID, provider: MusicFile.provider, features: features)))
        statements[file.place] = FiledStatement(path: file.path, record: record, features: features)
        let original = AnalyzedFile(
            file: file, sound: try document.soundRecord(), print: Self.print(document),
            ids: Array(record.ids.dropFirst()))
        files.append(original)
        return original
    }

    /// Takes a track off whose files have not all been heard: what was said of it before and is not said here stays.
    mutating func leaveOpen(_ original: FilePath) -> FiledStatement? { statements.removeValue(forKey: original) }

    /// Paths of this batch that hold the same recording, in order of path.
    func alike(_ file: MusicFile, _ document: SoundDocument) -> [FilePath] {
        let print = Self.print(document)
        return files.filter { other in
            guard other.file.refusal == nil else { return false }
            if other.file.content == file.content { return true }
            guard let print, let otherPrint = other.print else { return false }
            return RecordingMatch.isSame(otherPrint, print)
        }.map(\.file.place).sorted()
    }

    /// Paths that hold the same recording as each of some files that were analysed, in order of path; what the store says
    /// of them may be of the past.
    static func known(
        like findings: [FileFinding], in store: any MusicFileStore
    ) async throws -> [FilePath: [FilePath]] {
        var (contents, prints): ([String: [FilePath]], [(place: FilePath, print: RecordingPrint)]) = ([:], [])
        for finding in findings {
            guard case .analyzed(let document) = finding.outcome else { continue }
            if let content = finding.file.content { contents[content, default: []].append(finding.file.place) }
            if let print = print(document) { prints.append((finding.file.place, print)) }
        }
        var known: [FilePath: Set<FilePath>] = [:]
        for (index, path, print) in try await store.recordings(like: prints.map(\.print))
        where RecordingMatch.isSame(print, prints[index].print) {
            known[prints[index].place, default: []].insert(FilePath(path))
        }
        for file in try await store.musicFiles(contents: Array(contents.keys), version: nil) {
            for place in contents[file.content ?? "", default: []] { known[place, default: []].insert(file.place) }
        }
        return known.mapValues { $0.sorted() }
    }

    private static func print(_ document: SoundDocument) -> RecordingPrint? {
        document.fingerprint.map { RecordingPrint(duration: document.file.duration, values: $0.values) }
    }

    /// Makes the batch visible: tracks and features first, on which the rest builds. What is said no more goes before them,
    /// so that an id can go from one track to another.
    consuming func commit() async throws {
        try await store.retract(allBut: Array(statements.values), by: MusicFile.provider)
        try await Self.take(try await recordsOfFreeIDs(), into: store)
        try await Self.take(try await titles(), into: store)
        if !files.isEmpty { try await store.keep(files, provider: MusicFile.provider) }
    }

    /// The names of files in place of titles, for tracks of which nobody said any; which tracks those are is known once ids
    /// have led to them.
    private func titles() async throws -> [CatalogRecord] {
        let bare = statements.filter { !$0.value.hasTitle }.map(\.key.text).sorted()
        return try await store.untitled(bare, by: MusicFile.provider).map { path in
            let id = ExternalID(namespace: "file", value: path)
            return .track(TrackRecord(ids: [id], name: FileTags.title(of: path)))
        }
    }

    /// The records without ids by which other files name other tracks, or by which a file before them by path names its own:
    /// an import would take them for the same track.
    private func recordsOfFreeIDs() async throws -> [CatalogRecord] {
        var named: [(file: String, id: ExternalID)] = []
        for case .track(let record) in records {
            named += record.ids.dropFirst().filter { $0.namespace != "file" }.map { (record.ids[0].value, $0) }
        }
        guard !named.isEmpty else { return records }
        let first = Dictionary(named.map { ($0.id, FilePath($0.file)) }, uniquingKeysWith: min)
        let held = try await store.idsOfOtherFiles(named.map { ($0.file, $0.id) })
        return records.map { record in
            guard case .track(var track) = record else { return record }
            let (path, others) = (track.ids[0].value, held[track.ids[0].value] ?? [])
            track.ids.removeAll { others.contains($0) || first[$0].map { $0 < FilePath(path) } == true }
            return .track(track)
        }
    }

    /// Gives the tracks of files the ids that their tags name and that no track has any more.
    static func grantIDs(in store: any CatalogImporting & MusicFileStore) async throws {
        let records = try await store.unheldIDs().map { path, id in
            CatalogRecord.track(TrackRecord(ids: [ExternalID(namespace: "file", value: path), id]))
        }
        try await take(records, into: store)
    }

    private static func take(
        _ records: [CatalogRecord], into store: any CatalogImporting & MusicFileStore
    ) async throws {
        guard !records.isEmpty else { return }
        let pending = try await store.beginImport(
            of: ImportSource(name: MusicFile.provider, authority: .service))
        do {
            try await pending.append(records)
        } catch {
            await pending.cancel()
            throw error
        }
        _ = try await pending.commit()
    }
}
