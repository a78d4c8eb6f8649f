/// Queries, judgements and answers in the forms that other programs read.
///
/// `trec_eval` and `pytrec_eval` recompute the metrics from `qrels` and `run`: `ndcg_cut_100`, `success_10`, and where no
/// query has more than 100 targets `Rprec` and `recall_100` as well. They order by score alone, so the scores written
/// are 101 less the rank: a method's own scores may be equal.
struct TRECFiles {
    let catalog: EvaluationCatalog

    /// A query's name.
    func name(of query: Query) -> String { catalog.playlists[query.playlist].key.withoutSpaces }

    /// `qid 0 docid 1` for each target.
    func judgements(_ queries: [Query]) -> String {
        var text = ""
        for query in queries {
            let name = name(of: query)
            for target in query.targets { text += "\(name) 0 \(catalog.publicID(of: target)) 1\n" }
        }
        return text
    }

    /// `qid Q0 docid rank score tag` for each item of each list.
    func run(_ queries: [Query], _ lists: [[ItemTable.Item]], tag: String) -> String {
        var text = ""
        for (query, list) in zip(queries, lists) {
            let name = name(of: query)
            for (place, item) in list.prefix(Query.depth).enumerated() {
                text += "\(name) Q0 \(catalog.publicID(of: item)) \(place + 1) \(Query.depth - place) \(tag)\n"
            }
        }
        return text
    }
}
