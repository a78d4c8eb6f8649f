import Catalog
import Foundation
import Jobs
import Storage
import Terminal

/// Follows a job to its end, with a bar on a terminal.
struct JobWatch: Sendable {
    let store: PostgresStore
    let console: Console
    /// Whether a job that waits for longer than a minute is given back as it is.
    var endsAtPostponement = false

    /// From one look to the next where nobody says that something changed.
    private static let pause = Duration.seconds(2)

    /// The job once it has ended; nil where there is none of this number.
    func run(_ id: JobID) async throws -> Job? {
        guard let first = try await store.job(id) else { return nil }
        let display =
            console.errors.isTerminal
            ? ProgressDisplay("Job \(id), \(first.kind)", unit: "%", total: 100, on: console.errors) : nil
        defer { display?.finish() }
        let feed = JobFeed(store: store)
        let listening = Task { await feed.run() }
        defer { listening.cancel() }
        let (glances, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        continuation.yield()
        let ringing = Task { for await _ in feed.signals(of: id) { continuation.yield() } }
        let ticking = Task { while (try? await Task.sleep(for: Self.pause)) != nil { continuation.yield() } }
        defer {
            ringing.cancel()
            ticking.cancel()
        }
        return try await follow(id, glances, display)
    }

    /// Beside a bar there is room for one thing only; elsewhere there are lines.
    private func follow(_ id: JobID, _ glances: AsyncStream<Void>, _ display: ProgressDisplay?) async throws -> Job? {
        var lines = JobLines()
        for await _ in glances {
            let job: Job?
            do { job = try await store.job(id) } catch CatalogStoreError.unavailable { continue }
            guard let job, !job.status.isFinal else { return job }
            if endsAtPostponement, job.status == .pending, job.dueAt.timeIntervalSinceNow > 60 { return job }
            display?.update(Int(job.progress * 100), of: 100)
            if display == nil, let line = lines.line(for: job, at: .now) { console.note(line) }
        }
        throw CancellationError()
    }
}

/// Decides when something about a job is worth a line where there is no terminal: when it is new, and five seconds after
/// the line before at the earliest.
struct JobLines: Sendable {
    private static let pause = Duration.seconds(5)

    private var said: String?
    private var moment: ContinuousClock.Instant?

    /// The line for a job as it is now; nil where it is not worth one.
    mutating func line(for job: Job, at now: ContinuousClock.Instant) -> String? {
        guard let message = job.message else { return nil }
        let line = "job \(job.id): \(Int(job.progress * 100))%, \(Printable.text(message))"
        guard line != said, moment.map({ now - $0 >= Self.pause }) ?? true else { return nil }
        (said, moment) = (line, now)
        return line
    }
}
