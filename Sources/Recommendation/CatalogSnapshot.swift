public import Catalog
public import ColumnFile
public import Features
public import Rules

/// What answering needs of the catalog, in memory-mapped columns: requests for known tracks touch no database.
///
/// Rows are tracks in ascending order of internal id. A class, because a request looks at it a thousand times and a
/// copy of its columns would count every reference in it.
public final class CatalogSnapshot: Sendable {
    private let ids: Column<Int64>
    private let locations: Column<UInt64>
    private let coverages: Column<UInt64>
    private let familiarities: Column<Float>
    private let recordings: Column<UInt64>
    let artists: ListColumn<UInt32>
    private let firstArtists: Column<UInt32>
    private let artistIDs: Column<Int64>
    private let artistOrder: Column<UInt32>
    private let artistJSON: ListColumn<UInt8>
    private let artistNames: ListColumn<UInt8>
    let explicits: Column<UInt8>
    /// One column for each of `SnapshotColumns.numbers`, in that order.
    private let numbers: [Column<Float>]
    let genres: ListColumn<UInt32>
    let folded: [TextField: ListColumn<UInt8>]
    private let json: ListColumn<UInt8>
    private let titles: ListColumn<UInt8>
    private let publicIDs: ListColumn<UInt8>
    private let externalHashes: Column<UInt64>
    private let externalRows: Column<UInt32>
    private let externalTexts: ListColumn<UInt8>

    /// Takes the facts of a catalog and what a feature space adds to them.
    /// - Throws: `ColumnFileError` where a column is missing or they contradict each other.
    public init(facts file: ColumnFile, space: ColumnFile) throws(ColumnFileError) {
        let ids = try file.column(SnapshotColumns.id, of: Int64.self)
        self.ids = ids
        isDense = ids.count > 0 && ids[ids.count - 1] - ids[0] == Int64(ids.count) - 1
        locations = try space.column(SnapshotColumns.location, of: UInt64.self)
        coverages = try space.column(SnapshotColumns.coverage, of: UInt64.self)
        familiarities = try space.column(SnapshotColumns.familiarity, of: Float.self)
        recordings = try file.column(SnapshotColumns.recording, of: UInt64.self)
        artists = try file.lists(SnapshotColumns.artists, of: UInt32.self)
        firstArtists = try file.column(SnapshotColumns.firstArtist, of: UInt32.self)
        artistIDs = try file.column(SnapshotColumns.artistID, of: Int64.self)
        artistOrder = try file.column(SnapshotColumns.artistOrder, of: UInt32.self)
        artistJSON = try file.lists(SnapshotColumns.artistJSON, of: UInt8.self)
        artistNames = try file.lists(SnapshotColumns.artistName, of: UInt8.self)
        explicits = try file.column(SnapshotColumns.explicit, of: UInt8.self)
        genres = try file.lists(SnapshotColumns.genres, of: UInt32.self)
        json = try file.lists(SnapshotColumns.json, of: UInt8.self)
        titles = try file.lists(SnapshotColumns.title, of: UInt8.self)
        publicIDs = try file.lists(SnapshotColumns.publicID, of: UInt8.self)
        externalHashes = try file.column(SnapshotColumns.externalHash, of: UInt64.self)
        externalRows = try file.column(SnapshotColumns.externalRow, of: UInt32.self)
        externalTexts = try file.lists(SnapshotColumns.externalText, of: UInt8.self)
        var numbers: [Column<Float>] = []
        for field in SnapshotColumns.numbers {
            numbers.append(try file.column(SnapshotColumns.number(field), of: Float.self))
        }
        self.numbers = numbers
        var folded: [TextField: ListColumn<UInt8>] = [:]
        for field in TextField.allCases {
            folded[field] = try file.lists(SnapshotColumns.folded(field), of: UInt8.self)
        }
        self.folded = folded
        try checkCounts()
    }

    private func checkCounts() throws(ColumnFileError) {
        let perTrack = [
            locations.count, coverages.count, recordings.count, artists.count, firstArtists.count, explicits.count,
            genres.count,
            json.count, familiarities.count, titles.count, publicIDs.count, folded[.name]?.count ?? -1,
            folded[.album]?.count ?? -1,
        ]
        let perExternal = [externalRows.count, externalTexts.count]
        guard (perTrack + numbers.map(\.count)).allSatisfy({ $0 == ids.count }),
            perExternal.allSatisfy({ $0 == externalHashes.count }),
            [folded[.artist]?.count, artistOrder.count, artistJSON.count, artistNames.count].allSatisfy({
                $0 == artistIDs.count
            })
        else { throw ColumnFileError(contradiction: "the snapshot's columns differ in length") }
    }

    /// Whether the internal ids are consecutive, so that a row follows from its id without looking.
    private let isDense: Bool

    /// Number of tracks.
    public var count: Int { ids.count }

    /// The internal id of a row.
    public func id(_ row: Int) -> TrackID { TrackID(rawValue: ids[row]) }

    /// The row of an internal id, or nil.
    ///
    /// Ids are dense wherever a catalog has grown without removals; else the place by counting is tried first.
    public func row(of id: TrackID) -> Int? {
        guard count > 0 else { return nil }
        let guess = id.rawValue &- ids[0]
        if guess >= 0, guess < Int64(count), isDense || ids[Int(guess)] == id.rawValue { return Int(guess) }
        return ids.row(of: id.rawValue)
    }

