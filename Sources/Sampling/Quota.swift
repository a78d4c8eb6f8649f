/// How whole numbers are made of shares.
enum Quota {
    /// So many of `total` for each share: the whole parts first, what is left to the greatest remainders (Hamilton's
    /// method); shares that sum to less than 1 leave the rest to anybody.
    /// - Parameter shares: none below 0, summing to 1 at most.
    static func counts(_ shares: [Double], of total: Int) -> [Int] {
        let exact = shares.map { $0 * Double(total) }
        var counts = exact.map { Int($0 + 1e-9) }
        let wanted = min(total, Int((exact.reduce(0, +) + 1e-9).rounded()))
        let byRemainder = exact.indices.sorted {
            let (one, other) = (exact[$0] - Double(counts[$0]), exact[$1] - Double(counts[$1]))
            return one != other ? one > other : $0 < $1
        }
        for place in byRemainder.prefix(max(0, wanted - counts.reduce(0, +))) { counts[place] += 1 }
        return counts
    }

    /// The least number that is a share of a total.
    static func least(_ share: Double, of total: Int) -> Int { Int((share * Double(total) - 1e-9).rounded(.up)) }

    /// The greatest number that is no more than a share of a total.
    static func most(_ share: Double, of total: Int) -> Int { Int((share * Double(total) + 1e-9).rounded(.down)) }
}
