public import Catalog
public import ColumnFile
internal import Features
internal import Rules

/// Turns tracks, given in ascending order of id, into the facts of a `CatalogSnapshot`.
public struct SnapshotBuilder: ~Copyable {
    private var file: ColumnFileBuilder
    private var rows: UInt32 = 0
    private var lastID = Int64.min
    private var artistRows: [ArtistID: UInt32] = [:]
    private var genreRows: [String: UInt32] = [:]
    private var externals: [(hash: UInt64, row: UInt32, text: String)] = []

    /// Spools long columns into `directory`, or keeps all in memory where it is nil.
    /// - Throws: `ColumnFileError` where spooling fails.
    public init(spoolingInto directory: String?) throws(ColumnFileError) {
        file = ColumnFileBuilder(spoolingInto: directory)
        for list in [SnapshotColumns.artists, SnapshotColumns.genres] { try file.declareList(list, of: UInt32.self) }
        let texts = [
            SnapshotColumns.json, SnapshotColumns.title, SnapshotColumns.publicID, SnapshotColumns.externalText,
            SnapshotColumns.artistJSON, SnapshotColumns.artistName,
        ]
        for text in texts + TextField.allCases.map(SnapshotColumns.folded) {
            try file.declareList(text, of: UInt8.self)
        }
        for field in SnapshotColumns.numbers {
            try file.append(contentsOf: EmptyCollection<Float>(), to: SnapshotColumns.number(field))
        }
        try file.append(contentsOf: EmptyCollection<UInt64>(), to: SnapshotColumns.recording)
        for id in [SnapshotColumns.id, SnapshotColumns.artistID] {
            try file.append(contentsOf: EmptyCollection<Int64>(), to: id)
        }
        try file.append(contentsOf: EmptyCollection<UInt8>(), to: SnapshotColumns.explicit)
        try file.append(contentsOf: EmptyCollection<UInt32>(), to: SnapshotColumns.firstArtist)
    }

    /// Appends a track.
    /// - Throws: `ColumnFileError` where spooling fails.
    public mutating func append(_ track: CatalogTrack) throws(ColumnFileError) {
        precondition(track.id.rawValue > lastID, "tracks come in ascending order of id")
        lastID = track.id.rawValue
        try file.append(track.id.rawValue, to: SnapshotColumns.id)
        try file.append(TrackIdentity(track).recording, to: SnapshotColumns.recording)
        try appendNumbers(track)
        try appendTexts(track)
        for id in track.externalIDs {
            let text = SnapshotColumns.key(id)
            externals.append((RecordingKey.hash(text), rows, text))
        }
        rows += 1
    }

    /// Writes the facts and waits until they are on disk.
    /// - Throws: `ColumnFileError` where the disk refuses.
    public consuming func write(to path: String) throws(ColumnFileError) {
        try appendDictionaries()
        try file.write(to: path)
    }

    /// The facts in memory.
    /// - Throws: `ColumnFileError` where spooled bytes cannot be read back.
    public consuming func columnFile() throws(ColumnFileError) -> ColumnFile {
        try appendDictionaries()
        return try ColumnFile(bytes: file.bytes())
    }

    private mutating func appendNumbers(_ track: CatalogTrack) throws(ColumnFileError) {
        for (field, column) in SnapshotColumns.numberColumns {
            let value: Float? =
                switch field {
                case .feature(.duration): track.duration.map(Float.init) ?? track.features[.duration]
                case .feature(let feature): track.features[feature]
                case .year: track.year.map(Float.init)
                case .popularity: track.popularity.map(Float.init)
                case .playlistCount: Float(track.playlistCount)
                }
            try file.append(value ?? .nan, to: column)
        }
        try file.append(track.explicit.map { $0 ? UInt8(1) : 0 } ?? 255, to: SnapshotColumns.explicit)
    }

    private mutating func appendTexts(_ track: CatalogTrack) throws(ColumnFileError) {
        var json: [UInt8] = []
        TrackJSON.append(track, to: &json)
        try file.appendList(json, to: SnapshotColumns.json)
        try file.appendList(Array((track.name ?? "").utf8), to: SnapshotColumns.title)
        try file.appendList(Array(TrackJSON.publicID(track).utf8), to: SnapshotColumns.publicID)
        try appendFolded(track.name ?? "", .name)
        try appendFolded(track.album ?? "", .album)
        var artists: [UInt32] = []
        for artist in track.artists { artists.append(try row(of: artist)) }
        try file.appendList(artists, to: SnapshotColumns.artists)
        try file.append(artists.first ?? .max, to: SnapshotColumns.firstArtist)
        var genres: [UInt32] = []
        for genre in track.genres { genres.append(try row(ofGenre: genre)) }
        try file.appendList(genres, to: SnapshotColumns.genres)
    }

    private mutating func appendFolded(_ text: String, _ field: TextField) throws(ColumnFileError) {
        try file.appendList(Array(TextFolding.folded(text).utf8), to: SnapshotColumns.folded(field))
    }

    private mutating func row(of artist: CreditedArtist) throws(ColumnFileError) -> UInt32 {
        if let row = artistRows[artist.id] { return row }
        let row = UInt32(artistRows.count)
        artistRows[artist.id] = row
        try file.append(artist.id.rawValue, to: SnapshotColumns.artistID)
        var json: [UInt8] = []
        ArtistJSON.append(artist, to: &json)
        try file.appendList(json, to: SnapshotColumns.artistJSON)
        try file.appendList(Array(artist.name.utf8), to: SnapshotColumns.artistName)
        try appendFolded(artist.name, .artist)
        return row
    }

    private mutating func row(ofGenre genre: String) throws(ColumnFileError) -> UInt32 {
        if let row = genreRows[genre] { return row }
        let row = UInt32(genreRows.count)
        genreRows[genre] = row
        try appendFolded(genre, .genre)
        return row
    }

    private mutating func appendDictionaries() throws(ColumnFileError) {
        let ordered = artistRows.sorted { $0.key.rawValue < $1.key.rawValue }.map(\.value)
        try file.append(contentsOf: ordered, to: SnapshotColumns.artistOrder)
        externals.sort { ($0.hash, $0.row) < ($1.hash, $1.row) }
        try file.append(contentsOf: externals.map(\.hash), to: SnapshotColumns.externalHash)
        try file.append(contentsOf: externals.map(\.row), to: SnapshotColumns.externalRow)
        for external in externals { try file.appendList(Array(external.text.utf8), to: SnapshotColumns.externalText) }
    }
}
