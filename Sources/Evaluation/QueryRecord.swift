/// A query as a line of `queries.ndjson`, from which another program can ask the very same.
struct QueryRecord: Encodable {
    /// The query's name in the TREC files; with `k`, unique.
    var qid: String
    /// The playlist's name.
    var playlist: String
    /// The fold in which it is tested.
    var fold: Int
    /// Number of seeds.
    var k: Int
    /// Public ids of what is given, in order.
    var seeds: [String]
    /// Public ids of what is to be found.
    var targets: [String]

    init(_ query: Query, in catalog: EvaluationCatalog) {
        qid = TRECFiles(catalog: catalog).name(of: query)
        playlist = catalog.playlists[query.playlist].key
        fold = query.fold
        k = query.k
        seeds = query.seeds.map(catalog.publicID)
        targets = query.targets.map(catalog.publicID)
    }
}
