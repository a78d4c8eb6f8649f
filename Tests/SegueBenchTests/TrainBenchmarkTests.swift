import Foundation
import Terminal
import Testing

@testable import segue_bench

@Suite struct TrainBenchmarkTests {
    private func facts(_ words: String...) async throws -> [String: Double] {
        let run = await BenchRun(["train"] + words)
        #expect(run.status == .success)
        return try JSONDecoder().decode([String: Double].self, from: Data(run.output.utf8))
    }

    @Test func aRunTellsStagesMemoryAndEntries() async throws {
        let facts = try await facts("--tracks", "2000", "--playlists", "100", "--entries", "3000", "--threads", "1")
        for stage in ["generate_tracks", "collect_tracks", "collect_playlists", "train", "track_factors_alone"] {
            #expect(try #require(facts["seconds_\(stage)"]) > 0)
        }
        #expect(try #require(facts["peak_mib"]) > 1)
        #expect((2_000...4_500).contains(try #require(facts["entries"])))
    }

    @Test func exportedPairsAreTheEntries() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "pairs-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let facts = try await facts("--tracks", "500", "--playlists", "20", "--entries", "400", "--export", path)
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let numbers = stride(from: 0, to: bytes.count, by: 4).map { at in
            bytes[at..<at + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        #expect(Double(numbers.count) == 2 * (facts["entries"] ?? 0))
        let (playlists, tracks) = (stride(from: 0, to: numbers.count, by: 2), stride(from: 1, to: numbers.count, by: 2))
        #expect(playlists.allSatisfy { numbers[$0] < 20 } && tracks.allSatisfy { numbers[$0] < 500 })
        #expect(Set(playlists.map { numbers[$0] }).count == 20)
    }
}
