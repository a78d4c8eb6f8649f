import Configuration
import Foundation
import MusicFolder
import Storage
import Terminal

/// Runs over folders of music under settings, with their progress shown.
struct FolderRun: Sendable {
    let settings: Settings
    let store: PostgresStore
    let console: Console
    /// What asks for an end.
    let signals: StopSignals

    /// Analyses what is new in a folder, until all is done or a signal asks to stop.
    func report(_ folder: String, again: Bool = false, mayBeEmpty: Bool = false) async throws -> FolderReport {
        let display = ProgressDisplay("Analysing", unit: "files", on: console.errors)
        defer { display.finish() }
        let analysis = analysis
        let work = Task {
            try await analysis.run(folder, again: again, mayBeEmpty: mayBeEmpty) { done, total in
                display.update(done, of: total)
            }
        }
        let watch = Task {
            guard await signals.first() != nil else { return }
            work.cancel()
        }
        defer { watch.cancel() }
        return try await work.value
    }

    private var analysis: FolderAnalysis {
        let workers = settings[.analysisWorkers]
        return FolderAnalysis(
            store: store, pool: AnalyzerPool(program: settings.analyzerPath, limits: settings.analysisLimits),
            workers: workers > 0 ? workers : ProcessInfo.processInfo.activeProcessorCount)
    }
}

extension Settings {
    /// Where `segue-analyze` is: what the setting says, else beside this program.
    var analyzerPath: String {
        if let path = self[.analyzer] { return path }
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "/segue"
        return URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("segue-analyze").path
    }

    /// What one file may cost.
    var analysisLimits: AnalyzerPool.Limits {
        var limits = AnalyzerPool.Limits()
        limits.seconds = self[.analysisSeconds]
        limits.memory = self[.analysisMemory]
        limits.longest = self[.analysisLongest]
        return limits
    }
}
