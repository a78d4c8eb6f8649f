public import Catalog
internal import Features
public import Foundation
internal import Postgres
public import Rules

extension PostgresStore: RuleMatching {
    /// The tracks for which a group holds at a moment, in ascending order, by what one listener did or anybody.
    /// - Throws: `CatalogStoreError`.
    public func tracks(
        matching group: RuleGroup, at moment: Date, heardBy listener: String?
    ) async throws -> [TrackID] {
        try await withRuleSession { session in
            let (source, condition) = try await Self.sql(group, at: moment, heardBy: listener, on: session)
            return try await session.rows(
                "SELECT t.id FROM \(fragment: source) WHERE \(fragment: condition) ORDER BY t.id"
            ) { TrackID(rawValue: try $0[0]) }
        }
    }

    /// The most popular tracks for which a group holds at a moment, best first, at most `limit`; all of them counted.
    /// - Throws: `CatalogStoreError`.
    public func mostPopular(
        matching group: RuleGroup, at moment: Date, limit: Int
    ) async throws -> (tracks: [TrackID], total: Int) {
        try await withRuleSession { session in
            let (source, condition) = try await Self.sql(group, at: moment, on: session)
            let found = try await session.rows(
                """
                SELECT t.id, count(*) OVER () FROM \(fragment: source) WHERE \(fragment: condition)
                ORDER BY t.popularity DESC NULLS LAST, t.id LIMIT \(max(1, limit))
                """
            ) { (track: TrackID(rawValue: try $0[0]), total: try $0[1] as Int) }
            return (found.prefix(max(0, limit)).map(\.track), found.first?.total ?? 0)
        }
    }

    /// For each group the tracks for which it holds, all as of one moment, and all tracks that there are.
    /// - Throws: `CatalogStoreError`.
    public func classify(
        _ groups: [RuleGroup], at moment: Date, _ report: @Sendable (Int) -> Void
    ) async throws -> (tracks: [TrackID], matching: [[TrackID]]) {
        try await withRuleSession { session in
            let tracks = try await session.rows("SELECT id FROM tracks ORDER BY id") { TrackID(rawValue: try $0[0]) }
            var matching: [[TrackID]] = []
            for (place, group) in groups.enumerated() {
                let (source, condition) = try await Self.sql(group, at: moment, on: session)
                matching.append(
                    try await session.rows(
                        "SELECT t.id FROM \(fragment: source) WHERE \(fragment: condition) ORDER BY t.id"
                    ) { TrackID(rawValue: try $0[0]) })
                report(place + 1)
            }
            return (tracks, matching)
        }
    }

    /// What is known of the tracks that exist, in order of id.
    /// - Throws: `CatalogStoreError`.
    public func facts(
        of tracks: [TrackID], heardBy listener: String?
    ) async throws -> [(track: TrackID, facts: RuleFacts)] {
        guard !tracks.isEmpty else { return [] }
        return try await withRuleSession { session in
            try await RuleFactsLoading(session: session, listener: listener).facts(tracks.map(\.rawValue))
        }
    }

    private static func sql(
        _ group: RuleGroup, at moment: Date, heardBy listener: String? = nil, on session: PostgresSession
    ) async throws -> (source: SQL, condition: SQL) {
        var builder = RuleSQL(
            moment: moment.timeIntervalSince1970, calibrations: try await FeatureChoice.calibrations(session),
            listener: listener)
        let condition = builder.condition(group)
        return (builder.source, condition)
    }

    /// One view of the catalog, and room to hash a million ids: a list of tracks that does not fit is looked through
    /// once for every track.
    private func withRuleSession<Value: Sendable>(
        _ body: @Sendable (PostgresSession) async throws -> Value
    ) async throws -> Value {
        try await withSession { session in
            try await session.withTransaction(isolation: .repeatableRead, readOnly: true) { session in
                try await session.executeScript("SET LOCAL work_mem = '256MB'; SET LOCAL jit = off")
                return try await body(session)
            }
        }
    }
}
