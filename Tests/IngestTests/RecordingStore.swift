import Catalog
import Foundation
import Synchronization

@testable import Ingest

/// Takes down what a reader brings, for tests of readers alone; what a database makes of it is tested with Storage.
final class RecordingStore: CatalogImporting, CatalogImport {
    struct State {
        var source: ImportSource?
        var records: [CatalogRecord] = []
        var largestBatch = 0
        var recordCount = 0
        var commits = 0
        var cancels = 0
    }

    let state = Mutex(State())
    private let keepsRecords: Bool
    private let failure: CatalogStoreError?

    init(keepsRecords: Bool = true, failure: CatalogStoreError? = nil) {
        self.keepsRecords = keepsRecords
        self.failure = failure
    }

    func beginImport(of source: ImportSource) async throws -> any CatalogImport {
        state.withLock { $0.source = source }
        return self
    }

    func append(_ records: [CatalogRecord]) async throws {
        if let failure { throw failure }
        state.withLock {
            if keepsRecords { $0.records += records }
            $0.recordCount += records.count
            $0.largestBatch = max($0.largestBatch, records.count)
        }
    }

    func commit() async throws -> ImportCounts {
        state.withLock { $0.commits += 1 }
        return ImportCounts()
    }

    func cancel() async { state.withLock { $0.cancels += 1 } }
}

/// What an import of some bytes or of a file led to.
struct Imported {
    var report: ImportReport
    var records: [CatalogRecord]
    var source: ImportSource?

    var tracks: [TrackRecord] { records.compactMap { if case .track(let track) = $0 { track } else { nil } } }
    var features: [FeaturesRecord] { records.compactMap { if case .features(let it) = $0 { it } else { nil } } }
    var playlists: [PlaylistRecord] { records.compactMap { if case .playlist(let it) = $0 { it } else { nil } } }
    var entries: [PlaylistEntryRecord] {
        records.compactMap { if case .playlistEntry(let it) = $0 { it } else { nil } }
    }
    var saved: [SavedTrackRecord] { records.compactMap { if case .savedTrack(let it) = $0 { it } else { nil } } }
    var artists: [ArtistRecord] { records.compactMap { if case .artist(let it) = $0 { it } else { nil } } }
    var albums: [AlbumRecord] { records.compactMap { if case .album(let it) = $0 { it } else { nil } } }
    var analyses: [AnalysisRecord] { records.compactMap { if case .analysis(let it) = $0 { it } else { nil } } }
    var reasons: [String] { report.problems.map(\.reason) }

    /// Imports a file; whatever happens, the import is either committed once or cancelled once.
    static func file(_ path: String, _ options: ImportOptions = ImportOptions()) async throws(ImportError) -> Imported {
        let store = RecordingStore()
        do throws(ImportError) {
            let report = try await FileImporter(store: store, options: options).importFile(path: path)
            return store.state.withLock { Imported(report: report, records: $0.records, source: $0.source) }
        } catch {
            let state = store.state.withLock { $0 }
            precondition(state.commits == 0 && state.cancels == (state.source == nil ? 0 : 1), "not left alone")
            throw error
        }
    }

    /// Imports a file made of bytes.
    static func bytes(
        _ bytes: some Sequence<UInt8>, name: String = "it", _ options: ImportOptions = ImportOptions()
    ) async throws(ImportError) -> Imported {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ingest-\(UUID().uuidString)")
        let url = folder.appending(path: name)
        guard (try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)) != nil,
            (try? Data(bytes).write(to: url)) != nil
        else { preconditionFailure("no temporary directory") }
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await file(url.path(), options)
    }

    /// Imports a file made of text.
    static func text(
        _ text: String, name: String = "it", _ options: ImportOptions = ImportOptions()
    ) async throws(ImportError) -> Imported {
        try await bytes(Array(text.utf8), name: name, options)
    }

    /// The refusal of a text that must be refused.
    static func refusal(
        _ text: String, name: String = "it", _ options: ImportOptions = ImportOptions()
    ) async -> ImportError? {
        do throws(ImportError) {
            _ = try await Imported.text(text, name: name, options)
            return nil
        } catch {
            return error
        }
    }
}

/// Real data that lies beside the repository, where there is any.
enum Shared {
    static let folder: String? = {
        let beside = URL(filePath: #filePath).appending(path: "../../../../shared").standardizedFileURL.path()
        let path = ProcessInfo.processInfo.environment["SEGUE_SHARED"] ?? beside
        return FileManager.default.fileExists(atPath: path + "/data/spotify_songs.csv.gz") ? path : nil
    }()
    static let isPresent = folder != nil
    static func path(_ name: String) -> String { (folder ?? "") + "/" + name }
    static func fixture(_ name: String) -> String { path("fixtures/spotify/\(name).json") }
}

/// Ids that are well formed.
func id(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "A", count: 22 - digits.count) + digits
}

extension Imported {
    var mentions: [MentionRecord] { records.compactMap { if case .mention(let it) = $0 { it } else { nil } } }
    var plays: [PlayRecord] { records.compactMap { if case .play(let it) = $0 { it } else { nil } } }
}
