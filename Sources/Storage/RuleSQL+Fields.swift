internal import Catalog
internal import Features
internal import Postgres
internal import Rules
internal import Sampling

extension RuleSQL {
    /// The values that a field has for `tracks t`.
    mutating func values(of field: RuleField) -> RuleValues {
        switch field {
        case .number(.feature(let feature)): .scalar(chosen(feature))
        case .number(.year): .scalar("(left(coalesce(t.released, \(unsafeRaw: album).released), 4)::integer::float8)")
        case .number(.popularity): .scalar("(t.popularity::float8)")
        case .number(.playlistCount): .scalar(playlistCount)
        case .text(.name): .scalar("nullif(fold_text(t.name), '')")
        case .text(.album): .scalar("nullif(fold_text(\(unsafeRaw: album).name), '')")
        case .text(.artist):
            .listed(track: "c.track_id", from: "track_artists c JOIN artists a ON a.id = c.artist_id", text: "a.name")
        case .text(.genre): .joined(FoldedTexts(of: "t.genres", separator: separator))
        case .explicit: .scalar("t.explicit")
        case .stored(let field): stored(field)
        case .feature(let feature, let name):
            .scalar("(\(unsafeRaw: provider(name)).\(unsafeRaw: feature.name)::float8)")
        case .enrichment(let field): said(field)
        case .playlist: .playlists
        }
    }

    private var album: String {
        mutating get { join("al", "LEFT JOIN albums al ON al.id = t.album_id") }
    }

    private var firstArtist: String {
        mutating get {
            join(
                "fa",
                """
                LEFT JOIN track_artists fc ON fc.track_id = t.id AND fc.position = 0
                LEFT JOIN artists fa ON fa.id = fc.artist_id
                """)
        }
    }

    private var playlistCount: SQL {
        mutating get {
            let alias = join(
                "pc",
                """
                LEFT JOIN (SELECT track_id, count(DISTINCT playlist_id) AS lists FROM playlist_entries GROUP BY track_id) pc
                ON pc.track_id = t.id
                """)
            return "coalesce(\(unsafeRaw: alias).lists::float4::float8, 0)"
        }
    }

    private func said(_ field: EnrichmentField) -> RuleValues {
        var places: [SQL] = []
        if let source = field.source { places.append("e.source = \(source)") }
        if let least = field.leastConfidence { places.append("e.confidence >= \(least)") }
        let value: SQL = "(e.categories -> \(field.category))"
        places.append("\(fragment: value) IS NOT NULL")
        return .said(where: Self.joined(places, by: " AND "), value: value)
    }

    // MARK: Audio features

    /// Spotify's value where it has any for the track, else that of the provider that `FeatureChoice` prefers, as its
    /// calibration has it.
    private mutating func chosen(_ feature: AudioFeature) -> SQL {
        let reference = join("fs", "LEFT JOIN audio_features fs ON fs.track_id = t.id AND fs.provider = 'spotify'")
        let other = join(
            "fo",
            """
            LEFT JOIN (SELECT DISTINCT ON (track_id) * FROM audio_features WHERE provider <> 'spotify'
                ORDER BY track_id, \(fragment: FeatureChoice.order)) fo ON fo.track_id = t.id
            """)
        let name = feature.name
        let calibrated = calibrated(
            feature, "\(unsafeRaw: other).\(unsafeRaw: name)", of: "\(unsafeRaw: other).provider")
        let value: SQL = """
            (CASE WHEN \(unsafeRaw: reference).track_id IS NOT NULL THEN \(unsafeRaw: reference).\(unsafeRaw: name)
             ELSE \(fragment: calibrated) END)
            """
        guard feature == .duration else { return "(\(fragment: value)::float8)" }
        return "(coalesce(t.duration_ms::float4, \(fragment: value))::float8)"
    }

    private func calibrated(_ feature: AudioFeature, _ value: SQL, of provider: SQL) -> SQL {
        let cases = calibrations.compactMap { calibration -> SQL? in
            guard let fit = calibration.fits.first(where: { $0.feature == feature }) else { return nil }
            switch fit.verdict {
            case .needsNone, .tooFew: return nil
            case .unrelated: return "WHEN \(calibration.provider) THEN NULL"
            case .calibrate:
                let mapped = fit.map.map { Self.applied($0, to: value) } ?? "NULL"
                return "WHEN \(calibration.provider) THEN \(fragment: mapped)"
            }
        }
        guard !cases.isEmpty else { return value }
        let all = cases.dropFirst().reduce(cases[0]) { "\(fragment: $0) \(fragment: $1)" }
        return "(CASE \(fragment: provider) \(fragment: all) ELSE \(fragment: value) END)"
    }

