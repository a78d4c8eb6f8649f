internal import Catalog

/// Finds out who the artists of a chunk are: by external id; else an artist of that name who has no id of that
/// namespace; else a new one. Those without an id come after the others: the oldest artist of that name, else a new one.
///
/// Ids are all of one namespace.
struct ArtistResolution {
    private let given: [StagedArtist]
    private var byID: [ExternalID: NameReference] = [:]
    private var byName: [String: NameReference] = [:]
    /// Stored artists without an id of the namespace, by name, the oldest last.
    private var offered: [String: [Int64]] = [:]
    /// The ids that the catalog lacks.
    private(set) var newIDs: [(id: ExternalID, artist: NameReference)] = []
    /// The different ids, in order of arrival.
    let ids: [ExternalID]

    init(_ given: [StagedArtist]) {
        self.given = given
        var seen: Set<ExternalID> = []
        ids = given.compactMap(\.record.id).filter { seen.insert($0).inserted }
    }

    /// Takes what the catalog knows by id.
    mutating func settle(_ known: [(id: ExternalID, artist: Int64)]) {
        for (id, artist) in known { byID[id] = .stored(artist) }
    }

    /// The different names of those that are not known by id.
    var unknownNames: [String] {
        var seen: Set<String> = []
        return given.lazy.filter { $0.record.id.map { byID[$0] == nil } ?? true }.map(\.key)
            .filter { seen.insert($0).inserted }
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
        for artist in given {
            guard let id = artist.record.id, byID[id] == nil else { continue }
            let reference = offered[artist.key]?.popLast().map(NameReference.stored) ?? .fresh(fresh.count)
            if case .fresh = reference { fresh.append(artist) }
            byID[id] = reference
            newIDs.append((id, reference))
            if byName[artist.key] == nil { byName[artist.key] = reference }
        }
        for artist in given where artist.record.id == nil && byName[artist.key] == nil {
            byName[artist.key] = .fresh(fresh.count)
            fresh.append(artist)
        }
        return fresh
    }

    /// Who one of the artists is, once all are resolved.
    func reference(to artist: StagedArtist) -> NameReference {
        let found = artist.record.id.map { byID[$0] } ?? byName[artist.key]
        guard let found else { preconditionFailure("an artist was not resolved") }
        return found
    }
}
