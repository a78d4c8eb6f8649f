import Catalog
import Configuration
import Foundation
import Jobs
import MusicFolder
import Previews
import Providers
import Storage

/// Listens to previews as a job, as `segue analyze --previews` does.
///
/// A job that is interrupted goes on after the last tracks that are stored; where a service asks to come back later, it
/// waits until then.
struct PreviewHandler: JobHandler {
    /// What such a job may be asked.
    struct Payload: Codable {
        /// Tracks at most; all where nil.
        var limit: Int?
    }

    /// What such a job has to show.
    struct Report: Codable {
        /// Tracks looked at.
        var asked: Int
        /// Tracks that were heard.
        var heard: Int
        /// Why the others were not, of those that this worker looked at.
        var without: [String: Int]
    }

    static let kind = "features.previews"
    /// A preview takes seconds, and what is stored is not listened to again.
    static let tracksPerCommit = 16

    let settings: Settings
    let store: PostgresStore
    let outside: OutsideWorld

    var kind: String { Self.kind }

    func check(_ payload: JobDocument) async throws {
        _ = try asked(payload)
        _ = try await provider()
    }

    private func asked(_ payload: JobDocument) throws(JobRefused) -> Payload {
        let asked = try payload.asked(as: Payload.self, members: ["limit"], form: "{\"limit\": NUMBER}, or {} for all")
        if let limit = asked.limit, limit < 1 { throw JobRefused(reason: "the limit is \(limit); give 1 or more") }
        return asked
    }

    func run(_ job: Job, _ context: JobContext) async throws {
        let payload = try asked(job.payload)
        let provider = try await provider()
        let pass = EnrichmentPass(
            provider: provider, store: store, limit: payload.limit, tracksPerCommit: Self.tracksPerCommit)
        do {
            let start = context.restored(as: Enricher.Progress.self) ?? Enricher.Progress()
            let end = try await pass.run(from: start, context) { progress in
                context.report(message: "\(progress.found) of \(progress.asked) tracks heard")
                try await context.checkpoint(progress)
            }
            try context.record(Report(asked: end.asked, heard: end.found, without: provider.reasons))
        } catch let error as ServiceError {
            guard let moment = error.resumeAt else { throw JobRefused(error) }
            throw JobPostponed(until: moment, reason: error.description)
        }
    }

    private func provider() async throws -> PreviewSound {
        do { return try await outside.previewSound(settings, store: store) } catch let error as CommandFailure {
            throw JobRefused(reason: "\(error)")
        }
    }
}

extension OutsideWorld {
    /// Listens to previews of the services that the settings name.
    /// - Throws: `CommandFailure` where they name none, or Spotify without an application or an account.
    func previewSound(_ settings: Settings, store: PostgresStore) async throws -> PreviewSound {
        var sources: [any PreviewSource] = []
        for service in settings[.previews] {
            switch service {
            case .deezer: sources.append(services.deezer)
            case .spotify:
                guard let client = await spotify.anyClient() else {
                    throw CommandFailure(
                        "SEGUE_PREVIEWS_FROM names spotify, which needs SEGUE_SPOTIFY_CLIENT_ID and either"
                            + " SEGUE_SPOTIFY_CLIENT_SECRET or a connected account (segue accounts connect)")
                }
                sources.append(SpotifyPreviews(client))
            }
        }
        guard !sources.isEmpty else {
            throw CommandFailure(
                "previews are off; name the services whose previews may be analysed in SEGUE_PREVIEWS_FROM, for example"
                    + " SEGUE_PREVIEWS_FROM=deezer")
        }
        let workers = settings[.analysisWorkers]
        return PreviewSound(
            sources, download: previews,
            pool: AnalyzerPool(program: settings.analyzerPath, limits: settings.analysisLimits),
            workers: workers > 0 ? workers : ProcessInfo.processInfo.activeProcessorCount, store: store)
    }
}
