internal import HTTPServer
internal import Jobs
internal import Synchronization

/// Streams of server-sent events (WHATWG HTML, section 9.2) about jobs.
struct JobEvents: Sendable {
    let jobs: JobAccess
    private let gate: StreamGate
    private let retryAfter: Int

    init(jobs: JobAccess, retryAfter: Int) {
        (self.jobs, self.retryAfter) = (jobs, retryAfter)
        gate = StreamGate(limit: jobs.maximumStreams)
    }

    /// A stream about a job that exists.
    /// - Throws: `Problem` where there is none, or as many streams as may be are open.
    func response(for id: JobID) async throws -> HTTPResponse {
        guard try await jobs.store.job(id) != nil else { throw JobsRoutes.unknown }
        guard let permit = gate.enter() else {
            throw Problem(
                .tooManyStreams, "\(gate.limit) streams of events are open; ask for the job itself from time to time"
            ).retrying(after: retryAfter)
        }
        let stream = HTTPBodyStream { writer in
            await follow(id, writer)
            withExtendedLifetime(permit) {}
        }
        return HTTPResponse(contentType: "text/event-stream", stream: stream)
    }

    /// Looks at the job whenever it may have changed, and from time to time in case nobody said so.
    private func follow(_ id: JobID, _ writer: HTTPBodyStream.Writer) async {
        let (glances, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        continuation.yield()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in jobs.feed.signals(of: id) { continuation.yield() } }
            group.addTask {
                while (try? await Task.sleep(for: jobs.keepAlive)) != nil { continuation.yield() }
            }
            await relay(id, glances, writer)
            group.cancelAll()
        }
    }

    private func relay(_ id: JobID, _ glances: AsyncStream<Void>, _ writer: HTTPBodyStream.Writer) async {
        var shown = ""
        for await _ in glances {
            let glance = await glance(at: id)
            let isNews = glance.text != nil && glance.text != shown
            shown = glance.text ?? shown
            let piece = isNews ? "event: job\ndata: \(shown)\n\n" : ": alive\n\n"
            guard await writer.write(Array(piece.utf8)), !glance.isLast else { return }
        }
    }

    /// The job as a document without its heartbeat, which is no news; nil where the store is out of reach, which is no
    /// reason to hang up.
    private func glance(at id: JobID) async -> (text: String?, isLast: Bool) {
        do {
            guard var job = try await jobs.store.job(id) else { return (nil, true) }
            job.heartbeatAt = nil
            return (try JobDocument(job).text, job.status.isFinal)
        } catch {
            return (nil, false)
        }
    }
}

/// Counts open streams, so that they cannot use up all connections.
final class StreamGate: Sendable {
    let limit: Int
    private let open = Mutex(0)

    init(limit: Int) { self.limit = limit }

    /// A place, which is free again once the permit is gone; nil when all are taken.
    func enter() -> Permit? {
        let isFree = open.withLock { open in
            guard open < limit else { return false }
            open += 1
            return true
        }
        return isFree ? Permit(gate: self) : nil
    }

    /// A stream's place.
    final class Permit: Sendable {
        private let gate: StreamGate

        init(gate: StreamGate) { self.gate = gate }

        deinit { gate.open.withLock { $0 -= 1 } }
    }
}
