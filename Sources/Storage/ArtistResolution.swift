internal import Catalog

/// Finds out who the artists of a chunk are: by external id; else an artist of that name who has no id of that
/// namespace; else a new one. Those without an id come after the others: the oldest artist of that name, else a new one.
///
/// Ids are all of one namespace.
struct ArtistResolution {
    private let given: [StagedArtist]
    /// The places of the ids of those given.
    private let places: [Int?]
    private var byID: [NameReference?]
    private var byName: [String: NameReference] = [:]
    /// Stored artists without an id of the namespace, by name, the oldest last.
    private var offered: [String: [Int64]] = [:]
    /// The ids that the catalog lacks.
    private(set) var newIDs: [(id: ExternalID, artist: NameReference)] = []
    /// The different ids, in order of arrival.
    let ids: [ExternalID]

    init(_ given: [StagedArtist]) {
        self.given = given
        var different = DifferentKeys<ExternalID>()
        places = given.map { artist in artist.record.id.map { different.place(of: $0) } }
        ids = different.keys
        byID = Array(repeating: nil, count: ids.count)
    }

    /// Takes what the catalog knows by id, by the places of the ids.
    mutating func settle(_ known: [(place: Int, id: Int64)]) {
        for (place, id) in known { byID[place] = .stored(id) }
    }

    /// The different names of those that are not known by id.
    var unknownNames: [String] {
        var names = DifferentKeys<String>()
        for index in given.indices where places[index].map({ byID[$0] == nil }) ?? true {
            _ = names.place(of: given[index].key)
        }
        return names.keys
    }

    /// Takes what the catalog knows by name, in order of id.
    mutating func settle(byName known: [(name: String, id: Int64, isTaken: Bool)]) {
        for (name, id, isTaken) in known.reversed() {
            byName[name] = .stored(id)
            if !isTaken { offered[name, default: []].append(id) }
        }
    }

    /// Resolves all that is left, and says who is new, in order.
    mutating func resolveRest() -> [StagedArtist] {
        var fresh: [StagedArtist] = []
        for index in given.indices {
            guard let place = places[index], byID[place] == nil else { continue }
            let name = given[index].key
            let reference = offered[name]?.popLast().map(NameReference.stored) ?? .fresh(fresh.count)
            if case .fresh = reference { fresh.append(given[index]) }
            byID[place] = reference
            newIDs.append((ids[place], reference))
            if byName[name] == nil { byName[name] = reference }
        }
        for index in given.indices where places[index] == nil && byName[given[index].key] == nil {
            byName[given[index].key] = .fresh(fresh.count)
            fresh.append(given[index])
        }
        return fresh
    }

    /// Who the artists are, once all are resolved.
    func references() -> [NameReference] {
        given.indices.map { index in
            let found = if let place = places[index] { byID[place] } else { byName[given[index].key] }
            guard let found else { preconditionFailure("an artist was not resolved") }
            return found
        }
    }
}
