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
    ///   `notRecommended` or `notInRun` for a track that was not among what is named.
    func check(_ feedback: [Feedback]) async throws {
        try await checkRuns(feedback)
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

    private func checkRuns(_ feedback: [Feedback]) async throws {
        var named: [PlaylistRunID: Set<TrackID>] = [:]
        for event in feedback { if let run = event.run { named[run, default: []].insert(event.track) } }
        guard !named.isEmpty else { return }
        let given = try await given(by: named.keys.map(\.rawValue))
        for (run, tracks) in named.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            guard let given = given[run] else { throw PlaylistError.unknownRun(run, listener: listener) }
            let strangers = tracks.subtracting(given)
            guard strangers.isEmpty else { throw PlaylistError.notInRun(strangers.sorted(), run) }
        }
    }

    /// What the listener's runs among some gave out: nothing, where they failed.
    private func given(by runs: [Int64]) async throws -> [PlaylistRunID: Set<TrackID>] {
        let rows = try await session.rows(
            """
            SELECT r.id, t.track_id FROM playlist_runs r LEFT JOIN playlist_run_tracks t ON t.run_id = r.id
            WHERE r.id = ANY(\(runs)) AND r.listener = \(listener)
            """
        ) { (PlaylistRunID(rawValue: try $0[0]), (try $0[1] as Int64?).map(TrackID.init(rawValue:))) }
        return Dictionary(grouping: rows, by: \.0).mapValues { Set($0.compactMap(\.1)) }
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
