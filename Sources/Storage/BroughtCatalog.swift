internal import Catalog

/// What an import into an empty catalog has brought so far, so that the catalog need not be asked for it.
///
/// While it is not much, and the database has merged nothing of it, all of it is remembered: then no chunk waits for the
/// rows of the one before it, which may still be travelling. After that it is still told what is new for certain; what
/// may not be is looked up.
struct BroughtCatalog: Sendable {
    /// All of it, as long as it is remembered.
    var rows: BroughtRows? = BroughtRows()
    private var filter: BroughtFilter?

    /// Ids and names of artists, albums and tracks, a hundred bytes each.
    private static let maximumRemembered = 1 << 18

    /// Notes a key, and says whether it may have been noted before; false is certain. For what is not remembered.
    @discardableResult
    mutating func insert(_ key: BroughtFilter.Key) -> Bool { filter?.insert(key) ?? true }

    /// Remembers no more: the database merges what follows.
    mutating func forget() {
        guard let rows else { return }
        var filter = BroughtFilter()
        rows.enter(into: &filter)
        (self.rows, self.filter) = (nil, filter)
    }

    /// Remembers no more if it is too much.
    mutating func makeRoom() {
        if let rows, rows.count > Self.maximumRemembered { forget() }
    }
}

/// The rows that an import brought, as far as later records may ask for them.
struct BroughtRows: Sendable {
    private var artists = EntityList<ExternalID>()
    private var albums = EntityList<ExternalID>()
    private var tracks = EntityList<ExternalID>()
    private var artistNames = EntityList<ExactText>()
    private var albumTitles = EntityList<ExactTitle>()
    /// Artists that have an id, by its namespace.
    private var namedArtists: [String: Set<Int64>] = [:]
    /// Which columns of albums have a value.
    private var albumMasks: [Int64: Int] = [:]
    /// Tracks by the places of their ids.
    private var storedTracks: [StoredTrack] = []

    /// How many ids and names there are.
    var count: Int { artists.count + albums.count + tracks.count + artistNames.count + albumTitles.count }

    /// Takes in new artists, of which `first` is the id of the first, and external ids of some.
    mutating func add(_ given: [StagedArtist], first: Int64, named names: [(id: ExternalID, artist: NameReference)]) {
        for (place, artist) in given.enumerated() { artistNames.add(first + Int64(place), ExactText(text: artist.key)) }
        for name in names {
            artists.add(name.artist.id(first: first), name.id)
            namedArtists[name.id.namespace, default: []].insert(name.artist.id(first: first))
        }
    }

    /// Takes in new albums, of which `first` is the id of the first, and external ids of some.
    mutating func add(
        _ given: [AlbumResolution.Values], first: Int64, named names: [(id: ExternalID, album: NameReference)]
    ) {
        for (place, album) in given.enumerated() {
            albumMasks[first + Int64(place)] = album.mask
            if let title = album.title { albumTitles.add(first + Int64(place), ExactTitle(title)) }
        }
        for name in names { albums.add(name.album.id(first: first), name.id) }
    }

    /// Takes in new tracks that have one row each, of which `first` is the id of the first.
    mutating func add(_ given: [StagedTrack], first: Int64) {
        let given = given.span
        for place in given.indices {
            let id = first + Int64(place)
            tracks.add(id, given[place].record.ids[0])
            storedTracks.append(StoredTrack(given[place], id: id))
        }
    }

    /// The entities of those of the external ids that are there, by their places.
    func known(_ kind: EntityReference.Kind, _ ids: [ExternalID]) -> [(place: Int, id: Int64)] {
        let list = kind == .artist ? artists : albums
        return ids.indices.compactMap { place in list.first(of: ids[place]).map { (place, $0) } }
    }

    /// Whether a track of that external id is there.
    func hasTrack(_ id: ExternalID) -> Bool { tracks.place(of: id) != nil }

    /// A track by its external id.
    func track(_ id: ExternalID) -> StoredTrack? { tracks.place(of: id).map { storedTracks[$0] } }

    /// The artists of each name in order of id, and whether they have an id of the namespace.
    func artists(named names: [String], namespace: String) -> [(name: String, id: Int64, isTaken: Bool)] {
        let taken = namedArtists[namespace] ?? []
        return names.flatMap { name in
            artistNames.all(of: ExactText(text: name)).map { (name: name, id: $0, isTaken: taken.contains($0)) }
        }
    }

    /// The oldest albums of those of the titles that are there, by their places.
    func albums(titled titles: [AlbumResolution.Title]) -> [(place: Int, id: Int64)] {
        titles.indices.compactMap { place in albumTitles.first(of: ExactTitle(titles[place])).map { (place, $0) } }
    }

    /// Whether albums have a value wherever one is given.
    func hasAll(_ given: [Int64: AlbumResolution.Values]) -> Bool {
        given.allSatisfy { id, values in values.mask & ~(albumMasks[id] ?? 0) == 0 }
    }

    /// Notes all that is there.
    func enter(into filter: inout BroughtFilter) {
        for id in artists.keys { filter.insert(.id(.artist, id)) }
        for id in albums.keys { filter.insert(.id(.album, id)) }
        for id in tracks.keys { filter.insert(.id(.track, id)) }
        for name in artistNames.keys { filter.insert(.artist(name.text)) }
        for title in albumTitles.keys { filter.insert(.album(.init(key: title.key.text, artist: title.artist))) }
    }
}

/// A text that equals nothing but the same bytes, as the database compares keys; to Swift it does not matter whether a
/// letter and its accent are one character.
private struct ExactText: Hashable {
    let text: String

    static func == (one: ExactText, other: ExactText) -> Bool { one.text.hasBytes(of: other.text) }

    func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
        hasher.combine(0xff as UInt8)
    }
}

/// A title, compared in the same way.
private struct ExactTitle: Hashable {
    let key: ExactText
    let artist: Int64

    init(_ title: AlbumResolution.Title) { (key, artist) = (ExactText(text: title.key), title.artist) }
}

/// Ids of entities by what they are recognised by, in order of arrival.
private struct EntityList<Key: Hashable & Sendable>: Sendable {
    private var places = DifferentKeys<Key>()
    /// By the places of the keys.
    private var firsts: [Int64] = []
    private var others: [Int: [Int64]] = [:]

    var count: Int { places.count }
    var keys: [Key] { places.keys }

    mutating func add(_ id: Int64, _ key: Key) {
        let place = places.place(of: key)
        if place == firsts.count { firsts.append(id) } else { others[place, default: []].append(id) }
    }

    func place(of key: Key) -> Int? { places.known(key) }

    func first(of key: Key) -> Int64? { place(of: key).map { firsts[$0] } }

    func all(of key: Key) -> [Int64] {
        guard let place = place(of: key) else { return [] }
        return [firsts[place]] + others[place, default: []]
    }
}
