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
        let display = ProgressDisplay("Job \(id), \(first.kind)", unit: "%", total: 100, on: console.errors)
        defer { display.finish() }
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

    private func follow(_ id: JobID, _ glances: AsyncStream<Void>, _ display: ProgressDisplay) async throws -> Job? {
        var said: String?
        for await _ in glances {
            let job: Job?
            do { job = try await store.job(id) } catch CatalogStoreError.unavailable { continue }
            guard let job, !job.status.isFinal else { return job }
            if endsAtPostponement, job.status == .pending, job.dueAt.timeIntervalSinceNow > 60 { return job }
            display.update(Int(job.progress * 100), of: 100)
            // Beside a bar there is room for one thing only; elsewhere each new message is worth a line.
            if !console.errors.isTerminal, let message = job.message, message != said {
                console.note("job \(id): \(Int(job.progress * 100))%, \(Printable.text(message))")
                said = message
            }
        }
        throw CancellationError()
    }
}
