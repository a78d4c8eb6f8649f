internal import Catalog
internal import Postgres

extension CatalogMerge {
    /// What the catalog has of those among the chunk's tracks that it knows by their first id, by their places.
    mutating func knownTracks(among candidates: [Int]) async throws -> [Int: StoredTrack] {
        guard !candidates.isEmpty else { return [:] }
        if let rows = brought?.rows {
            return candidates.reduce(into: [:]) { $0[$1] = rows.track(chunk.tracks[$1].record.ids[0]) }
        }
        let found = try await knownIDs(.track, candidates.map { chunk.tracks[$0].record.ids[0] })
        guard !found.isEmpty else { return [:] }
        let provider = chunk.tracks.lazy.compactMap(\.features.first?.record.provider).first ?? ""
        let stored = try await StoredTrackQuery(ids: found.map(\.id), provider: provider).run(on: session)
        return [Int: StoredTrack](
            found.compactMap { found in stored[found.id].map { (candidates[found.place], $0) } },
            uniquingKeysWith: { $1 })
    }

    /// The entities of those external ids that the catalog knows, by their places.
    ///
    /// A look into the index for each, whatever the planner believes of tables that this very import is filling: where it
    /// joins to a table of which it knows nothing, it reads all of that table for every chunk. Nor does it see which kind is
    /// asked for: of one that the catalog had no ids of it would read each that this import has brought.
    mutating func knownIDs(_ kind: EntityReference.Kind, _ ids: [ExternalID]) async throws -> [(place: Int, id: Int64)]
    {
        guard !ids.isEmpty else { return [] }
        try await copies.settle()
        try await makeKeys()
        var known: [(place: Int, id: Int64)] = []
        for (namespace, places) in Self.byNamespace(ids) {
            let values = places.map { ids[$0].value.withoutZeros }
            let found = try await session.rows(
                """
                SELECT p.place, x.entity_id FROM unnest(\(values)) WITH ORDINALITY AS p (value, place)
                CROSS JOIN LATERAL (SELECT entity_id FROM external_ids
                    WHERE kind = (SELECT '\(unsafeRaw: kind.rawValue)'::entity_kind)
                        AND namespace = \(namespace.withoutZeros) AND value = p.value
                    LIMIT 1) AS x
                """
            ) { (place: try $0[0] as Int, id: try $0[1] as Int64) }
            known += found.map { (places[$0.place - 1], $0.id) }
        }
        return known
    }

    /// Nearly always there is one namespace.
    private static func byNamespace(_ ids: [ExternalID]) -> [(namespace: String, places: [Int])] {
        var groups: [(namespace: String, places: [Int])] = []
        for (place, id) in ids.enumerated() {
            if let index = groups.firstIndex(where: { $0.namespace == id.namespace }) {
                groups[index].places.append(place)
            } else {
                groups.append((id.namespace, [place]))
            }
        }
        return groups
    }
}
