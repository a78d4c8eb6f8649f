public import Catalog
internal import Features
internal import VectorIndex

extension Recommender {
    /// The artists whose tracks' mean vectors are nearest to that of an artist's own tracks.
    /// - Parameters:
    ///   - artist: the artist.
    ///   - members: its tracks.
    ///   - k: how many artists, at least 1.
    /// - Throws: `emptySeeds` where it has no tracks, `seedsWithoutFeatures` where nothing is known of its tracks, or `indexFailed`.
    public func similarArtists(
        to artist: EntityReference, members: [TrackID], k: Int
    ) throws(RecommendationError) -> ArtistsAnswer {
        precondition(k >= 1, "at least one artist is asked for")
        let tracks = try SeedTracks(
            positive: [artist], negative: [], members: [artist: members], catalog: catalog,
            limits: RecommendationLimits()
        ).positive
        let segment = catalog.segments[0]
        let own = ownArtist(of: tracks, segment.snapshot)
        let query = try centroid(tracks)
        let neighbors = try onIndex { () throws(VectorIndexError) in
            guard let index = segment.artists, index.count > 0 else { return [Neighbor]() }
            return try index.search(query.values.span, k: min(k + 1, index.count), probes: index.listCount).neighbors
        }
        var items: [ArtistsAnswer.Item] = []
        for neighbor in neighbors {
            if let item = try item(neighbor, query, besides: own, in: segment) { items.append(item) }
        }
        return ArtistsAnswer(
            generation: catalog.generation, artist: own, items: Array(items.prefix(k)), snapshot: segment.snapshot)
    }

    /// The one artist that all of the tracks credit first; the internal id is not asked for, because a reference may be
    /// any of the artist's names.
    private func ownArtist(of tracks: [TrackHandle], _ snapshot: CatalogSnapshot) -> Int? {
        let first = tracks.lazy.compactMap { catalog.snapshot($0).artists($0.row).first }.first
        return first.flatMap { snapshot.row(ofArtist: $0) }
    }

    private func centroid(_ tracks: [TrackHandle]) throws(RecommendationError) -> SeedQuery {
        do throws(FeatureSpaceError) {
            return try SeedQuery(seeds: tracks.compactMap { catalog.vector($0) }, in: catalog.space)
        } catch {
            throw .nothingToCompare
        }
    }

    private func item(
        _ neighbor: Neighbor, _ query: SeedQuery, besides own: Int?, in segment: ServingSegment
    ) throws(RecommendationError) -> ArtistsAnswer.Item? {
        guard let row = segment.snapshot.row(ofArtist: ArtistID(rawValue: neighbor.id)), row != own,
            let index = segment.artists
        else { return nil }
        let vector = try onIndex { () throws(VectorIndexError) in try index.vector(at: neighbor.location) }
        let parts = catalog.space.contributions(query: query.values, vector: vector)
            .map { Explanation.Part(source: .block($0.block), contribution: $0.contribution) }
            .sorted(by: Explanation.Part.isBefore)
        return ArtistsAnswer.Item(
            artist: row, score: neighbor.score, text: ExplanationWords.sentence(ofArtists: parts), parts: parts)
    }
}
