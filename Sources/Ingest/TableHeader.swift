internal import Catalog
internal import JSONText

/// A table's first row: which column means what, and whether that is enough.
struct TableHeader {
    /// Two kinds of table that need different columns.
    enum Kind {
        /// A row is a track, perhaps within a playlist.
        case tracks
        /// A row is a playlist.
        case playlists
        /// A row is an entry of a playlist, which names its track by title and artist or by ISRC.
        case mentions
    }

    /// The columns' names as written.
    let names: [String]
    /// What a row is.
    let kind: Kind
    /// The columns that audio features come from, except for the duration.
    let features: [(feature: AudioFeature, index: Int)]
    /// For each column the index, or -1; an array, because every field of every row is looked up here.
    private let indices: [Int]

    /// Understands the names of columns; of two with one meaning the first counts.
    init(names: [String]) {
        var indices = [Int](repeating: -1, count: TableColumn.allCases.count)
        var features: [AudioFeature: Int] = [:]
        for (index, name) in names.enumerated() {
            if let column = TableColumn(name: name) {
                if indices[column.rawValue] < 0 { indices[column.rawValue] = index }
            } else if let feature = TableColumn.feature(named: name), features[feature] == nil {
                features[feature] = index
            }
        }
        let isOfPlaylists = indices[TableColumn.trackID.rawValue] < 0 && indices[TableColumn.playlistID.rawValue] >= 0
        if isOfPlaylists, indices[TableColumn.playlistName.rawValue] < 0 {
            indices[TableColumn.playlistName.rawValue] = indices[TableColumn.trackName.rawValue]
        }
        let hasNames = indices[TableColumn.trackName.rawValue] >= 0 && indices[TableColumn.artists.rawValue] >= 0
        let areNamed = hasNames || indices[TableColumn.isrc.rawValue] >= 0
        let isOfMentions = indices[TableColumn.trackID.rawValue] < 0 && features.isEmpty && areNamed
        kind = isOfMentions ? .mentions : isOfPlaylists ? .playlists : .tracks
        self.features = AudioFeature.allCases.compactMap { feature in features[feature].map { (feature, $0) } }
        self.names = names
        self.indices = indices
    }

    /// The index of a column, or nil where the table lacks it.
    subscript(column: TableColumn) -> Int? {
        let index = indices[column.rawValue]
        return index < 0 ? nil : index
    }

    /// Whether the whole table is one playlist, as programs export it: entries were added, but to which playlist only the
    /// file's name tells.
    var isPlaylist: Bool {
        kind == .mentions || kind == .tracks && self[.playlistID] == nil && self[.addedAt] != nil
    }

    /// How many columns are understood.
    var knownCount: Int { features.count + indices.count { $0 >= 0 } }

    /// What the table lacks, in words; nil when it can be imported.
    var missing: String? {
        if kind != .tracks { return nil }
        if self[.trackID] == nil {
            return
                "a column track_id (or id, Track URI) with the tracks' Spotify ids, or, for a playlist, columns title "
                + "and artist, or isrc"
        }
        let isBare = self[.trackName] == nil && features.isEmpty && self[.playlistID] == nil
        return isBare ? "a column track_name (or name, title) or columns of audio features (energy, tempo, …)" : nil
    }
}

extension TableHeader {
    /// Reads the first row of a table, trying each separator and keeping the one that makes most sense.
    /// - Returns: The header, the separator and the row's end; nil when the first row does not end within the bytes
    ///   or is no text.
    static func find(
        in bytes: [UInt8], from start: Int, to end: Int, isAtEnd: Bool
    ) -> (header: TableHeader, separator: UInt8, next: Int, lines: Int)? {
        let candidates = [Ascii.comma, Ascii.semicolon, Ascii.tab].compactMap { separator in
            var row = DelimitedRow()
            let outcome = row.scan(bytes, from: start, to: end, separator: separator, isAtEnd: isAtEnd)
            guard case .row(let next, let lines) = outcome,
                let names = row.fields.mapAll({ FieldText.string(bytes, $0) })
            else { return nil as (header: TableHeader, separator: UInt8, next: Int, lines: Int)? }
            return (TableHeader(names: names), separator, next, lines)
        }
        // The first of equals, so that a lone column counts as comma-separated.
        return candidates.reversed().max { $0.header.rank < $1.header.rank }
    }

    private var rank: Int { knownCount * 1_000 + min(names.count, 999) }
}

extension Array {
    /// The transformed elements, or nil when one of them has none.
    fileprivate func mapAll<Result>(_ transform: (Element) -> Result?) -> [Result]? {
        var results: [Result] = []
        for element in self {
            guard let result = transform(element) else { return nil }
            results.append(result)
        }
        return results
    }
}
