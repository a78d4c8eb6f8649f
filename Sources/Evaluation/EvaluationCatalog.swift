public import Catalog

/// A catalog in memory, as evaluation needs it: about one kilobyte a track and four to twelve bytes a playlist's entry.
public struct EvaluationCatalog: Sendable {
    /// Which items are asked for and may be answered.
    public enum Universe: String, Sendable, CaseIterable, Codable {
        /// Those with a measured audio feature other than their length, as in the recipe's protocol.
        case covered
        /// All.
        case all
    }

    /// The tracks in ascending order of id.
    public let tracks: [CatalogTrack]
    /// Their recordings.
    public let items: ItemTable
    /// The playlists in ascending order of id.
    public let playlists: [ListedPlaylist]
    /// Which items are asked for and may be answered.
    public let universe: Universe
    /// Whether each item is asked for and may be answered.
    let isEligible: [Bool]
    /// The items of the universe, ascending.
    let eligible: [ItemTable.Item]

    /// Takes a catalog that is in memory already.
    public init(tracks: [CatalogTrack], playlists contents: [PlaylistContents], universe: Universe = .covered) {
        self.tracks = tracks
        let items = ItemTable(tracks)
        self.items = items
        playlists = contents.map {
            ListedPlaylist(
                id: $0.id, externalIDs: $0.externalIDs, tracks: $0.tracks, items: items.items(of: $0.tracks))
        }
        self.universe = universe
        isEligible = universe == .all ? Array(repeating: true, count: items.count) : items.covered
        eligible = items.recordings.indices.filter { [isEligible] in isEligible[$0] }.map(ItemTable.Item.init)
    }

    /// Reads a catalog.
    /// - Parameters:
    ///   - pageSize: tracks, or playlist entries, read at a time.
    ///   - progress: is told how many of how many tracks are there.
    /// - Throws: `EvaluationError` for an empty catalog or one without playlists, or the store's errors.
    public init(
        reading view: any CatalogView, universe: Universe = .covered, pageSize: Int = 5_000,
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) async throws {
        let total = try await view.trackCount()
        guard total > 0 else {
            throw EvaluationError(
                .emptyCatalog, "the catalog is empty; `segue import FILE` or `segue demo` brings tracks in")
        }
        var tracks: [CatalogTrack] = []
        tracks.reserveCapacity(total)
        while true {
            let page = try await view.tracks(after: tracks.last?.id ?? TrackID(rawValue: .min), limit: pageSize)
            if page.isEmpty { break }
            tracks += page
            progress(tracks.count, total)
            try Task.checkCancellation()
        }
        let playlists = try await Self.playlists(view, pageSize: 20 * pageSize)
        self.init(tracks: tracks, playlists: playlists, universe: universe)
    }

    private static func playlists(_ view: any CatalogView, pageSize: Int) async throws -> [PlaylistContents] {
        var playlists: [PlaylistContents] = []
        while true {
            let page = try await view.playlists(
                after: playlists.last?.id ?? PlaylistID(rawValue: .min), entries: pageSize)
            if page.isEmpty { break }
            playlists += page
            try Task.checkCancellation()
        }
        guard !playlists.isEmpty else {
            throw EvaluationError(
                .noPlaylists,
                "the catalog has no playlist, and nothing to compare recommendations with; `segue import` brings"
                    + " playlists in")
        }
        return playlists
    }

    /// The track that stands for an item.
    func representative(of item: ItemTable.Item) -> CatalogTrack { tracks[items.representatives[Int(item)]] }

    /// The id under which files name an item: its representative's first external id, without white space.
    func publicID(of item: ItemTable.Item) -> String {
        let track = representative(of: item)
        return (track.externalIDs.first?.description ?? "segue:\(track.id.rawValue)").withoutSpaces
    }

    /// The items of a playlist that may be asked for, ascending.
    func eligibleItems(of playlist: ListedPlaylist) -> [ItemTable.Item] {
        playlist.items.filter { isEligible[Int($0)] }
    }
}

extension String {
    /// White space as `%20` and the like, for files whose fields white space parts.
    var withoutSpaces: String {
        guard contains(where: \.isWhitespace) else { return self }
        return unicodeScalars.map { scalar in
            scalar.properties.isWhitespace ? "%" + String(scalar.value, radix: 16, uppercase: true) : String(scalar)
        }.joined()
    }
}
