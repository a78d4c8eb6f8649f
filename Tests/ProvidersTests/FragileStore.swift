import Catalog
import Foundation
import Providers

/// A store that fails when it is told remarks, so many times.
struct FragileStore: EnrichmentStore, SimilarityStore, SoundStore {
    struct Broken: Error {}

    let store: any Enricher.Store
    let failures: Countdown

    func subjects(
        lacking source: String, version: String, namespaces: [String], after id: TrackID, limit: Int, at moment: Date
    ) async throws -> [EnrichmentSubject] {
        try await store.subjects(
            lacking: source, version: version, namespaces: namespaces, after: id, limit: limit, at: moment)
    }

    func postponed(
        by source: String, version: String, namespaces: [String], since begun: Date, limit: Int, at moment: Date
    ) async throws -> [EnrichmentSubject] {
        try await store.postponed(
            by: source, version: version, namespaces: namespaces, since: begun, limit: limit, at: moment)
    }

    func due(by source: String, version: String, namespaces: [String], isGivenUpToo: Bool) async throws -> Date? {
        try await store.due(by: source, version: version, namespaces: namespaces, isGivenUpToo: isGivenUpToo)
    }

    func postpone(_ tracks: [TrackID], of source: String, version: String, at moment: Date) async throws {
        try await store.postpone(tracks, of: source, version: version, at: moment)
    }

    func keep(_ enrichments: [Enrichment]) async throws {
        if failures.strikes() { throw Broken() }
        try await store.keep(enrichments)
    }

    func rememberMisses(
        _ tracks: [TrackID], of source: String, version: String, until end: Date, at moment: Date
    ) async throws {
        try await store.rememberMisses(tracks, of: source, version: version, until: end, at: moment)
    }

    func enrichments(
        _ filter: EnrichmentFilter, after place: EnrichmentPlace?, limit: Int
    ) async throws -> [Enrichment] { try await store.enrichments(filter, after: place, limit: limit) }

    func enrichmentCounts() async throws -> [EnrichmentCount] { try await store.enrichmentCounts() }

    func keep(_ similar: [TrackID: [SimilarTrack]], by source: String, at moment: Date) async throws -> Int {
        try await store.keep(similar, by: source, at: moment)
    }

    func described(_ tracks: [TrackID], by provider: String) async throws -> Set<TrackID> {
        try await store.described(tracks, by: provider)
    }

    func keep(_ sounds: [TrackID: SoundRecord], by provider: String) async throws {
        try await store.keep(sounds, by: provider)
    }

    func similar(to seeds: [TrackID], by source: String, limit: Int) async throws -> [SimilarityMatch] {
        try await store.similar(to: seeds, by: source, limit: limit)
    }
}
