internal import Catalog
internal import Postgres

/// The playlists of an import into an empty catalog, and what they hold, until all of it is known.
///
/// With nothing to compare them with they need no staging. The rules are those of `mergePlaylists`.
struct NewPlaylists: Sendable {
    /// A playlist.
    struct Playlist: Sendable {
        /// What is said of it: the first value that a table gives counts, and the last length.
        var record: PlaylistRecord
        /// Whether there is more of it than entries.
        var isDescribed = false

        fileprivate mutating func add(_ other: PlaylistRecord) {
            record.name = record.name ?? other.name?.storable
            record.summary = record.summary ?? other.summary?.storable
            record.snapshot = record.snapshot ?? other.snapshot?.storable
            record.owner = record.owner ?? other.owner?.storable
            record.total = other.total ?? record.total
            isDescribed = true
        }
    }

    /// An entry, in order of arrival.
    struct Entry: Sendable {
        /// Place among the playlists.
        let playlist: Int32
        /// The number of its track in the import, and its id.
        let no: Int32
        let track: Int64
        /// Zero-based; nil for one that follows the others.
        let position: Int32?
        /// In seconds since 1970, where known.
        let addedAt: Double?
    }

    private(set) var playlists: [Playlist] = []
    private(set) var entries: [Entry] = []
    private var places: [ExternalID: Int32] = [:]
    private let maximumSize: Int
    /// Bytes of the playlists, about.
    private var sizeOfPlaylists = 0

    /// Begins; about `maximumSize` bytes have room.
    init(maximumSize: Int) { self.maximumSize = maximumSize }

    /// Whether there is room for what a chunk brings, and each of its entries is of a track that it numbers.
    func hasRoom(for chunk: StagedChunk) -> Bool {
        let sizeOfEntries = (entries.count + chunk.entries.count) * MemoryLayout<Entry>.stride
        return sizeOfPlaylists + chunk.playlists.reduce(0) { $0 + $1.size } + sizeOfEntries <= maximumSize
            && chunk.entries.allSatisfy { $0.track != nil }
    }

    /// Takes a playlist in.
    mutating func add(_ record: PlaylistRecord) {
        let place = Int(place(of: record.id))
        sizeOfPlaylists -= playlists[place].record.size
        playlists[place].add(record)
        sizeOfPlaylists += playlists[place].record.size
    }

    /// Takes an entry in.
    mutating func add(_ record: PlaylistEntryRecord, no: Int32, track: Int64) {
        entries.append(
            Entry(
                playlist: place(of: record.playlist), no: no, track: track,
                position: record.position.map { Int32(clamping: $0) }, addedAt: record.addedAt))
    }

    private mutating func place(of id: ExternalID) -> Int32 {
        // Tables tell of one playlist after the other.
        if let last = entries.last, playlists[Int(last.playlist)].record.id == id { return last.playlist }
        if let known = places[id] { return known }
        let place = Int32(playlists.count)
        let record = PlaylistRecord(id: id)
        playlists.append(Playlist(record: record))
        sizeOfPlaylists += record.size
        places[id] = place
        return place
    }
}

extension NewPlaylists {
    /// An entry in its place.
    struct Placed {
        let playlist: Int64
        let position: Int32
        let track: Int64
        let addedAt: Double?
    }

    /// What every playlist holds, by playlist and place. `ids` are those of the playlists.
    func placed(ids: [Int64]) -> [Placed] {
        var groups = [[Entry]](repeating: [], count: playlists.count)
        for entry in entries { groups[Int(entry.playlist)].append(entry) }
        return ids.indices.sorted { ids[$0] < ids[$1] }.flatMap { place in
            Self.contents(groups[place], total: playlists[place].record.total).map { position, entry in
                Placed(playlist: ids[place], position: position, track: entry.track, addedAt: entry.addedAt)
            }
        }
    }

    /// Of entries that name the same place the last has it. Those without a place follow in order of arrival, unless the
    /// playlist has the track already or is as long as it says.
    private static func contents(_ entries: [Entry], total: Int?) -> [(position: Int32, entry: Entry)] {
        var taken: [Int32: Entry] = [:]
        for entry in entries { if let position = entry.position { taken[position] = entry } }
        var contents = taken.map { (position: $0.key, entry: $0.value) }
        contents.sort { $0.position < $1.position }
        let last = contents.last.map { Int($0.position) } ?? -1
        // What is given stands somewhere: a length that leaves no room for it says nothing.
        let total = total.flatMap { last < max(0, $0) ? $0 : nil } ?? .max
        var tracks = Set(contents.lazy.map(\.entry.track))
        var next = last + 1
        for entry in entries where entry.position == nil && next < total && tracks.insert(entry.track).inserted {
            contents.append((Int32(next), entry))
            next += 1
        }
        return contents
    }
}

extension PlaylistRecord {
    /// Bytes in memory, about.
    var size: Int {
        128 + id.value.utf8.count + [name, summary, snapshot, owner].reduce(0) { $0 + ($1?.utf8.count ?? 0) }
    }
}
