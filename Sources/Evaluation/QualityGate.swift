public import Catalog
public import IndexLifecycle
public import Recommendation

/// Compares a new generation with the one that serves on the catalog's own playlists, and refuses a significant
/// regression.
///
/// Both have learned from these playlists, so the numbers are no forecast: what was learned by heart can hide that all
/// else is lost. Hence both are asked twice, as they serve and by content alone (`Aspect`), and neither may be worse.
/// Tracks that only one of the two has are left out of the comparison.
public struct QualityGate: PublicationGate {
    /// How much worse a generation may be.
    public struct Tolerance: Sendable, Hashable {
        /// The loss of nDCG@100 that is let pass, as a share of what serves.
        public var loss = 0.02
        /// Playlists to ask about, chosen by hashes of their ids.
        public var queries = 400
        /// Fewer say nothing, and the generation passes.
        public var minimumQueries = 20

        /// The defaults.
        public init() {}
    }

    /// Number of seeds.
    static let seeds = 5

    private let tolerance: Tolerance

    /// A gate with some tolerance.
    public init(_ tolerance: Tolerance = Tolerance()) { self.tolerance = tolerance }

    /// Refuses where the whole 95 % interval of the difference lies below zero and its mean below the tolerance.
    /// - Throws: `RecommendationError` where an index is damaged, or the view's errors.
    public func judge(
        candidate: ServingCatalog, current: ServingCatalog?, view: any CatalogView
    ) async throws -> GateVerdict {
        guard let current else { return .pass(summary: "nothing serves yet to compare with") }
        let playlists = try await sample(view)
        let comparison = GenerationComparison(candidate: candidate, current: current)
        var queries: [GenerationComparison.Question] = []
        for playlist in playlists where queries.count < tolerance.queries {
            if let query = comparison.query(playlist) { queries.append(query) }
        }
        guard queries.count >= tolerance.minimumQueries else {
            return .pass(
                summary:
                    "too few playlists to compare by: \(queries.count) where \(tolerance.minimumQueries) are needed")
        }
        var findings: [Finding] = []
        for aspect in Aspect.allCases {
            var pairs: [GenerationComparison.Pair] = []
            for query in queries {
                pairs.append(try comparison.compare(query, aspect))
                await Task.yield()
            }
            findings.append(finding(aspect, pairs))
        }
        let worse = findings.filter(\.isWorse)
        return worse.isEmpty
            ? .pass(summary: Self.text(findings, queries.count)) : .refuse(reason: Self.text(worse, queries.count))
    }

    /// What generations are asked for.
    enum Aspect: String, CaseIterable {
        /// What a request with the defaults gets.
        case served = "as served"
        /// Plain cosine without the blocks that playlists teach.
        case content = "by content alone"
    }

    private struct Finding {
        var text: String
        var isWorse: Bool
    }

    private func finding(_ aspect: Aspect, _ pairs: [GenerationComparison.Pair]) -> Finding {
        let bootstrap = Bootstrap(labels: pairs.map { _ in "all" })
        let (candidate, current) = (pairs.map(\.candidate), pairs.map(\.current))
        guard let new = bootstrap.estimate(candidate), let old = bootstrap.estimate(current),
            let difference = bootstrap.difference(candidate, current)
        else { return Finding(text: "\(aspect.rawValue) nothing", isWorse: false) }
        let text =
            "\(aspect.rawValue) \(Self.text(new.mean)) against \(Self.text(old.mean)), difference"
            + " \(Self.text(difference.mean)) [\(Self.text(difference.low)), \(Self.text(difference.high))]"
        return Finding(text: text, isWorse: difference.high < 0 && -difference.mean > tolerance.loss * old.mean)
    }

    private static func text(_ findings: [Finding], _ queries: Int) -> String {
        "nDCG@100 over \(queries) playlists with \(seeds) seeds each: " + findings.map(\.text).joined(separator: "; ")
    }

    private static func text(_ value: Double) -> String { ReportTables.text(value, digits: 4) }

    /// Playlists long enough to ask about, in an order that hashes of their ids decide; some more than are asked about,
    /// because of some the two generations know too little.
    private func sample(_ view: any CatalogView) async throws -> [PlaylistContents] {
        var kept: [(rank: UInt64, playlist: PlaylistContents)] = []
        var last = PlaylistID(rawValue: .min)
        while true {
            let page = try await view.playlists(after: last, entries: 10_000)
            guard let end = page.last else { break }
            last = end.id
            kept += page.filter { $0.tracks.count >= Query.minimumItems }.map {
                (SplitMix64.mixed(UInt64(bitPattern: $0.id.rawValue)), $0)
            }
            kept.sort { $0.rank < $1.rank }
            kept.removeLast(max(0, kept.count - 2 * tolerance.queries))
        }
        return kept.map(\.playlist)
    }
}
