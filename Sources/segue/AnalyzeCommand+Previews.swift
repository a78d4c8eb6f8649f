import Foundation
import Jobs
import Previews
import Providers
import Storage
import Synchronization
import Terminal

extension AnalyzeCommand {
    static let previews = Flag("--previews", "Listen to previews of tracks instead, as SEGUE_PREVIEWS_FROM permits")
    static let limit = Option(
        "--limit", "TRACKS", .integer(in: 1...100_000_000), "With --previews: look at so many tracks at most")
    static let detach = Flag("--detach", "With --previews: leave it to `segue work` as a job and return at once")

    /// Looks for previews of tracks that were not looked at, here or as a job.
    func listen(_ invocation: Invocation) async throws -> ExitStatus {
        let settings = try context.settings(invocation)
        let store = try settings.store()
        let provider = try await OutsideWorld(settings, store: store).previewSound(settings, store: store)
        if invocation[Self.detach] { return try await enqueue(invocation, store) }
        var options = Enricher.Options()
        options.limit = invocation[Self.limit]
        options.tracksPerCommit = PreviewHandler.tracksPerCommit
        let display = ProgressDisplay(
            "Listening", unit: "tracks", total: options.limit, on: context.console.errors)
        var report = PreviewReport()
        let latest = Mutex(Enricher.Progress())
        do {
            try await Enricher(provider, over: store, into: store, options: options).run { progress in
                latest.withLock { $0 = progress }
                display.update(progress.asked)
            }
        } catch {
            report.problem = ErrorText.line(error)
        }
        display.finish()
        let progress = latest.withLock { $0 }
        (report.asked, report.heard, report.without) = (progress.asked, progress.found, provider.reasons)
        if invocation[json] { try context.console.json(report) } else { context.console.output.line(report.line) }
        return report.problem == nil ? .success : .failure
    }

    private func enqueue(_ invocation: Invocation, _ store: PostgresStore) async throws -> ExitStatus {
        let payload = PreviewHandler.Payload(limit: invocation[Self.limit])
        let job = try await store.enqueue(
            JobRequest(kind: PreviewHandler.kind, payload: try JobDocument(payload), key: .init("previews"))
        ).job
        if invocation[json] {
            try context.console.json(job)
        } else {
            context.console.output.line(StyledText("job \(job.id) is in the queue; segue jobs watch \(job.id)"))
        }
        return .success
    }
}

/// What came of looking for previews.
struct PreviewReport: Encodable {
    var asked = 0
    var heard = 0
    /// Why tracks were left without, with how many.
    var without: [String: Int] = [:]
    var problem: String?

    /// For a person.
    var line: StyledText {
        let numbers = [asked, heard].map { GroupedNumber.text($0) }
        let reasons = without.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\(GroupedNumber.text($0.value)) \($0.key)" }
        let rest = reasons.isEmpty ? "" : " (without: \(reasons.joined(separator: ", ")))"
        let trouble = problem.map { StyledText("; stopped: \($0)", .color(.yellow)) } ?? StyledText("")
        return StyledText("\(numbers[0]) tracks looked at, \(numbers[1]) heard\(rest)") + trouble
    }
}
