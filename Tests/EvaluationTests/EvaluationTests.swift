import Catalog
import Storage
import TestSupport
import Testing

@testable import Evaluation

@Suite("Evaluations") struct EvaluationTests {
    @Test func theSpaceBeatsSoundAndChance() async throws {
        let report = try await SampleEvaluation.outcome().report
        for seeds in [1, 5, 10] {
            let ndcg = try report.methods.map { method in
                (method, try #require(report.row(method, seeds: seeds)?.metrics[Metric.ndcg.rawValue]).mean)
            }
            let values = Dictionary(uniqueKeysWithValues: ndcg)
            #expect(values[.segue] ?? 0 > 1.2 * (values[.naive] ?? 1))
            #expect(values[.segue] ?? 0 > 3 * (values[.random] ?? 1))
            #expect(values[.serving] == nil)
        }
    }

    @Test func answersAreDistinctCoveredAndHoldNoSeed() async throws {
        let outcome = try await SampleEvaluation.outcome()
        let catalog = outcome.evaluation.catalog
        for (method, lists) in outcome.result.answers {
            for (query, list) in zip(outcome.result.queries, lists) {
                #expect(list.count == Query.depth || method == .als, "\(method)")
                #expect(Set(list).count == list.count)
                #expect(Set(list).isDisjoint(with: query.seeds))
                #expect(list.allSatisfy { catalog.isEligible[Int($0)] })
            }
        }
    }

    @Test func onlyTheFoldsAskedForAreTested() async throws {
        let outcome = try await SampleEvaluation.outcome()
        #expect(outcome.report.folds.map(\.fold) == [0, 1])
        #expect(outcome.result.queries.allSatisfy { [0, 1].contains($0.fold) })
        for fold in outcome.report.folds {
            let tested = outcome.evaluation.split.folds.count { $0 == fold.fold }
            #expect(fold.trainingPlaylists == outcome.evaluation.catalog.playlists.count - tested)
        }
    }

    @Test func thePlaylistsTestedHaveNotBeenLearnedFrom() async throws {
        let outcome = try await SampleEvaluation.outcome()
        let catalog = outcome.evaluation.catalog
        let (fold, training) = (0, outcome.evaluation.split.training(for: 0))
        let lists = Set(training.map { catalog.playlists[$0].id })
        for query in outcome.result.queries where query.fold == fold {
            #expect(!lists.contains(catalog.playlists[query.playlist].id))
        }
    }

    @Test func aSecondRunIsEqual() async throws {
        let outcome = try await SampleEvaluation.outcome()
        var options = outcome.evaluation.options
        options.folds = [1]
        options.methods = [.segue, .als, .random]
        options.explainedAnswers = 0
        let again = try Evaluation(
            of: outcome.evaluation.catalog, split: outcome.evaluation.split, options: options
        ).run()
        let places = outcome.result.queries.indices.filter { outcome.result.queries[$0].fold == 1 }
        #expect(again.queries == places.map { outcome.result.queries[$0] })
        for method in options.methods {
            #expect(again.answers[method] == places.compactMap { outcome.result.answers[method]?[$0] })
        }
    }

    @Test func differencesArePairedAndNeverAgainstWhatIsInSample() async throws {
        let report = try await SampleEvaluation.outcome().report
        #expect(!report.differences.contains { $0.against == .serving || $0.against == .segue })
        for difference in report.differences {
            let own = try #require(report.row(.segue, seeds: difference.seeds)?.metrics[Metric.ndcg.rawValue])
            let other = try #require(
                report.row(difference.against, seeds: difference.seeds)?.metrics[Metric.ndcg.rawValue])
            let estimate = try #require(difference.metrics[Metric.ndcg.rawValue])
            #expect(abs(estimate.mean - (own.mean - other.mean)) < 1e-9)
        }
    }

    @Test func coldTargetsAreOnNoTrainingPlaylist() async throws {
        let outcome = try await SampleEvaluation.outcome()
        let catalog = outcome.evaluation.catalog
        for cold in outcome.result.cold {
            let training = outcome.evaluation.split.training(for: cold.query.fold)
            let listed = Set(training.flatMap { catalog.playlists[$0].items })
            #expect(cold.query.targets.count >= Query.minimumColdTargets)
            #expect(listed.isDisjoint(with: cold.query.targets))
            #expect(listed.isDisjoint(with: cold.segue) && listed.isDisjoint(with: cold.naive))
        }
    }

    @Test func explanationsNameTheReasons() async throws {
        let seen = try #require(try await SampleEvaluation.outcome().report.faithfulness)
        #expect(seen.answers >= 200)
        #expect(seen.difference.low > 0)
        #expect(seen.changeWithoutFirst.mean > seen.changeWithoutLast.mean)
        #expect(seen.keptWithoutFirst < seen.keptWithoutLast)
        #expect(seen.firstChangesMore > 0.5)
    }

