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
    public var parts: [Part]
    /// Jobs of sources that wait or run.
    public var unfinished: Int
    /// All sources together.
    public var overlap: SourceOverlap

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
        var found: [Job] = []
        if let jobs {
            for id in jobs.sorted(by: >) { found += [try await queue.job(id)].compactMap(\.self) }
        } else {
            found = try await SourceJob.all(in: queue)
        }
        found = found.filter { SourceJob.kinds.contains($0.kind) }.sorted { $0.id > $1.id }
        var newest: [String: Part] = [:]
        for job in found where job.status == .done {
            guard let report = try? job.metadata.decoded(as: SourceReport.self), newest[report.key] == nil else {
                continue
            }
            newest[report.key] = Part(job: job, report: report)
        }
        unfinished = found.count { !$0.status.isFinal }
        overlap = try await tracks.overlap(of: Array(newest.keys))
        let tallies = Dictionary(uniqueKeysWithValues: overlap.tallies.map { ($0.source, $0) })
        parts = newest.sorted { $0.key < $1.key }.map { key, part in
            var part = part
            part.tally = tallies[key]
            return part
        }
    }
}
