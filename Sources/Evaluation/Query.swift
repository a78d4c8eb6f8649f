internal import Catalog

/// A question with a known answer: some tracks of a playlist that training has not seen, and the rest of it.
public struct Query: Sendable, Hashable {
    /// Number of the playlist.
    let playlist: Int
    /// The fold in which it is tested.
    let fold: Int
    /// Number of seeds.
    public let k: Int
    /// What is given.
    public let seeds: [ItemTable.Item]
    /// What is to be found, ascending.
    public let targets: [ItemTable.Item]

    /// A list longer than this is not looked at.
    static let depth = 100
    /// A playlist with fewer items that may be asked for gives no query.
    static let minimumItems = 10
    /// A query with fewer targets says little.
    static let minimumTargets = 5
    /// Cold targets below which a query has no cold variant.
    static let minimumColdTargets = 3

    /// The queries of a playlist, one for each number of seeds: its items in an order that its name alone decides, the
    /// first of them seeds, the rest targets.
    static func make(
        playlist: Int, named key: String, fold: Int, items: [ItemTable.Item], seeds counts: [Int]
    ) -> [Query] {
        guard items.count >= minimumItems else { return [] }
        let permuted = permuted(items, named: key)
        return counts.filter { items.count - $0 >= minimumTargets }.map { k in
            Query(
                playlist: playlist, fold: fold, k: k, seeds: Array(permuted.prefix(k)),
                targets: permuted.dropFirst(k).sorted())
        }
    }

    /// Fisher and Yates's shuffle.
    private static func permuted(_ items: [ItemTable.Item], named key: String) -> [ItemTable.Item] {
        var generator = Xoshiro256(seed: StableHash.of("q0:" + key))
        var items = items
        for place in stride(from: items.count - 1, to: 0, by: -1) {
            items.swapAt(place, generator.integer(below: place + 1))
        }
        return items
    }
}