    /// The row of the track that has an external id, or nil.
    public func row(of id: ExternalID) -> Int? {
        let text = SnapshotColumns.key(id)
        let hash = RecordingKey.hash(text)
        let bytes = Array(text.utf8)
        var place = externalHashes.lowerBound(of: hash)
        while place < externalHashes.count, externalHashes[place] == hash {
            if externalTexts.row(place, equals: bytes.span) { return Int(externalRows[place]) }
            place += 1
        }
        return nil
    }

    /// Where the index keeps a track's vector, or nil where it has none.
    public func location(_ row: Int) -> UInt64? {
        let location = locations[row]
        return location == .max ? nil : location
    }

    /// What a track's vector was made from.
    public func coverage(_ row: Int) -> Coverage { Coverage(rawValue: coverages[row]) }

    /// How well known a track's recording is among the playlists that the space was learned from, 0 to 1.
    public func familiarity(_ row: Int) -> Float { familiarities[row] }

    /// Identifies the recording: equal for duplicates.
    public func recording(_ row: Int) -> UInt64 { recordings[row] }

    /// Whether two tracks of this snapshot and another share a credited artist.
    func sharesArtist(_ row: Int, with other: Int, of snapshot: CatalogSnapshot) -> Bool {
        artists.withRow(row) { mine in
            snapshot.artists.withRow(other) { theirs in
                mine.indices.contains { place in
                    let id = artistIDs[Int(mine[place])]
                    return theirs.indices.contains { snapshot.artistIDs[Int(theirs[$0])] == id }
                }
            }
        }
    }

    /// Internal ids of the credited artists, in order.
    public func artists(_ row: Int) -> [ArtistID] {
        artists.withRow(row) { span in
            span.indices.map { ArtistID(rawValue: artistIDs[Int(span[$0])]) }
        }
    }

    /// The artist that is credited first, as a row of the dictionary of artists, or nil where none is.
    func firstArtistRow(_ row: Int) -> UInt32? {
        let artist = firstArtists[row]
        return artist == .max ? nil : artist
    }

    /// Internal id of the artist that is credited first, or nil where none is.
    func firstArtist(_ row: Int) -> ArtistID? {
        firstArtistRow(row).map { artistID(Int($0)) }
    }

    /// A number of a track, or nil where it is missing.
    public func number(_ field: NumberField, _ row: Int) -> Float? {
        let value = numbers[field.place][row]
        return value.isNaN ? nil : value
    }

    /// The numbers of all tracks, NaN where missing.
    func column(_ field: NumberField) -> Column<Float> { numbers[field.place] }

    /// The title as people write it; empty where unknown.
    public func title(_ row: Int) -> String { titles.string(row) }

    /// Whether the title is known.
    func hasTitle(_ row: Int) -> Bool { titles.withRow(row) { !$0.isEmpty } }

    /// Appends the title as UTF-8.
    func appendTitle(_ row: Int, to bytes: inout [UInt8]) { titles.append(row, to: &bytes) }

    /// The id under which callers know the track.
    public func publicID(_ row: Int) -> String { publicIDs.string(row) }

    /// Appends the track's ready JSON.
    public func appendJSON(_ row: Int, to bytes: inout [UInt8]) { json.append(row, to: &bytes) }

    /// Begins to bring what ranking asks of a row into the cache.
    func prefetchForRanking(_ row: Int) {
        recordings.prefetch(row)
        familiarities.prefetch(row)
        firstArtists.prefetch(row)
    }

    /// Begins to bring what an answer says of these rows into the cache: one after another they would each be waited for.
    func prefetchFacts(of rows: some Sequence<Int>) {
        for row in rows {
            json.prefetchPlace(of: row)
            artists.prefetchPlace(of: row)
            for column in numbers { column.prefetch(row) }
        }
        for row in rows {
            json.prefetchElements(of: row)
            artists.prefetchElements(of: row)
        }
    }

    /// Calls `body` with the internal id of each row of a set, ascending.
    func forEachID(in rows: RowSet, _ body: (Int64) -> Void) { rows.forEachRow { body(ids[$0]) } }

    /// The artists of a track as rows of the artist dictionary.
    func artistRows(_ row: Int) -> [UInt32] { artists[row] }

    // MARK: Artists

    /// Number of artists that some track credits.
    public var artistCount: Int { artistIDs.count }

    /// The internal id of an artist, by its row in the dictionary of artists.
    public func artistID(_ artist: Int) -> ArtistID { ArtistID(rawValue: artistIDs[artist]) }

    /// The row of an artist in the dictionary of artists, or nil.
    public func row(ofArtist id: ArtistID) -> Int? {
        var low = 0
        var high = artistOrder.count
        while low < high {
            let middle = (low + high) / 2
            if artistIDs[Int(artistOrder[middle])] < id.rawValue { low = middle + 1 } else { high = middle }
        }
        guard low < artistOrder.count else { return nil }
        let row = Int(artistOrder[low])
        return artistIDs[row] == id.rawValue ? row : nil
    }

    /// An artist's name as people write it.
    public func artistName(_ artist: Int) -> String { artistNames.string(artist) }

    /// Appends an artist's ready JSON.
    public func appendArtistJSON(_ artist: Int, to bytes: inout [UInt8]) { artistJSON.append(artist, to: &bytes) }
}
