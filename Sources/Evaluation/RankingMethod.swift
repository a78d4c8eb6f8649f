/// Answers the queries of one fold.
protocol RankingMethod {
    /// At most 100 distinct items of the universe for each query, best first, none of them a seed.
    /// - Parameter progress: is told how many queries were answered since it was told last.
    func answer(_ queries: [Query], progress: (Int) -> Void) throws -> [[ItemTable.Item]]
}
