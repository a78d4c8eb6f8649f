internal import Catalog

/// Playlists that are near-duplicates of one another, which must not stand on both sides of a split.
///
/// Two playlists belong together when the same name is among their external ids or when more than half of the items on
/// either are on both (Jaccard index above 1/2); a group is what such links connect.
///
/// Exact, by prefix filtering: with items ordered from the rarest, two such playlists share one among the first half
/// of either, so only playlists that meet there are compared (C. Xiao et al., "Efficient similarity joins for
/// near-duplicate detection", 2008).
struct PlaylistGroups: Sendable {
    /// The name of each playlist's group: the smallest name in it.
    let names: [String]

    init(_ playlists: [ListedPlaylist], itemCount: Int) {
        var union = DisjointSets(count: playlists.count)
        var byID: [String: Int] = [:]
        for (number, playlist) in playlists.enumerated() {
            for id in playlist.externalIDs {
                let name = "\(id.namespace):\(id.value)"
                if let other = byID[name] { union.join(number, other) } else { byID[name] = number }
            }
        }
        var join = SimilarityJoin(playlists.map(\.items), itemCount: itemCount)
        join.run(&union)
        var smallest: [Int: String] = [:]
        for (number, playlist) in playlists.enumerated() {
            let root = union.root(of: number)
            smallest[root] = min(smallest[root] ?? playlist.key, playlist.key)
        }
        names = playlists.indices.map { smallest[union.root(of: $0)] ?? "" }
    }

    /// Number of groups.
    var count: Int { Set(names).count }
}

/// Sets that can only be joined (union by size, paths halved).
struct DisjointSets: Sendable {
    private var parents: [Int]
    private var sizes: [Int]

    init(count: Int) {
        parents = Array(0..<count)
        sizes = Array(repeating: 1, count: count)
    }

    mutating func root(of element: Int) -> Int {
        var element = element
        while parents[element] != element {
            parents[element] = parents[parents[element]]
            element = parents[element]
        }
        return element
    }

    mutating func join(_ one: Int, _ other: Int) {
        var (large, small) = (root(of: one), root(of: other))
        guard large != small else { return }
        if sizes[large] < sizes[small] { swap(&large, &small) }
        parents[small] = large
        sizes[large] += sizes[small]
    }
}
