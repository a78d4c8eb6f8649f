internal import Catalog
internal import Postgres
internal import Sampling
internal import Signing

/// Whether feedback names what its listener was given.
///
/// A recommendation that spared a listener is remembered with its tracks, and only feedback on these may name it. Of all
/// others nothing is kept: their ids prove by themselves that they were given, to the listener or to nobody in particular.
struct AttributionCheck {
    let session: PostgresSession
    let listener: String

    /// - Throws: `PlaylistError.unknownRun` or `unknownRecommendation` for what the listener was not given, and
    ///   `notRecommended` for a track that a recommendation did not have.
    func check(_ feedback: [Feedback]) async throws {
        try await checkRuns(Set(feedback.compactMap(\.run)))
        let tracks = Dictionary(grouping: feedback.filter { $0.recommendation != nil }) { $0.recommendation ?? "" }
            .mapValues { Set($0.map(\.track)) }
        guard !tracks.isEmpty else { return }
        let remembered = try await remembered(Array(tracks.keys))
        let keys = try await RecommendationKeyTable.keys(on: session)
        for (recommendation, named) in tracks.sorted(by: { $0.key < $1.key }) {
            if let given = remembered[recommendation] {
                try refuse(named.subtracting(given), recommendation)
            } else if try keys.contains(where: { try $0.made(recommendation, for: listener) }) {
                // It was to be remembered, so it gave out nothing, or nothing that the catalog still has.
                try refuse(named, recommendation)
            } else if try !keys.contains(where: { try $0.made(recommendation, for: Listener.anybody) }) {
                throw PlaylistError.unknownRecommendation(recommendation, listener: listener)
            }
        }
    }

    private func refuse(_ strangers: Set<TrackID>, _ recommendation: String) throws {
        guard !strangers.isEmpty else { return }
        throw PlaylistError.notRecommended(strangers.sorted(), by: recommendation)
    }

    private func checkRuns(_ runs: Set<PlaylistRunID>) async throws {
        guard !runs.isEmpty else { return }
        let made = try await session.rows(
            "SELECT id FROM playlist_runs WHERE id = ANY(\(runs.map(\.rawValue))) AND listener = \(listener)"
        ) { PlaylistRunID(rawValue: try $0[0]) }
        if let stranger = runs.subtracting(made).min(by: { $0.rawValue < $1.rawValue }) {
            throw PlaylistError.unknownRun(stranger, listener: listener)
        }
    }

    private func remembered(_ recommendations: [String]) async throws -> [String: Set<TrackID>] {
        let given = try await session.rows(
            """
            SELECT recommendation_id, track_id FROM plays
            WHERE listener = \(listener) AND kind = 'served' AND recommendation_id = ANY(\(recommendations))
            """
        ) { (try $0[0] as String, TrackID(rawValue: try $0[1])) }
        return Dictionary(grouping: given, by: \.0).mapValues { Set($0.map(\.1)) }
    }
}
