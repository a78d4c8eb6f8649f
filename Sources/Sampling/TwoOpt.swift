/// Short ways through all of some places, both ends open.
///
/// G. A. Croes, "A method for solving traveling-salesman problems", Operations Research 6 (1958): a stretch is turned
/// around for as long as that makes the way shorter.
enum TwoOpt {
    /// Rounds over all stretches; each costs the square of the number of places.
    static let maximumRounds = 40

    /// Begins with the first place and goes to the nearest one that is left, again and again.
    static func chain(_ count: Int, cost: (Int, Int) -> Double) -> [Int] {
        guard count > 0 else { return [] }
        var way = [0]
        var left = Array(1..<count)
        while let last = way.last, !left.isEmpty {
            let next = left.indices.reduce(0) { cost(last, left[$1]) < cost(last, left[$0]) ? $1 : $0 }
            way.append(left.remove(at: next))
        }
        return way
    }

    /// A way that is no longer than `way`, and allowed where that is.
    /// - Parameter isAllowed: whether a way may be that was allowed before the given stretch of it was turned around.
    static func improved(
        _ way: [Int], cost: (Int, Int) -> Double, isAllowed: ([Int], ClosedRange<Int>) -> Bool
    ) -> [Int] {
        var way = way
        var round = 0
        while round < maximumRounds, improve(&way, cost, isAllowed) { round += 1 }
        return way
    }

    /// The length of a way.
    static func length(_ way: [Int], cost: (Int, Int) -> Double) -> Double {
        zip(way, way.dropFirst()).reduce(0) { $0 + cost($1.0, $1.1) }
    }

    private static func improve(
        _ way: inout [Int], _ cost: (Int, Int) -> Double, _ isAllowed: ([Int], ClosedRange<Int>) -> Bool
    ) -> Bool {
        var isShorter = false
        for start in way.indices where !Task.isCancelled {
            for end in way.indices.dropFirst(start + 1) {
                guard gain(way, start, end, cost) > 1e-9 else { continue }
                way[start...end].reverse()
                if isAllowed(way, start...end) { isShorter = true } else { way[start...end].reverse() }
            }
        }
        return isShorter
    }

    /// What turning a stretch around saves: the steps into it and out of it, where there are any.
    private static func gain(_ way: [Int], _ start: Int, _ end: Int, _ cost: (Int, Int) -> Double) -> Double {
        var gain = 0.0
        if start > 0 { gain += cost(way[start - 1], way[start]) - cost(way[start - 1], way[end]) }
        if end + 1 < way.count { gain += cost(way[end], way[end + 1]) - cost(way[start], way[end + 1]) }
        return gain
    }
}
