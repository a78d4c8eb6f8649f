internal import Catalog
internal import Foundation
internal import SoundDocument

/// Files whose analyses are kept together.
struct FolderBatch: Sendable {
    private let store: any CatalogImporting & MusicFileStore
    private var records: [CatalogRecord] = []
    private var files: [AnalyzedFile] = []
    /// The file that has the track of another one of this batch: an import finds tracks of its own by their first id only.
    private var originals: [String: String] = [:]

    init(store: any CatalogImporting & MusicFileStore) { self.store = store }

    /// Notes that a file cannot be analysed.
    mutating func refuse(_ file: MusicFile) { files.append(AnalyzedFile(file: file)) }

    /// Lets the track of another file be known by this one's path too.
    mutating func add(file: MusicFile, copyOf path: String) {
        let original = originals[path] ?? path
        originals[file.path] = original
        let other = ExternalID(namespace: "file", value: original)
        records.append(.track(TrackRecord(ids: [other, file.trackID])))
        files.append(AnalyzedFile(file: file))
    }

    /// Adds a file with its document; false where it is a recording that the catalog or the batch has already.
    mutating func add(_ file: MusicFile, _ document: SoundDocument) async throws -> Bool {
        let print = document.fingerprint.map { RecordingPrint(duration: document.file.duration, values: $0.values) }
        if let print, let other = try await sameRecording(as: print, besides: file.path) {
            add(file: file, copyOf: other)
            files[files.count - 1].print = print
            return false
        }
        records.append(.track(FileTags(document.tags).record(of: file, duration: document.file.duration)))
        records.append(
            .features(
                FeaturesRecord(
                    track: file.trackID, provider: FolderAnalysis.provider, features: document.features)))
        files.append(AnalyzedFile(file: file, sound: try document.soundRecord(), print: print))
        return true
    }

    private func sameRecording(as print: RecordingPrint, besides path: String) async throws -> String? {
        let here = files.compactMap { file in file.print.map { (path: file.file.path, print: $0) } }
        let there = try await store.recordings(like: print)
        return (here + there).first { $0.path != path && RecordingMatch.isSame($0.print, print) }?.path
    }

    /// Makes the batch visible: tracks and features first, on which the rest builds.
    consuming func commit() async throws {
        if !records.isEmpty {
            let pending = try await store.beginImport(
                of: ImportSource(name: FolderAnalysis.provider, authority: .service))
            do {
                try await pending.append(records)
            } catch {
                await pending.cancel()
                throw error
            }
            _ = try await pending.commit()
        }
        if !files.isEmpty { try await store.keep(files, provider: FolderAnalysis.provider) }
    }
}
