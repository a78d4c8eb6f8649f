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

        /// One bit for each of `columns` that has a value.
        var mask: Int {
            [name != nil, artist != nil, released != nil, kind != nil, totalTracks != nil].enumerated()
                .reduce(0) { $1.element ? $0 | 1 << $1.offset : $0 }
        }

        mutating func fill(from other: Values) {
            (name, key, artist) = (name ?? other.name, key ?? other.key, artist ?? other.artist)
            (released, kind) = (released ?? other.released, kind ?? other.kind)
            totalTracks = totalTracks ?? other.totalTracks
        }
    }

    private let given: [(album: StagedAlbum, values: Values)]
    private var byID: [ExternalID: NameReference] = [:]
    private var byTitle: [Title: NameReference] = [:]
    /// What is said of albums that are stored.
    private(set) var additions: [Int64: Values] = [:]
    /// The new ones, in order.
    private(set) var fresh: [Values] = []
    /// The ids that the catalog lacks.
    private(set) var newIDs: [(id: ExternalID, album: NameReference)] = []
    /// The different ids, in order of arrival.
    let ids: [ExternalID]
    /// The different titles of those without an id, in order of arrival.
    let titles: [Title]

    /// Begins with the ids of artists by the numbers of their rows.
    init(_ albums: [StagedAlbum], artists: [Int64]) {
        given = albums.map { album in
            let values = Values(
                name: album.name, key: album.key, artist: album.artist.map { artists[Int($0)] },
                released: album.released, kind: album.kind, totalTracks: album.totalTracks)
            return (album, values)
        }
        var (seen, known): (Set<ExternalID>, Set<Title>) = ([], [])
        ids = albums.compactMap(\.record.id).filter { seen.insert($0).inserted }
        titles = given.lazy.filter { $0.album.record.id == nil }.map { Self.title($0.values) }
            .filter { known.insert($0).inserted }
    }

    /// Takes what the catalog knows by id.
    mutating func settle(_ known: [(id: ExternalID, album: Int64)]) {
        for (id, album) in known { byID[id] = .stored(album) }
    }

    /// Takes the oldest stored albums of titles.
    mutating func settle(byTitle known: [(title: Title, album: Int64)]) {
        for (title, album) in known { byTitle[title] = .stored(album) }
    }

    /// Resolves all that is left and gathers what is said of each album.
    mutating func resolveRest() {
        for (album, values) in given {
            guard let id = album.record.id else { continue }
            let reference = byID[id] ?? .fresh(fresh.count)
            if byID[id] == nil { newIDs.append((id, reference)) }
            byID[id] = reference
            add(values, to: reference)
        }
        for (place, values) in fresh.enumerated() where values.key != nil {
            let title = Self.title(values)
            if byTitle[title] == nil { byTitle[title] = .fresh(place) }
        }
        for (album, values) in given where album.record.id == nil {
            let reference = byTitle[Self.title(values)] ?? .fresh(fresh.count)
            byTitle[Self.title(values)] = reference
            add(values, to: reference)
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
        given.map { album, values in
            let found = album.record.id.map { byID[$0] } ?? byTitle[Self.title(values)]
            guard let found else { preconditionFailure("an album was not resolved") }
            return found
        }
    }

    private static func title(_ values: Values) -> Title { Title(key: values.key ?? "", artist: values.artist ?? 0) }
}
