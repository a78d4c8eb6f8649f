internal import Catalog
internal import Ingest
internal import Providers
internal import Recommendation
internal import Sourcing

/// Seeds that the catalog lacks, and what it takes to get them.
struct SeedFetch: Sendable {
    let fetching: any SourceFetching
    let token: SpotifyAccessToken?
    /// Those that the catalog has in part.
    let partial: Set<EntityReference>

    /// The sources that references name; nil where one of them cannot be fetched.
    static func sources(of references: [EntityReference]) -> [Source]? {
        let sources = Set(references).compactMap { Source($0) }
        return sources.count == Set(references).count ? sources.sorted { $0.description < $1.description } : nil
    }

    /// Takes them over.
    /// - Throws: `Problem` that names the seeds where they cannot be had; `CatalogStoreError`.
    func run(_ sources: [Source], for body: RecommendBody, _ seeds: [EntityReference], limit: Int) async throws
        -> [SourceReport]
    {
        do {
            return try await fetching.fetch(sources, with: token)
        } catch SourceFetchFailure.noSource(let reason) {
            throw body.unknown(seeds, partial, reason, limit: limit)
        } catch SourceError.refused(let reason) {
            throw body.unknown(seeds, partial, reason, limit: limit)
        }
    }
}

extension RecommendationAnswer {
    /// The answer with what was fetched for it.
    func json(id: String, _ reports: [SourceReport]) -> [UInt8] {
        let summary: JSON = [
            "tracks": .integer(generation.tracks),
            "fetched": .array(
                reports.map { report in
                    [
                        "source": .text(report.source.description), "tracks": .integer(report.tracks),
                        "entries": .integer(report.entries), "new_tracks": .integer(report.counts.newTracks),
                        "new_artists": .integer(report.counts.newArtists),
                        "new_albums": .integer(report.counts.newAlbums), "unchanged": .integer(report.unchanged),
                        "local_files": .integer(report.oddities.localFiles),
                        "episodes": .integer(report.oddities.episodes), "empty": .integer(report.oddities.empty),
                    ]
                }),
        ]
        return json(id: id).dropLast() + Array(#","catalog":"#.utf8) + summary.bytes + [UInt8(ascii: "}")]
    }
}
