import Catalog
import Configuration
import Jobs
import Redis
import Storage

/// Everything that this program does as a job: what is not here is left in the queue.
enum JobHandlers {
    /// One handler for each kind of job.
    static func all(
        settings: Settings, store: PostgresStore, redis: RedisSession? = nil, watch: CallWatch = CallWatch()
    ) -> [any JobHandler] {
        let setup = SpotifySetup(settings, store: store, redis: redis, watch: watch)
        return [
            SourceHandler(kind: SourceHandler.byURL, setup: setup),
            SourceHandler(kind: SourceHandler.bySource, setup: setup),
            IndexBuildHandler(settings: settings, store: store),
            EnrichmentHandler(settings: settings, store: store, watch: watch),
            NightlyHandler(steps: nightlySteps(settings: settings, store: store, setup), describe: JobErrorText.line),
        ]
    }

    /// The nightly chain, in order. Catalogs to enrich belong between the sources and the rebuild.
    static func nightlySteps(settings: Settings, store: PostgresStore, _ setup: SpotifySetup) -> [any NightlyStep] {
        [
            NightlySources(settings: settings, setup: setup),
            NightlyRebuild(settings: settings, store: store), NightlyPruning(settings: settings, store: store),
            NightlySnapshot(settings: settings, store: store),
        ]
    }
}

/// What a job's error says to callers of the API: the words for people, without what a database quotes.
enum JobErrorText {
    @Sendable static func line(_ error: any Error) -> String {
        switch error {
        case CatalogStoreError.failed: "the database failed; the log of the worker has the particulars"
        case CatalogStoreError.unavailable: "the database could not be reached"
        default: ErrorText.line(error)
        }
    }
}
