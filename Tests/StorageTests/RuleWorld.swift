import Catalog
import Features
import Foundation
import Postgres
import Storage
import TestSupport

/// Draws of one random world.
struct RuleDraw {
    private var generator: SplitMix64

    init(seed: UInt64) { generator = SplitMix64(seed: seed) }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &generator) < share }
    mutating func one<Element>(of elements: [Element]) -> Element { elements[number(0...elements.count - 1)] }
    mutating func some<Element>(of elements: [Element], _ count: ClosedRange<Int>) -> [Element] {
        (0..<number(count)).map { _ in one(of: elements) }
    }
    mutating func maybe<Element>(_ share: Double, _ element: (inout RuleDraw) -> Element) -> Element? {
        chance(share) ? element(&self) : nil
    }
}

/// A random catalog in PostgreSQL: nulls, ties, texts of several scripts, and values at the bounds.
enum RuleWorld {
    static let now = 1_800_000_000.0
    static let trackCount = 160
    static let playlistCount = 7

    /// Few different values, so that there are ties; spellings that fold alike, and such that only look alike.
    static let texts = [
        "Blue Monday", "blue monday", "BLUE MONDAY", "Blué Mondáy", "Blue", "Monday", "Straße", "STRASSE", "Ｆｕｌｌｗｉｄｔｈ",
        "ΟΔΟΣ", "οδος", "Οδός", "İstanbul", "istanbul", "Кино", "кино", "Ørsted", "%like_", "a.*b", "^a$", "A\\b",
        "e\u{301}",
        "é", "\u{301}", "  spaced ", "🎵 note", "ﬁn", "fin", "東京", "Ǆ", "ǆ", "K", "k", "x'; DROP TABLE tracks; --",
    ]
    static let genres = ["rock", "Rock", "indie röck", "pop", "ポップ", "k-pop"]
    static let dates = ["1000", "1999", "1999-12", "2000-02-29", "2020-01-01", "2027-01-15", "2999-12-31"]
    static let providers = ["spotify", "reccobeats", "acousticbrainz"]
    static let sources = ["reccobeats", "lastfm", "own"]
    static let categories = ["mood", "energy", "tags", "live"]
    static let featureValues: [Float] = [0, 0.1, 0.25, 0.5, 0.50000006, 0.75, 1]
    static let moments = [
        now, now - 1, now + 1, now - 86_400, now - 86_400.5, now - 7 * 86_400, now - 30 * 86_400, 0,
        now - 3_000 * 86_400,
    ]

    static func fill(_ session: PostgresSession, _ draw: inout RuleDraw) async throws {
        for id in 1...20 as ClosedRange<Int64> {
            try await session.execute(
                """
                INSERT INTO artists (id, name, name_key, genres, popularity)
                VALUES (\(id), \(draw.one(of: texts)), 'k', \(draw.some(of: genres, 0...2)), \(draw.maybe(0.7) { $0.one(of: [0, 50, 100]) }))
                """)
        }
        for id in 1...20 as ClosedRange<Int64> {
            try await session.execute(
                """
                INSERT INTO albums (id, name, name_key, artist_id, released, kind, total_tracks)
                VALUES (\(id), \(draw.maybe(0.8) { $0.one(of: texts) }), 'k', \(draw.maybe(0.7) { Int64($0.number(1...20)) }),
                    \(draw.maybe(0.6) { $0.one(of: dates) }), \(draw.maybe(0.6) { $0.one(of: ["album", "Single", "compilation"]) }),
                    \(draw.maybe(0.5) { $0.number(0...12) })::integer)
                """)
        }
        for id in 1...Int64(playlistCount) {
            try await session.execute("INSERT INTO playlists (id, name) VALUES (\(id), 'p')")
            try await session.execute(
                "INSERT INTO external_ids (kind, namespace, value, entity_id) VALUES ('playlist', 'demo', \("p\(id)"), \(id))"
            )
        }
        for number in 1...Int64(trackCount) { try await addTrack(number * 3 - 1, session, &draw) }
    }

