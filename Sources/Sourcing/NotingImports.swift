import Catalog
import Synchronization

/// Imports into a store that also note which tracks their source brought, and count what it held.
///
/// Tracks are noted before they are in the catalog, where a note of something that never arrives counts for nothing;
/// afterwards, an interruption could lose it. Until the import is about to be committed they are noted aside, so that what
/// is refused as a whole was not brought. Tracks that are only mentioned are in the catalog before, or noted as tracks
/// of the same source. What is counted is what was committed.
final class NotingImports: CatalogImporting {
    /// What a source held, each mention counted.
    struct Tally: Sendable, Hashable {
        var tracks = 0
        var entries = 0
        /// By their hashes: the names of a million playlists would take a tenth of a gigabyte.
        var playlists: Set<Int> = []

        fileprivate mutating func add(_ record: CatalogRecord) {
            switch record {
            case .track, .mention: tracks += 1
            case .playlist(let playlist): playlists.insert(playlist.id.hashValue)
            case .playlistEntry(let entry):
                entries += 1
                playlists.insert(entry.playlist.hashValue)
            default: break
            }
        }
    }

    private let source: String
    private let store: any SourceIngest.Store
    private let held = Mutex(Tally())

    /// Imports of a source, by its key.
    init(_ source: String, store: any SourceIngest.Store) { (self.source, self.store) = (source, store) }

    /// Where a source's tracks are noted until their import is committed; no source has such a key.
    fileprivate static func aside(_ source: String) -> String { "aside \(source)" }

    /// What all imports so far held.
    var tally: Tally { held.withLock { $0 } }

    func beginImport(of source: ImportSource) async throws -> any CatalogImport {
        let pending = try await store.beginImport(of: source)
        // One job at a time is at a source: these are of one that was interrupted.
        _ = try await store.forgetTracks(of: Self.aside(self.source))
        return NotingImport(source: self.source, notes: store, pending: pending) { tally in
            self.held.withLock { held in
                held.tracks += tally.tracks
                held.entries += tally.entries
                held.playlists.formUnion(tally.playlists)
            }
        }
    }
}

private final class NotingImport: CatalogImport {
    private let source: String
    private let notes: any SourceTrackStore
    private let pending: any CatalogImport
    private let committed: @Sendable (NotingImports.Tally) -> Void
    private let tally = Mutex(NotingImports.Tally())

    init(
        source: String, notes: any SourceTrackStore, pending: any CatalogImport,
        committed: @escaping @Sendable (NotingImports.Tally) -> Void
    ) {
        (self.source, self.notes, self.pending, self.committed) = (source, notes, pending, committed)
    }

    func append(_ records: [CatalogRecord]) async throws {
        let tracks = records.compactMap { record -> ExternalID? in
            guard case .track(let track) = record else { return nil }
            return track.ids.first { $0.namespace == "spotify" } ?? track.ids.first
        }
        let mentions = records.compactMap { record -> MentionRecord? in
            if case .mention(let mention) = record { mention } else { nil }
        }
        try await notes.note(tracks, from: NotingImports.aside(source))
        try await notes.note(mentions, from: NotingImports.aside(source))
        try await pending.append(records)
        tally.withLock { tally in for record in records { tally.add(record) } }
    }

    func commit() async throws -> ImportCounts {
        try await notes.adoptTracks(of: NotingImports.aside(source), as: source)
        let counts = try await pending.commit()
        committed(tally.withLock { $0 })
        return counts
    }

    func cancel() async {
        await pending.cancel()
        // Should this fail, the next import of the source does it.
        _ = try? await notes.forgetTracks(of: NotingImports.aside(source))
    }
}
