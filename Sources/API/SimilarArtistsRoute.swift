internal import Catalog
internal import HTTPServer
internal import Recommendation

/// `GET /api/v1/artists/{id}/similar`.
struct SimilarArtistsRoute: Sendable {
    let access: ServingAccess

    var route: Route {
        Route(
            "GET", "/api/v1/artists/{id}/similar", access: .token,
            Operation(
                id: "similarArtists", summary: "Find similar artists",
                description: """
                    The artists whose tracks are nearest to an artist's own, by the mean of their vectors. The \
                    contributions of each explanation add up to the score.
                    """,
                parameters: [
                    .init(
                        "id", in: .path, ["type": "string"],
                        "A Spotify link, URI or id of an artist, or namespace:artist:value, encoded."),
                    .init(
                        "k", in: .query,
                        [
                            "type": "integer", "minimum": 1, "maximum": .integer(access.configuration.limits.maximumK),
                            "default": .integer(access.configuration.pageSize),
                        ], "How many artists."),
                ],
                answers: [.init(200, "The similar artists, best first.", .json(.reference("ArtistsAnswer")))],
                problems: [
                    404: "The catalog does not have the artist.", 422: "Too little is known of the artist's tracks.",
                    503: "There is no index yet, the catalog is empty, or the database cannot be reached.",
                ]),
            answer: answer)
    }

    @Sendable private func answer(_ call: Call) throws -> Reply {
        var reader = QueryReader(call.request)
        let artist = reader.reference("id", call.parameters["id"], to: .artist)
        let limits = access.configuration.limits
        let k = reader.whole("k", in: 1...limits.maximumK, usual: min(access.configuration.pageSize, limits.maximumK))
        try reader.check(limit: access.configuration.maximumFaults)
        guard let artist else { return .now(.text("", status: 400)) }
        guard let catalog = try access.catalog() else { return .later { throw try await access.absence() } }
        return .later {
            let members = try await access.store.tracks(of: artist, limit: limits.maximumSeedTracks)
            return try similar(to: artist, members, k, in: catalog)
        }
    }

    private func similar(
        to artist: EntityReference, _ members: [TrackID]?, _ k: Int, in catalog: ServingCatalog
    ) throws(Problem) -> HTTPResponse {
        do throws(RecommendationError) {
            guard let members else { throw .unknownSeeds([artist]) }
            return .json(try Recommender(catalog).similarArtists(to: artist, members: members, k: k).json())
        } catch {
            throw Problem(error, parameters: [("id", artist)])
        }
    }
}
