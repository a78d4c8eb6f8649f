public import Catalog
public import Jobs

/// What the finished jobs of several sources brought, merged.
public struct SourceAggregate: Sendable {
    /// One source's part.
    public struct Part: Sendable {
        /// The newest finished job of the source.
        public var job: Job
        /// What it reported.
        public var report: SourceReport
        /// How much of the whole it brought; nil where nothing of it is in the catalog.
        public var tally: SourceTally?
    }

    /// By key of the source.
    public var parts: [Part] = []
    /// Jobs of sources that wait or run.
    public var unfinished = 0
    /// Jobs that failed or were called off, and so brought nothing here: those asked for, or else the last of its
    /// source where that is one.
    public var failed: [JobID] = []
    /// Jobs asked for that the queue does not have.
    public var unknown: [JobID] = []
    /// Jobs asked for that take no source over.
    public var foreign: [JobID] = []
    /// All sources together.
    public var overlap = SourceOverlap()

    /// Keys of the sources.
    public var keys: [String] { parts.map(\.report.key) }
    /// Mentions of tracks, each time that a source held one.
    public var mentions: Int { parts.reduce(0) { $0 + ($1.tally?.tracks ?? 0) } }

    /// Reads the queue and the store.
    ///
    /// - Parameter jobs: only these; the newest finished one of each source where nil.
    /// - Throws: `CatalogStoreError`.
    public init(
        _ jobs: Set<JobID>? = nil, queue: any JobStore, tracks: any SourceTrackStore
    ) async throws {
        let found = if let jobs { try await chosen(jobs, in: queue) } else { try await SourceJob.all(in: queue) }
        sort(found.sorted { $0.id > $1.id }, areAsked: jobs != nil)
        overlap = try await tracks.overlap(of: keys)
        let tallies = Dictionary(uniqueKeysWithValues: overlap.tallies.map { ($0.source, $0) })
        for place in parts.indices { parts[place].tally = tallies[parts[place].report.key] }
    }

    private mutating func chosen(_ jobs: Set<JobID>, in queue: any JobStore) async throws -> [Job] {
        var found: [Job] = []
        for id in jobs.sorted() {
            guard let job = try await queue.job(id) else {
                unknown.append(id)
                continue
            }
            if SourceJob.kinds.contains(job.kind) { found.append(job) } else { foreign.append(id) }
        }
        return found
    }

    /// Takes jobs in, newest first. Schedules' jobs have no key of their own: what they are of is what counts.
    private mutating func sort(_ jobs: [Job], areAsked: Bool) {
        var ended: Set<String> = []
        for job in jobs {
            guard job.status.isFinal else {
                unfinished += 1
                continue
            }
            let source = job.sourceKey ?? "job:\(job.id)"
            // A library of an account that was left open ends so; whose it was, only those that came further say.
            let isLast = !ended.contains { $0 == source || (source.hasSuffix(":") && $0.hasPrefix(source)) }
            ended.insert(source)
            if job.status != .done {
                if areAsked || isLast { failed.append(job.id) }
            } else if let report = try? job.metadata.decoded(as: SourceReport.self), !keys.contains(report.key) {
                parts.append(Part(job: job, report: report))
            }
        }
        parts.sort { $0.report.key < $1.report.key }
    }
}
