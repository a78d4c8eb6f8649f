internal import Catalog

/// Finds out which the albums of a chunk are: by external id, else a new one; those without an id after the others: the
/// oldest album of that title and first artist, else a new one. Of several records of one album the first value counts.
struct AlbumResolution {
    /// By which albums without an external id are recognised; 0 where there is no artist.
    struct Title: Hashable {
        let key: String
        let artist: Int64
    }

    /// All that the chunk says of one album.
    struct Values {
        var name: String?
        var key: String?
        var artist: Int64?
        var released: String?
        var kind: String?
        var totalTracks: Int32?

        static let columns = ["name", "artist_id", "released", "kind", "total_tracks"]

        /// By which it is found; nil where it has no title.
        var title: Title? { key.map { Title(key: $0, artist: artist ?? 0) } }

        /// One bit for each of `columns` that has a value.
        var mask: Int {
            (name == nil ? 0 : 1) | (artist == nil ? 0 : 2) | (released == nil ? 0 : 4) | (kind == nil ? 0 : 8)
                | (totalTracks == nil ? 0 : 16)
        }

        mutating func fill(from other: Values) {
            (name, key, artist) = (name ?? other.name, key ?? other.key, artist ?? other.artist)
            (released, kind) = (released ?? other.released, kind ?? other.kind)
            totalTracks = totalTracks ?? other.totalTracks
        }
    }

    /// The place among the different ids or titles of what an album is recognised by.
    private enum Mark {
        case id(Int)
        case title(Int)
    }

    private var marks: [Mark] = []
    private var given: [Values] = []
    private var differentIDs = DifferentKeys<ExternalID>()
    private var differentTitles = DifferentKeys<Title>()
    private var byID: [NameReference?]
    private var byTitle: [NameReference?]
    /// What is said of albums that are stored.
    private(set) var additions: [Int64: Values] = [:]
    /// The new ones, in order.
    private(set) var fresh: [Values] = []
    /// The ids that the catalog lacks.
    private(set) var newIDs: [(id: ExternalID, album: NameReference)] = []

    /// The different ids, in order of arrival.
    var ids: [ExternalID] { differentIDs.keys }
    /// The different titles of those without an id, in order of arrival.
    var titles: [Title] { differentTitles.keys }

    /// Begins with the ids of artists by the numbers of their rows.
    init(_ albums: [StagedAlbum], artists: [Int64]) {
        marks.reserveCapacity(albums.count)
        given.reserveCapacity(albums.count)
        let albums = albums.span
        for index in albums.indices {
            let values = Values(
                name: albums[index].name, key: albums[index].key,
                artist: albums[index].artist.map { artists[Int($0)] }, released: albums[index].released,
                kind: albums[index].kind, totalTracks: albums[index].totalTracks)
            if let id = albums[index].record.id {
                marks.append(.id(differentIDs.place(of: id)))
            } else if let title = values.title {
                marks.append(.title(differentTitles.place(of: title)))
            } else {
                preconditionFailure("an album without id and title was held")
            }
            given.append(values)
        }
        byID = Array(repeating: nil, count: differentIDs.keys.count)
        byTitle = Array(repeating: nil, count: differentTitles.keys.count)
    }

    /// Takes what the catalog knows by id, by the places of the ids.
    mutating func settle(_ known: [(place: Int, id: Int64)]) {
        for (place, id) in known { byID[place] = .stored(id) }
    }

    /// Takes the oldest stored albums of titles, by the places of the titles.
    mutating func settle(byTitle known: [(place: Int, id: Int64)]) {
        for (place, id) in known { byTitle[place] = .stored(id) }
    }

    /// Resolves all that is left and gathers what is said of each album.
    mutating func resolveRest() {
        for (index, mark) in marks.enumerated() {
            guard case .id(let place) = mark else { continue }
            let reference = byID[place] ?? .fresh(fresh.count)
            if byID[place] == nil { newIDs.append((ids[place], reference)) }
            byID[place] = reference
            add(given[index], to: reference)
        }
        guard !titles.isEmpty else { return }
        for place in fresh.indices {
            guard let title = fresh[place].title.flatMap({ differentTitles.known($0) }), byTitle[title] == nil
            else { continue }
            byTitle[title] = .fresh(place)
        }
        for (index, mark) in marks.enumerated() {
            guard case .title(let place) = mark else { continue }
            let reference = byTitle[place] ?? .fresh(fresh.count)
            byTitle[place] = reference
            add(given[index], to: reference)
        }
    }

    private mutating func add(_ values: Values, to reference: NameReference) {
        switch reference {
        case .stored(let id): additions[id, default: Values()].fill(from: values)
        case .fresh(let place) where place < fresh.count: fresh[place].fill(from: values)
        case .fresh: fresh.append(values)
        }
    }

    /// Which album one is, once all are resolved.
    func references() -> [NameReference] {
        marks.map { mark in
            let found =
                switch mark {
                case .id(let place): byID[place]
                case .title(let place): byTitle[place]
                }
            guard let found else { preconditionFailure("an album was not resolved") }
            return found
        }
    }
}
