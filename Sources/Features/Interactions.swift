internal import Catalog
internal import LinearAlgebra

/// Which playlist has which items, numbered without gaps: the matrix that factors are learned from.
struct Interactions {
    /// Marks an item that no row has.
    static let none = UInt32.max

    /// Playlists of at least two distinct items, by the items' rows.
    private(set) var rows: SparseRows
    /// The number of each row's playlist.
    private(set) var playlistOf: [Int] = []
    /// By row of items: the item's number. The most listed come first, so that what is read together lies together.
    private(set) var items: [UInt32]
    /// By number of an item: its row, or `none`.
    private(set) var itemOf: [UInt32]
    private let hashes: [UInt64]

    /// Collects the items that recordings stand for.
    /// - Parameters:
    ///   - items: the items' hashes by number, which break ties and begin factors.
    ///   - item: the number of a recording's item, or nil where it takes no part.
    init(playlists: TrainingPlaylists, items hashes: [UInt64], item: (UInt32) -> UInt32?) {
        self.init(playlists: playlists, rows: 0..<playlists.count, least: 2, items: hashes, item: item)
    }

    private init(
        playlists: TrainingPlaylists, rows wanted: some Sequence<Int>, least: Int, items hashes: [UInt64],
        item: (UInt32) -> UInt32?
    ) {
        self.hashes = hashes
        var counts = [UInt32](repeating: 0, count: hashes.count)
        var lastSeen = [UInt32](repeating: 0, count: hashes.count)
        var numbered = SparseRows(columns: hashes.count)
        numbered.reserve(rows: playlists.count, entries: playlists.members.count)
        for playlist in wanted {
            let mark = UInt32(playlist) + 1
            let distinct = playlists.members(playlist).compactMap(item).filter { number in
                defer { lastSeen[Int(number)] = mark }
                return lastSeen[Int(number)] != mark
            }
            guard distinct.count >= least else { continue }
            for number in distinct { counts[Int(number)] += 1 }
            playlistOf.append(playlist)
            numbered.append(distinct)
        }
        items = Self.order(counts, hashes)
        itemOf = Array(repeating: Self.none, count: hashes.count)
        for (row, number) in items.enumerated() { itemOf[Int(number)] = UInt32(row) }
        rows = numbered.renumbered(by: itemOf, columns: items.count)
    }

    private static func order(_ counts: [UInt32], _ hashes: [UInt64]) -> [UInt32] {
        counts.indices.filter { counts[$0] > 0 }
            .sorted { (counts[$1], hashes[$0]) < (counts[$0], hashes[$1]) }
            .map(UInt32.init)
    }

    /// The same playlists with the items that this one leaves out.
    func complement(of playlists: TrainingPlaylists) -> Interactions {
        Interactions(playlists: playlists, rows: playlistOf, least: 0, items: hashes) { number in
            itemOf[Int(number)] == Self.none ? number : nil
        }
    }

    /// The row of an item, or nil.
    func row(_ number: Int) -> Int? { itemOf[number] == Self.none ? nil : Int(itemOf[number]) }

    /// The median of the rows' lengths; 0 without rows.
    var medianLength: Double {
        let lengths = (0..<rows.count).map { rows.length($0) }.sorted()
        guard let last = lengths.indices.last else { return 0 }
        return Double(lengths[last / 2] + lengths[(last + 1) / 2]) / 2
    }

    /// Factors to begin with: normal numbers of deviation 0.1, decided by the item's hash and the seed alone.
    func start(factors: Int, seed: UInt64) -> FactorMatrix {
        var elements: [Float] = []
        elements.reserveCapacity(items.count * factors)
        for number in items {
            var random = Xoshiro256(seed: SplitMix64.mixed(hashes[Int(number)] ^ SplitMix64.mixed(seed)))
            for _ in 0..<factors { elements.append(Float(0.1 * random.normal())) }
        }
        return FactorMatrix(rows: items.count, factors: factors, elements: elements)
    }
}

extension LearnedFactors.Columns {
    /// Takes what was learned of playlists, in order of their ids; of several with one id the first.
    mutating func setPlaylists(
        _ ids: [Int64], _ byTrack: (Interactions, FactorMatrix), _ byArtist: (Interactions, FactorMatrix),
        _ model: ListeningModel
    ) {
        let (trackRows, artistRows) = (byTrack.0.rowOfPlaylist, byArtist.0.rowOfPlaylist)
        for playlist in ids.indices.sorted(by: { (ids[$0], $0) < (ids[$1], $1) }) {
            let (track, artist) = (trackRows[playlist], artistRows[playlist])
            guard track != nil || artist != nil, ids[playlist] != playlists.last else { continue }
            playlists.append(ids[playlist])
            playlistTrackFactors += byTrack.1.vector(track)
            playlistArtistFactors += byArtist.1.vector(artist)
            trackConfidence.append(track.map { model.trackConfidence(length: byTrack.0.rows.length($0)) } ?? 0)
            artistConfidence.append(artist.map { model.artistConfidence(length: byArtist.0.rows.length($0)) } ?? 0)
        }
    }

    /// Takes what was learned of artists, in order of their hashes.
    mutating func setArtists(_ hashes: [UInt64], _ byArtist: (Interactions, FactorMatrix)) {
        let order = byArtist.0.items.indices.sorted { one, other in
            hashes[Int(byArtist.0.items[one])] < hashes[Int(byArtist.0.items[other])]
        }
        artists = order.map { hashes[Int(byArtist.0.items[$0])] }
        artistFactors = order.flatMap { byArtist.1[$0] }
    }
}

extension Interactions {
    /// The row of each playlist that has one.
    fileprivate var rowOfPlaylist: [Int: Int] { Dictionary(uniqueKeysWithValues: zip(playlistOf, playlistOf.indices)) }
}

extension FactorMatrix {
    /// The vector of a row, or zeros where there is none.
    func vector(_ row: Int?) -> ArraySlice<Float> { row.map { self[$0] } ?? ArraySlice(repeating: 0, count: factors) }
}