    private static func addTrack(_ id: Int64, _ session: PostgresSession, _ draw: inout RuleDraw) async throws {
        try await session.execute(
            """
            INSERT INTO tracks (id, name, album_id, released, duration_ms, popularity, explicit, track_number, disc_number, genres)
            VALUES (\(id), \(draw.maybe(0.9) { $0.one(of: texts) }), \(draw.maybe(0.8) { Int64($0.number(1...20)) }),
                \(draw.maybe(0.6) { $0.one(of: dates) }), \(draw.maybe(0.6) { $0.one(of: [0, 210_000, 210_001, 16_777_217]) })::integer,
                \(draw.maybe(0.8) { $0.one(of: [0, 1, 50, 99, 100]) })::integer, \(draw.maybe(0.7) { $0.chance(0.5) }),
                \(draw.maybe(0.5) { $0.number(1...3) })::integer, \(draw.maybe(0.5) { $0.number(1...2) })::integer,
                \(draw.some(of: genres, 0...3)))
            """)
        for place in 0..<Int32(draw.number(0...3)) {
            try await session.execute(
                "INSERT INTO track_artists (track_id, position, artist_id) VALUES (\(id), \(place), \(Int64(draw.number(1...20))))"
            )
        }
        for provider in providers where draw.chance(0.4) { try await addFeatures(id, provider, session, &draw) }
        for source in sources where draw.chance(0.5) { try await addSaying(id, source, session, &draw) }
        for _ in 0..<draw.number(0...5) {
            try await session.execute(
                """
                INSERT INTO plays (source, played_at, track_id, kind, listener)
                VALUES ('test', to_timestamp(\(draw.one(of: moments))), \(id),
                    \(draw.one(of: ["played", "skipped", "liked", "served"])), \(draw.one(of: ["default", "default", "anna"])))
                ON CONFLICT DO NOTHING
                """)
        }
        if draw.chance(0.3) {
            try await session.execute(
                "INSERT INTO saved_tracks VALUES (\(id), to_timestamp(\(draw.maybe(0.7) { $0.one(of: moments) })))")
        }
        for playlist in 1...Int64(playlistCount) where draw.chance(0.2) {
            try await session.execute(
                """
                INSERT INTO playlist_entries (playlist_id, position, track_id)
                SELECT \(playlist), count(*), \(id) FROM playlist_entries WHERE playlist_id = \(playlist)
                """)
        }
    }

    private static func addFeatures(
        _ id: Int64, _ provider: String, _ session: PostgresSession, _ draw: inout RuleDraw
    ) async throws {
        try await session.execute(
            """
            INSERT INTO audio_features (track_id, provider, source, energy, valence, tempo, key, duration_ms)
            VALUES (\(id), \(provider), 's', \(draw.maybe(0.8) { $0.one(of: featureValues) }),
                \(draw.maybe(0.6) { Float($0.number(0...1_000_000)) / 1_000_000 }), \(draw.maybe(0.6) { Float($0.number(60...180)) + 0.3 }),
                \(draw.maybe(0.5) { Float($0.number(0...11)) }), \(draw.maybe(0.4) { $0.one(of: [210_000, 123_456.7] as [Float]) }))
            """)
    }

    private static func addSaying(
        _ id: Int64, _ source: String, _ session: PostgresSession, _ draw: inout RuleDraw
    ) async throws {
        var members: [String] = []
        for category in categories where draw.chance(0.6) {
            let value = draw.one(of: [
                "\"happy\"", "\"HÄPPY\"", "\"\"", "0.5", "-1e300", "2", "true", "false", "[]", "[\"happy\", \"sad\"]",
                "[\"\\u0301\"]",
                "[\"chill\"]", "0.1",
            ])
            members.append("\"\(category)\": \(value)")
        }
        try await session.execute(
            """
            INSERT INTO enrichments (track_id, source, version, categories, confidence, retry_at)
            VALUES (\(id), \(source), '1', \("{\(members.joined(separator: ", "))}")::jsonb,
                \(draw.maybe(0.7) { $0.one(of: [0, 0.25, 0.5, 1]) })::float8, CASE WHEN \(draw.chance(0.1)) THEN now() END)
            """)
    }

    /// Calibrations of which one goes through a map, one is upside down, and one leaves features out.
    static func calibrations() throws -> [ProviderCalibration] {
        func pairs(_ energy: (Float) -> Float, _ valence: (Float) -> Float) -> [FeaturePair] {
            (0..<200).map { number in
                var pair = FeaturePair(values: AudioFeatures(), reference: AudioFeatures())
                let value = Float(number) / 199
                pair.values[.energy] = value
                pair.reference[.energy] = energy(value)
                pair.values[.valence] = value * value
                pair.reference[.valence] = valence(value)
                return pair
            }
        }
        return [
            ProviderCalibration(
                provider: "reccobeats", reference: "spotify", pairs: pairs({ $0 * $0 * 0.7 + 0.2 }, { 1 - $0 })),
            ProviderCalibration(
                provider: "acousticbrainz", reference: "spotify",
                pairs: pairs({ Float(Int($0 * 1_000) * 7_919 % 1_000) / 1_000 }, { $0 })),
        ]
    }
}
