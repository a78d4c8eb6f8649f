/// What is measured of a ranked list.
public enum Metric: String, Sendable, CaseIterable, Codable {
    /// Hits among the first R over R, R = min(100, targets).
    case rPrecision = "r_precision"
    /// Discounted cumulative gain of 100 with binary gains, over that of R hits at the top.
    case ndcg = "ndcg_100"
    /// Hits among 100 over R.
    case recall = "recall_100"
    /// Whether one of the first 10 is a hit.
    case hit = "hit_10"
    /// The share of the targets' artists, up to 50 of them, among as many first artists of the list.
    case artistRPrecision = "artist_r_precision"
    /// Tens to look past before the first hit; 10 where 100 have none, one more than can be. Less is better.
    case clicks
    /// Intra-list distance: 1 less the mean cosine of standardised audio features between any two of the first 20.
    case distance = "ild_20"
    /// Distinct artists among the first 20.
    case artists = "artists_20"

    /// The heading of a column for people.
    var title: String {
        switch self {
        case .rPrecision: "R-prec"
        case .ndcg: "nDCG@100"
        case .recall: "recall@100"
        case .hit: "hit@10"
        case .artistRPrecision: "artist R-prec"
        case .clicks: "clicks"
        case .distance: "ILD@20"
        case .artists: "artists@20"
        }
    }

    /// By how much people multiply it.
    var scale: Double {
        switch self {
        case .clicks, .artists, .distance: 1
        default: 100
        }
    }
}
