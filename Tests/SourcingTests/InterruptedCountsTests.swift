import Catalog
import FakeServices
import Foundation
import Ingest
import Sourcing
import Storage
import Synchronization
import TestSupport
import Testing

/// What a report tells a listener, whatever its run went through.
private struct Told: Sendable, Equatable {
    var held: [Int]
    var oddities: SpotifyAnswer.Oddities
    var brought: [Int]

    init(_ report: SourceReport) {
        let counts = report.counts
        held = [report.tracks, report.entries, report.playlists, report.unchanged, report.withheld]
        oddities = report.oddities
        brought = [
            counts.newTracks, counts.newEntries, counts.newPlaylists, counts.changedPlaylists, counts.savedTracks,
            counts.newPlays,
        ]
    }
}

/// Runs of one source, each of which goes on from the checkpoint of the one before.
private final class Runs: Sendable {
    private let source: Source
    private let bench: SpotifyBench
    private let latest = Mutex<SourceReport?>(nil)
    private let running = Mutex<Task<SourceReport, any Error>?>(nil)

    init(of source: Source, _ bench: SpotifyBench) { (self.source, self.bench) = (source, bench) }

    func stop() { running.withLock { $0?.cancel() } }

    /// Begins a run; `checkpoint` is told of each one that was kept.
    func begin(_ checkpoint: @escaping @Sendable () throws -> Void = {}) -> Task<SourceReport, any Error> {
        running.withLock { running in
            let task = Task { [self] in
                try await bench.ingest().run(
                    source, resuming: latest.withLock { $0 },
                    .init(checkpoint: { report in
                        // As a database does that is asked by somebody who does not wait any longer.
                        try Task.checkCancellation()
                        let kept = try JSONDecoder().decode(SourceReport.self, from: JSONEncoder().encode(report))
                        self.latest.withLock { $0 = kept }
                        try checkpoint()
                    }))
            }
            running = task
            return task
        }
    }
}

/// What becomes of a run at one of its checkpoints, which is kept.
struct Interruption: Sendable, CustomTestStringConvertible {
    /// Whether nothing else happens after it.
    var kills: Bool
    var checkpoint: Int

    var testDescription: String { "\(kills ? "killed" : "stopped") at checkpoint \(checkpoint)" }

    static let all =
        [1, 3, 9].map { Interruption(kills: false, checkpoint: $0) }
        + [2, 4].map { Interruption(kills: true, checkpoint: $0) }
}

@Suite struct InterruptedCountsTests {
    @Test(arguments: Interruption.all)
    func whatIsInterruptedAtACheckpointCountsOnce(_ interruption: Interruption) async throws {
        struct Killed: Error {}
        let expected = try await Undisturbed.run.value.reports.map(Told.init)
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            for (source, told) in zip(remoteSources, expected) {
                let runs = Runs(of: source, bench)
                let checkpoints = Countdown(interruption.checkpoint)
                let first = runs.begin {
                    guard checkpoints.countDown() == 0 else { return }
                    if interruption.kills { throw Killed() } else { runs.stop() }
                }
                _ = await first.result
                #expect(Told(try await runs.begin().value) == told, "\(source)")
            }
        }
    }

    /// At whatever it is: reading, writing, or between the two.
    @Test func whatIsStoppedAgainAndAgainCountsOnce() async throws {
        let step = 150
        let expected = try await Undisturbed.run.value.reports.map(Told.init)
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            for (source, told) in zip(remoteSources, expected) {
                let runs = Runs(of: source, bench)
                var (patience, stops) = (step, 0)
                while true {
                    let run = runs.begin()
                    let timer = Task { [patience] in
                        try await Task.sleep(for: .milliseconds(patience))
                        run.cancel()
                    }
                    defer { timer.cancel() }
                    guard case .failure = await run.result else {
                        #expect(Told(try await run.value) == told, "\(source), stopped \(stops) times")
                        break
                    }
                    (patience, stops) = (patience + step, stops + 1)
                    try #require(stops < 100)
                }
            }
        }
    }
}