    @Test func aLimitKeepsTheSamePlaylistsForAllSeeds() async throws {
        let outcome = try await SampleEvaluation.outcome()
        var options = outcome.evaluation.options
        options.maximumPlaylists = 9
        let few = Evaluation(of: outcome.evaluation.catalog, split: outcome.evaluation.split, options: options)
        let queries = try few.queries()
        #expect(Set(queries.map(\.playlist)).count == 9)
        #expect(Set(queries).isSubset(of: outcome.result.queries))
    }
}

@Suite("Catalogs that cannot be evaluated on") struct BadCatalogTests {
    private func evaluation(
        _ tracks: [CatalogTrack], _ playlists: [PlaylistContents], folds: Int = 2,
        universe: EvaluationCatalog.Universe = .covered
    ) -> Evaluation {
        let catalog = EvaluationCatalog(tracks: tracks, playlists: playlists, universe: universe)
        var options = EvaluationOptions()
        options.resamples = 20
        let split = Split(grouping: catalog.playlists, itemCount: catalog.items.count, folds: folds)
        return Evaluation(of: catalog, split: split, options: options)
    }

    private let tracks = (1...60).map { track(Int64($0), energy: Float($0 % 11) / 11) }

    /// Runs to the end, where every number must be finite.
    private func report(_ evaluation: Evaluation) throws -> EvaluationReport {
        let result = try evaluation.run()
        let report = EvaluationReport(result, of: evaluation)
        for row in report.rows {
            #expect(row.metrics.values.allSatisfy { $0.mean.isFinite && $0.low.isFinite && $0.high.isFinite })
        }
        return report
    }

    @Test func anEmptyCatalogIsNamed() async throws {
        try await withTestDatabase { store in
            let error = await #expect(throws: EvaluationError.self) {
                try await store.withView { try await EvaluationCatalog(reading: $0) }
            }
            #expect(error?.kind == .emptyCatalog && error?.description.contains("segue demo") == true)
        }
    }

    @Test func aCatalogWithoutPlaylistsIsNamed() async throws {
        try await withTestDatabase { store in
            try await fill(store, tracks: 30, playlists: 0)
            let error = await #expect(throws: EvaluationError.self) {
                try await store.withView { try await EvaluationCatalog(reading: $0) }
            }
            #expect(error?.kind == .noPlaylists && error?.description.contains("segue import") == true)
        }
    }

    @Test func playlistsOfOneTrackGiveNoQuery() {
        let single = evaluation(tracks, (1...20).map { contents(Int64($0), [Int64($0)]) })
        let error = #expect(throws: EvaluationError.self) { try single.queries() }
        #expect(error?.kind == .noQueries && error?.description.contains("has 1)") == true)
    }

    @Test func tracksWithoutFeaturesGiveNoQueryUnlessAllCount() throws {
        let bare = (1...60).map { track(Int64($0), energy: nil) }
        let playlists = [contents(1, 1...20), contents(2, 21...40), contents(3, 41...60)]
        let error = #expect(throws: EvaluationError.self) { try evaluation(bare, playlists).queries() }
        #expect(error?.description.contains("--universe all") == true)
        #expect(try report(evaluation(bare, playlists, universe: .all)).catalog.candidates == 60)
    }

    @Test func onePlaylistIsAnsweredByContentAlone() throws {
        let alone = try report(evaluation(tracks, [contents(1, 1...20)]))
        #expect(alone.folds.map(\.trainingPlaylists) == [0])
        #expect(alone.warnings.contains { $0.contains("content alone") })
        #expect(alone.warnings.contains { $0.contains("playlists asked about: 1,") })
    }

    @Test func aPlaylistOfTheWholeCatalogIsAnswered() throws {
        let whole = try report(evaluation(tracks, [contents(1, 1...60), contents(2, 1...15), contents(3, 30...45)]))
        #expect(whole.catalog.testedPlaylists == 3)
    }

    @Test func allTracksByOneArtistAreAnswered() throws {
        let one = (1...60).map { track(Int64($0), artist: "Only", energy: Float($0 % 11) / 11) }
        let report = try report(evaluation(one, [contents(1, 1...20), contents(2, 30...50), contents(3, 15...35)]))
        #expect(report.row(.segue, seeds: 5)?.metrics[Metric.artists.rawValue]?.mean == 1)
    }

    @Test func tracksThatAllSoundTheSameAreAnswered() throws {
        let flat = (1...60).map { track(Int64($0), energy: 0.5) }
        let report = try report(evaluation(flat, [contents(1, 1...20), contents(2, 30...50)]))
        #expect(report.row(.naive, seeds: 5)?.metrics[Metric.ndcg.rawValue]?.mean == 0)
    }

    @Test func playlistsOfUnknownTracksAreEmpty() {
        let strangers = evaluation(tracks, [contents(1, 1_000...1_020)])
        #expect(throws: EvaluationError.self) { try strangers.queries() }
    }

    @Test func aFoldThatIsNotThereIsNamed() {
        let good = evaluation(tracks, [contents(1, 1...20)])
        var options = good.options
        options.folds = [7]
        let error = #expect(throws: EvaluationError.self) {
            try Evaluation(of: good.catalog, split: good.split, options: options).queries()
        }
        #expect(error?.kind == .badRequest && error?.description.contains("fold 7") == true)
    }
}
