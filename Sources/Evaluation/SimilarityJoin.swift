/// Finds all pairs of sets whose Jaccard index is above 1/2, and joins them.
///
/// Sets come in ascending order of size. A set of n items that has more than (n + m) / 3 in common with one of m items,
/// m at most n, shares one with it among the rarest n - floor(n / 2) of its own and the rarest m - floor(2 m / 3) of the
/// other.
struct SimilarityJoin {
    private struct Posting {
        var set: Int32
        var place: Int32
    }

    private var sets: [[Int32]]
    private var postings: [[Posting]]
    /// Items found in common so far with the set under way; `dead` where the rest cannot suffice.
    private var common: [Int32]
    private static let dead: Int32 = -1

    /// Takes sets of item numbers below `itemCount`, each ascending.
    init(_ sets: [[Int32]], itemCount: Int) {
        var frequency = [Int32](repeating: 0, count: itemCount)
        for set in sets { for item in set { frequency[Int(item)] += 1 } }
        let order = (0..<Int32(itemCount)).sorted { (frequency[Int($0)], $0) < (frequency[Int($1)], $1) }
        var rank = [Int32](repeating: 0, count: itemCount)
        for (place, item) in order.enumerated() { rank[Int(item)] = Int32(place) }
        self.sets = sets.map { set in set.map { rank[Int($0)] }.sorted() }
        postings = Array(repeating: [], count: itemCount)
        common = Array(repeating: 0, count: sets.count)
    }

    /// Joins what is similar.
    mutating func run(_ union: inout DisjointSets) {
        var first: [[Int32]: Int] = [:]
        for set in sets.indices.sorted(by: { (sets[$0].count, $0) < (sets[$1].count, $1) }) {
            guard !sets[set].isEmpty else { continue }
            // Equal sets would meet one another in every list.
            if let same = first[sets[set]] {
                union.join(set, same)
                continue
            }
            first[sets[set]] = set
            joinEarlier(set, &union)
            index(set)
        }
    }

    private mutating func joinEarlier(_ set: Int, _ union: inout DisjointSets) {
        let items = sets[set]
        var met: [Int32] = []
        for (place, item) in items.prefix(items.count - items.count / 2).enumerated() {
            for posting in postings[Int(item)] { meet(posting, set, place, &met) }
        }
        for other in met {
            let isAlive = common[Int(other)] != Self.dead
            common[Int(other)] = 0
            guard isAlive, union.root(of: set) != union.root(of: Int(other)) else { continue }
            if Self.overlap(items, sets[Int(other)]) >= required(set, Int(other)) { union.join(set, Int(other)) }
        }
    }

    private mutating func meet(_ posting: Posting, _ set: Int, _ place: Int, _ met: inout [Int32]) {
        let other = Int(posting.set)
        guard common[other] != Self.dead else { return }
        if common[other] == 0 { met.append(posting.set) }
        let left = min(sets[set].count - place, sets[other].count - Int(posting.place))
        let isPossible = Int(common[other]) + left >= required(set, other)
        common[other] = isPossible ? common[other] + 1 : Self.dead
    }

    /// The fewest common items at which the Jaccard index is above 1/2.
    private func required(_ one: Int, _ other: Int) -> Int { (sets[one].count + sets[other].count) / 3 + 1 }

    private mutating func index(_ set: Int) {
        let items = sets[set]
        for (place, item) in items.prefix(items.count - 2 * items.count / 3).enumerated() {
            postings[Int(item)].append(Posting(set: Int32(set), place: Int32(place)))
        }
    }

    private static func overlap(_ one: [Int32], _ other: [Int32]) -> Int {
        var (left, right, count) = (0, 0, 0)
        while left < one.count, right < other.count {
            if one[left] == other[right] { count += 1 }
            let (advancesLeft, advancesRight) = (one[left] <= other[right], other[right] <= one[left])
            left += advancesLeft ? 1 : 0
            right += advancesRight ? 1 : 0
        }
        return count
    }
}
