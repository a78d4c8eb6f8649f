internal import Catalog
internal import ColumnFile
internal import Features
internal import IndexLifecycle
internal import Recommendation
internal import VectorIndex

/// The space of one fold as a server would have it: learned from the fold's training playlists, indexed, tuned.
struct FoldSpace {
    /// What answers.
    let serving: ServingCatalog
    /// What playlists taught.
    let factors: LearnedFactors
    /// On how many training playlists each item is.
    let listings: [Int32]
    /// Number of training playlists.
    let trainingPlaylists: Int

    /// Learns and assembles through the service's own steps. Tracks outside the universe are learned from, but have no
    /// place in the index, so that no answer holds them.
    /// - Parameters:
    ///   - facts: the tracks' facts, which all folds share.
    ///   - training: numbers of the playlists to learn from.
    ///   - progress: is told the share done, 0 to 1.
    init(
        _ catalog: EvaluationCatalog, facts: ColumnFile, fold: Int, training: [Int], options: BuildOptions,
        progress: (Double) -> Void
    ) throws {
        var settings = options.training
        settings.threads = options.threads
        var trainer = SpaceTrainer(options: settings)
        trainer.add(catalog.tracks)
        for number in training {
            let playlist = catalog.playlists[number]
            trainer.add(playlist: playlist.id, tracks: playlist.tracks)
        }
        let trained = try trainer.finish { progress(0.6 * $0) }
        let (rows, vectors) = Self.vectors(Vectorizer(trained), catalog)
        progress(0.8)
        guard !vectors.isEmpty else {
            throw EvaluationError(.noQueries, "no track of the catalog has features that a vector could be made from")
        }
        let segment = try IndexAssembly(options: options).segment(
            vectors: vectors, rows: rows, facts: facts, space: trained.space,
            seeds: training.prefix(options.recallQueries).map { Array(catalog.playlists[$0].tracks.prefix(5)) })
        progress(1)
        let info = GenerationInfo(id: "fold-\(fold)", builtAt: "", tracks: catalog.tracks.count)
        serving = ServingCatalog(generation: info, space: trained.space, segments: [segment])
        factors = trained.factors
        listings = Self.listings(catalog, training)
        trainingPlaylists = training.count
    }

    private static func vectors(
        _ vectorizer: Vectorizer, _ catalog: EvaluationCatalog
    ) -> (SpaceRows, [TrackVector]) {
        var rows = SpaceRows()
        var vectors: [TrackVector] = []
        vectors.reserveCapacity(catalog.tracks.count)
        for (row, track) in catalog.tracks.enumerated() {
            let isEligible = catalog.isEligible[Int(catalog.items.itemOfRow[row])]
            let vector = isEligible ? vectorizer.vector(for: track) : nil
            rows.append(
                track.id, coverage: vector?.coverage ?? Coverage(), familiarity: vectorizer.familiarity(of: track))
            if let vector { vectors.append(vector) }
        }
        return (rows, vectors)
    }

    private static func listings(_ catalog: EvaluationCatalog, _ training: [Int]) -> [Int32] {
        var listings = [Int32](repeating: 0, count: catalog.items.count)
        for number in training {
            for item in catalog.playlists[number].items { listings[Int(item)] += 1 }
        }
        return listings
    }
}
