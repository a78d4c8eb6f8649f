public import Jobs

extension SourceJob {
    /// How many jobs are looked through at once.
    private static let page = 500

    /// All jobs of sources that the queue remembers: those of long ago are forgotten, but for the last of each source.
    /// - Throws: `CatalogStoreError`.
    static func all(in queue: any JobStore) async throws -> [Job] {
        var found: [Job] = []
        for kind in kinds {
            var last: JobID?
            while true {
                let jobs = try await queue.jobs(JobFilter(kind: kind, before: last, limit: page))
                found += jobs
                last = jobs.last?.id
                if jobs.count < page { break }
            }
        }
        return found
    }

    /// The newest job that was done of each source, by number: how a catalog knows where it comes from.
    /// - Throws: `CatalogStoreError`.
    public static func finished(in queue: any JobStore) async throws -> [Job] {
        var newest: [String: Job] = [:]
        for job in try await all(in: queue) where job.status == .done {
            guard let report = try? job.metadata.decoded(as: SourceReport.self) else { continue }
            if let known = newest[report.key], known.id > job.id { continue }
            newest[report.key] = job
        }
        return newest.values.sorted { $0.id < $1.id }
    }
}

extension Job {
    /// The key of the source that it took over, or was asked to; without the account where none was named.
    var sourceKey: String? {
        if let report = try? metadata.decoded(as: SourceReport.self) { return report.key }
        guard let asked = try? payload.decoded(as: SourceJob.self) else { return nil }
        return (try? asked.asked())?.key(account: asked.account)
    }
}
