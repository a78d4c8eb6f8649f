import Foundation
import Jobs
import Terminal

/// What a person reads about jobs.
enum JobText {
    /// One row for each job.
    static func table(_ jobs: [Job]) -> Table {
        var table = Table([
            .init("Job", .trailing), .init("Kind"), .init("Status"), .init("Done", .trailing), .init("Created"),
            .init("Took", .trailing), .init("Attempts", .trailing), .init("At", shrinksTo: 16),
        ])
        for job in jobs {
            let cells = [
                StyledText("\(job.id)"), StyledText(Printable.text(job.kind)), status(job),
                StyledText("\(Int(job.progress * 100))%"), StyledText(time(job.createdAt)),
                StyledText(duration(job) ?? ""), StyledText("\(job.attempts)"),
                StyledText(Printable.text(job.error.flatMap { job.status == .done ? nil : $0 } ?? job.message ?? "")),
            ]
            table.append(Table.Row(cells))
        }
        return table
    }

    /// Everything about a job.
    static func lines(_ job: Job) -> [StyledText] {
        var lines = [StyledText("job \(job.id) ", .bold) + StyledText(Printable.text(job.kind)) + " " + status(job)]
        lines.append(StyledText("  \(Int(job.progress * 100))%\(job.message.map { ", \(Printable.text($0))" } ?? "")"))
        let facts: [(String, String?)] = [
            ("created", time(job.createdAt)), ("due", job.status == .pending ? time(job.dueAt) : nil),
            ("begun", job.startedAt.map(time)), ("ended", job.finishedAt.map(time)), ("took", duration(job)),
            ("attempts", "\(job.attempts), \(job.failures) of \(job.maximumFailures) failures in a row"),
            ("worker", job.worker), ("schedule", job.schedule), ("key", job.key),
            ("payload", job.payload == .empty ? nil : job.payload.text), ("error", job.error),
            ("cancel", job.isCancelRequested && !job.status.isFinal ? "asked for" : nil),
        ]
        for (name, value) in facts {
            if let value { lines.append(StyledText("  \(name): ", .dim) + StyledText(Printable.text(value))) }
        }
        return lines + steps(job)
    }

    /// The steps of a nightly run, or whatever else the job has to say.
    private static func steps(_ job: Job) -> [StyledText] {
        guard let report = try? job.metadata.decoded(as: Steps.self) else {
            return job.metadata == .empty ? [] : [StyledText("  result: ", .dim) + StyledText(job.metadata.text)]
        }
        return report.steps.map { part in
            let seconds = part.seconds.map { " in \($0) s" } ?? ""
            let note = part.note.map { ": \(Printable.text($0))" } ?? ""
            return StyledText("  \(mark(part.outcome)) \(part.name)") + StyledText("\(seconds)\(note)", .dim)
        }
    }

    private struct Steps: Decodable { var steps: [NightlyPart] }

    private static func mark(_ outcome: NightlyPart.Outcome) -> String {
        switch outcome {
        case .waiting: "·"
        case .running: "▶"
        case .done: "✓"
        case .skipped: "–"
        case .postponed: "…"
        case .failed, .refused: "✗"
        }
    }

    private static func status(_ job: Job) -> StyledText {
        let style: Style =
            switch job.status {
            case .pending: .dim
            case .running: .bold
            case .done: .color(.green)
            case .failed: .color(.red)
            case .cancelled: .color(.yellow)
            }
        return StyledText(job.status.rawValue, style)
    }

    /// By the clock of this machine.
    static func time(_ date: Date) -> String {
        date.formatted(
            Date.ISO8601FormatStyle(timeZone: .current).year().month().day().dateSeparator(.dash)
                .time(includingFractionalSeconds: false).dateTimeSeparator(.space))
    }

    private static func duration(_ job: Job) -> String? {
        guard let start = job.startedAt, let end = job.finishedAt ?? (job.status == .running ? Date() : nil) else {
            return nil
        }
        let seconds = max(0, Int(end.timeIntervalSince(start).rounded()))
        return seconds < 60 ? "\(seconds)s" : "\(seconds / 60)m\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)s"
    }
}
