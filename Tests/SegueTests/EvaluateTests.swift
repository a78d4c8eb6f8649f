import Evaluation
import Foundation
import Terminal
import TestSupport
import Testing

@testable import segue

@Suite("segue evaluate") struct EvaluateTests {
    private func withDemo(
        _ tracks: Int, _ playlists: Int, _ body: @Sendable ([String: String], String) async throws -> Void
    )
        async throws
    {
        try await withMigratedDatabase { database in
            try await withTemporaryDirectory { folder in
                let environment = ["DATABASE_URL": database.conninfo, "SEGUE_INDEX_DIR": "\(folder)/index"]
                if tracks > 0 {
                    let demo = ["demo", "--tracks", "\(tracks)", "--playlists", "\(playlists)"]
                    #expect(await segue(demo, environment: environment).status == .success)
                }
                try await body(environment, folder)
            }
        }
    }

    @Test func aCatalogIsEvaluatedIntoTablesAndFiles() async throws {
        try await withDemo(1_200, 90) { environment, folder in
            let short = ["evaluate", "--folds", "3", "--fold", "1", "--seeds", "5", "--explained", "10"]
            let methods = ["--methods", "random,segue,naive"]
            let shown = await segue(short + methods + ["--out", "\(folder)/out"], environment: environment, width: 200)
            #expect(shown.status == .success, "\(shown.errors)")
            for words in ["k = 5", "nDCG@100", "segue less", "the block named first", "cold nDCG@100"] {
                #expect(shown.output.contains(words))
            }
            #expect(!shown.output.contains("serving") && !shown.output.contains("popularity"))
            #expect(FileManager.default.fileExists(atPath: "\(folder)/out/report.md"))
            #expect(FileManager.default.fileExists(atPath: "\(folder)/out/trec/run.k5.random.txt"))
        }
    }

    @Test func whatServesIsComparedButMarked() async throws {
        try await withDemo(800, 60) { environment, _ in
            let built = await segue(["index", "build"], environment: environment)
            #expect(built.status == .success && built.output.contains("nothing serves yet to compare with"))
            let arguments = ["evaluate", "--folds", "2", "--fold", "0", "--seeds", "5", "--explained", "0", "--json"]
            let outcome = await segue(arguments + ["--methods", "segue,serving"], environment: environment)
            let report = try outcome.json(EvaluationReport.self)
            #expect(report.rows.map(\.inSample) == [false, true])
            #expect(report.differences.isEmpty && report.faithfulness == nil)
            #expect(report.warnings.contains { $0.contains("in-sample") })
            #expect(outcome.errors.contains("no forecast"))
        }
    }

    @Test(
        "A split file that cannot be used changes nothing",
        arguments: [("nobody,0\n", "none of the 1 playlists"), ("a,b,c,d\n", "line 1 of the split file")])
    func aBadSplitChangesNothing(_ text: String, _ reason: String) async throws {
        try await withDemo(200, 12) { environment, folder in
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/split.csv"))
            let arguments = ["evaluate", "--split", "\(folder)/split.csv", "--out", "\(folder)/out"]
            let outcome = await segue(arguments, environment: environment)
            #expect(outcome.status == .failure && outcome.output == "")
            #expect(outcome.errors.contains(reason))
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/out"))
        }
    }

    @Test func anEmptyCatalogAndAMissingFileAreNamed() async throws {
        try await withDemo(0, 0) { environment, folder in
            let empty = await segue(["evaluate"], environment: environment)
            #expect(empty.status == .failure && empty.errors.contains("the catalog is empty"))
            let missing = await segue(["evaluate", "--split", "\(folder)/none.csv"], environment: environment)
            #expect(missing.status == .failure && missing.errors.contains("cannot be read"))
        }
    }
}
