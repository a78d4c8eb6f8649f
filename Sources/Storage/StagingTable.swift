/// The temporary tables that an import's records are copied into before they are merged.
///
/// `no` numbers the rows of each table in order of arrival. Rows point at each other by it, so that a track's row does
/// not repeat its artists' names.
enum StagingTable: Int, CaseIterable, Sendable {
    case artist
    case album
    case track
    case alias
    case features
    case analysis
    case playlist
    case entry
    case saved
    case mention
    case play

    var name: String { "in_\(self)" }
    var definition: String { "CREATE TEMP TABLE \(name) (\(columns)) ON COMMIT DROP;\n" }

    /// Whether its rows are merged at the end of an import, when every track that they may name is known.
    var waits: Bool {
        switch self {
        case .artist, .album, .track, .alias, .features: false
        case .analysis, .playlist, .entry, .saved, .mention, .play: true
        }
    }

    var columns: String {
        switch self {
        case .artist:
            """
            no integer, namespace text COLLATE "C", value text COLLATE "C", name text, name_key text COLLATE "C",
            genres text[], popularity integer
            """
        case .album:
            """
            no integer, namespace text COLLATE "C", value text COLLATE "C", name text, name_key text COLLATE "C",
            artist integer, released text, kind text, total_tracks integer
            """
        case .track:
            """
            no integer, namespace text COLLATE "C", value text COLLATE "C", has_alias boolean, name text, credit text,
            artists integer[], album integer, released text, duration_ms integer, popularity integer, explicit boolean,
            track_number integer, disc_number integer, genres text[]
            """
        case .alias: "track integer, no integer, namespace text COLLATE \"C\", value text COLLATE \"C\""
        case .features:
            "\(Self.subject), provider text COLLATE \"C\", "
                + FeatureColumns.names.map { "\($0) real" }.joined(separator: ", ")
        case .analysis: "\(Self.subject), provider text COLLATE \"C\", metrics text"
        case .playlist:
            """
            no integer, namespace text COLLATE "C", value text COLLATE "C", name text, summary text, snapshot text,
            owner text, total integer
            """
        case .entry:
            """
            \(Self.subject), playlist_namespace text COLLATE "C", playlist_value text COLLATE "C", position integer,
            added_at double precision
            """
        case .saved: "\(Self.subject), saved_at double precision"
        case .mention:
            """
            no integer, value text COLLATE "C", line integer, namespaces text[], ids text[], artist text, title text,
            duration_ms integer
            """
        case .play:
            """
            \(Self.subject), source text COLLATE "C", played_at double precision, kind text, ms_played integer, reason text,
            offline boolean
            """
        }
    }

    /// The columns that merges join on, and so the only ones whose statistics are worth gathering.
    var keys: String {
        switch self {
        case .artist: "no, namespace, value, name_key"
        case .album: "no, namespace, value, name_key, artist"
        case .track, .playlist: "no, namespace, value"
        case .alias: "track, namespace, value"
        case .features, .analysis, .saved, .play: "no, track, namespace, value"
        case .mention: "no, value"
        case .entry: "no, track, namespace, value, playlist_namespace, playlist_value"
        }
    }

    /// What names a track: the number of a row of `in_track` where that is known, its external id otherwise.
    private static let subject = "no integer, track integer, namespace text COLLATE \"C\", value text COLLATE \"C\""
}
