import Catalog

/// Imports into a store that also note which tracks their source brought.
///
/// Tracks are noted before they are in the catalog, where a note of something that never arrives counts for nothing;
/// afterwards, an interruption could lose it. Tracks that are only mentioned are in the catalog before, or noted as tracks
/// of the same source.
struct NotingImports: CatalogImporting {
    private let source: String
    private let store: any SourceIngest.Store

    /// Imports of a source, by its key.
    init(_ source: String, store: any SourceIngest.Store) { (self.source, self.store) = (source, store) }

    func beginImport(of source: ImportSource) async throws -> any CatalogImport {
        NotingImport(source: self.source, notes: store, pending: try await store.beginImport(of: source))
    }
}

private struct NotingImport: CatalogImport {
    let source: String
    let notes: any SourceTrackStore
    let pending: any CatalogImport

    func append(_ records: [CatalogRecord]) async throws {
        let tracks = records.compactMap { record -> ExternalID? in
            guard case .track(let track) = record else { return nil }
            return track.ids.first { $0.namespace == "spotify" } ?? track.ids.first
        }
        let mentions = records.compactMap { record -> MentionRecord? in
            if case .mention(let mention) = record { mention } else { nil }
        }
        try await notes.note(tracks, from: source)
        try await notes.note(mentions, from: source)
        try await pending.append(records)
    }

    func commit() async throws -> ImportCounts { try await pending.commit() }
    func cancel() async { await pending.cancel() }
}