    /// `QuantileMap.applied(to:)` step by step in the same 32-bit arithmetic, so that both round alike.
    private static func applied(_ map: QuantileMap, to value: SQL) -> SQL {
        var cases: SQL = "WHEN \(fragment: value) <= \(map.from[0]) THEN \(map.to[0])"
        for knot in map.from.indices.dropFirst() {
            let (width, rise) = (map.from[knot] - map.from[knot - 1], map.to[knot] - map.to[knot - 1])
            cases = """
                \(fragment: cases) WHEN \(fragment: value) <= \(map.from[knot])
                THEN \(map.to[knot - 1]) + (\(fragment: value) - \(map.from[knot - 1])) / \(width) * \(rise)
                """
        }
        return """
            (CASE WHEN \(fragment: value) IS NULL THEN NULL \(fragment: cases) ELSE \(map.to[map.to.count - 1]) END)
            """
    }
}

extension RuleSQL {
    private mutating func stored(_ field: StoredField) -> RuleValues {
        switch field {
        case .released: .scalar(released)
        case .trackNumber: .scalar("(t.track_number::float8)")
        case .discNumber: .scalar("(t.disc_number::float8)")
        case .artistCount: .scalar("((SELECT count(*) FROM track_artists n WHERE n.track_id = t.id)::float8)")
        case .artistGenre:
            .listed(
                track: "c.track_id",
                from: "track_artists c JOIN artists a ON a.id = c.artist_id, unnest(a.genres) AS g (name)",
                text: "g.name")
        case .artistPopularity: .scalar("(\(unsafeRaw: firstArtist).popularity::float8)")
        case .albumArtist:
            .scalar("nullif(fold_text((SELECT b.name FROM artists b WHERE b.id = \(unsafeRaw: album).artist_id)), '')")
        case .albumType: .scalar("nullif(fold_text(\(unsafeRaw: album).kind), '')")
        case .albumTracks: .scalar("(\(unsafeRaw: album).total_tracks::float4::float8)")
        case .saved: .scalar("(\(unsafeRaw: library).track_id IS NOT NULL)")
        case .savedAt: .scalar("(extract(epoch FROM \(unsafeRaw: library).saved_at)::float8)")
        default: .scalar(played(field))
        }
    }

    private var released: SQL {
        mutating get {
            let date: SQL = "left(coalesce(t.released, \(unsafeRaw: album).released) || '-01-01', 10)::date"
            return "((\(fragment: date) - DATE '1970-01-01') * 86400::float8)"
        }
    }

    /// The library is the standard listener's.
    private var library: String {
        mutating get {
            let isTheirs = listener ?? Listener.standard == Listener.standard
            return join("sv", "LEFT JOIN saved_tracks sv ON sv.track_id = t.id AND \(isTheirs)")
        }
    }

    private mutating func played(_ field: StoredField) -> SQL {
        let theirs: SQL = listener.map { "WHERE listener = \($0)" } ?? ""
        let alias = join(
            "pl",
            """
            LEFT JOIN (SELECT track_id, count(*) FILTER (WHERE kind = 'played') AS plays,
                count(*) FILTER (WHERE kind = 'skipped') AS skips, count(*) FILTER (WHERE kind = 'liked') AS likes,
                count(*) FILTER (WHERE kind = 'served') AS serves,
                min(played_at) FILTER (WHERE kind = 'played') AS first_played,
                max(played_at) FILTER (WHERE kind = 'played') AS last_played,
                max(played_at) FILTER (WHERE kind = 'skipped') AS last_skipped,
                max(played_at) FILTER (WHERE kind = 'liked') AS last_liked,
                max(played_at) FILTER (WHERE kind = 'served') AS last_served
                FROM plays \(fragment: theirs) GROUP BY track_id) pl ON pl.track_id = t.id
            """)
        switch field {
        case .playCount: return Self.count("\(alias).plays")
        case .skipCount: return Self.count("\(alias).skips")
        case .likeCount: return Self.count("\(alias).likes")
        case .servedCount: return Self.count("\(alias).serves")
        case .skipRate:
            return
                "((\(unsafeRaw: alias).skips::float4 / nullif(\(unsafeRaw: alias).skips + \(unsafeRaw: alias).plays, 0)::float4)::float8)"
        default: return "(extract(epoch FROM \(unsafeRaw: alias).\(unsafeRaw: field.rawValue))::float8)"
        }
    }

    private static func count(_ column: String) -> SQL { "coalesce(\(unsafeRaw: column)::float4::float8, 0)" }
}
