import API
import Cache
import Configuration
import Foundation
import HTTPServer
import IndexLifecycle
import Postgres
import Processors
import Providers
import Recommendation
import Redis
import Rules
import Signing
import Storage
import Terminal
import VectorIndex

/// The service: everything wired together, from the first request to the last.
struct Service: Sendable {
    private let settings: Settings
    private let log: Log
    private let pool: PostgresPool
    private let keys: SigningKeySet
    private let session: RedisSession?
    private let live: LiveCatalog
    private let jobs: JobService
    private let watch: CallWatch
    private let outside: OutsideWorld

    /// Prepares a service that does so many jobs at a time beside its requests; nothing is connected yet.
    /// - Throws: what is wrong with the settings.
    init(settings: Settings, workers: Int = 0) throws {
        FreedMemory.keep()
        self.settings = settings
        let log = Log(minimum: settings[.logLevel].level)
        self.log = log
        keys = try settings.keys()
        pool = PostgresPool(try settings.database(), limit: settings[.databaseConnections])
        session = try settings[.redisURL].map { RedisSession(url: try RedisURL(parsing: $0)) }
        let store = PostgresStore(pool: pool)
        watch = CallWatch(log: log)
        outside = OutsideWorld(settings, store: store, redis: session, watch: watch)
        jobs = JobService(settings: settings, store: store, log: log, slots: workers, outside: outside)
        live = LiveCatalog(
            directory: GenerationDirectory(settings[.indexDirectory]), catalog: store, announcing: store,
            liveLimit: settings[.liveLimit]
        ) { $0.write(to: log) }
    }

    /// Serves until `signals` says otherwise; `ready` is called with the port once requests are answered.
    func run(until signals: StopSignals, ready: @Sendable (Int, ServingCatalog?) async -> Void) async throws {
        await live.start()
        let limiter = RateLimiter(
            limit: settings.rateLimit,
            session: session, reachability: reachability)
        let naming = await RecommendationKeeping(in: PostgresStore(pool: pool))
        let api = SegueAPI(configuration: configuration, dependencies: dependencies(limiter, naming.ids))
        settings.runtime.observe { [settings] in
            limiter.limit = settings.rateLimit
            api.reconfigure { settings.apply(to: &$0) }
        }
        let server = try HTTPServer(configuration: serverConfiguration, handler: api)
        log.write(.info, "serving", ["host": .text(settings[.host]), "port": .integer(server.port)])
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await live.run() }
            group.addTask { await limiter.run() }
            group.addTask { await jobs.run() }
            group.addTask { await naming.run() }
            group.addTask {
                await SettingsFollower(settings: settings, store: PostgresStore(pool: pool), log: log).run()
            }
            await ready(server.port, live.serving)
            let signal = await signals.first()
            log.write(.info, "stopping", ["signal": signal.map { .integer(Int($0)) }])
            group.cancelAll()
            await server.stop(patience: .seconds(settings[.stopPatience]))
        }
        await pool.closeIdle()
        await session?.close()
        log.write(.info, "stopped")
    }

    private var reachability: Reachability {
        Reachability { [log] change in
            switch change {
            case .lost(let reason): log.write(.warning, "redis is out of reach", ["reason": .text(reason)])
            case .restored: log.write(.info, "redis is back")
            }
        }
    }

    @Sendable private static func prepareThread() {
        // Whoever waits for an answer waits behind no computation, such as a rebuild or the database's own.
        TimeSlices.shorten()
        // Searches run on the server's threads: a team of threads for each would be many more than processors.
        try? setSearchThreads(1)
    }

    private func dependencies(_ limiter: RateLimiter, _ ids: RecommendationIDs) -> APIDependencies {
        let probe: APIDependencies.Probe? = session.map { session in
            { @Sendable in (try? await session.send("PING")) != nil }
        }
        var dependencies = APIDependencies(
            serving: { [live] in live.serving }, store: PostgresStore(pool: pool),
            tokens: ServiceTokenVerifier(keys: keys), limiter: limiter,
            replay: ReplayGuard(session: session, reachability: reachability),
            postgres: { [pool] in (try? await pool.ping()) != nil }, redis: probe, log: log,
            prepareThread: Self.prepareThread)
        dependencies.recommendationIDs = ids
        dependencies.jobs = jobs.access
        dependencies.enrichments = PostgresStore(pool: pool)
        dependencies.knowledge = PostgresStore(pool: pool)
        dependencies.sources = sources
        dependencies.playlists = playlists
        dependencies.rules = PostgresStore(pool: pool)
        dependencies.targets = RuleTargets(store: PostgresStore(pool: pool), setup: outside.spotify)
        dependencies.settings = SettingsAccess(settings: settings, store: PostgresStore(pool: pool))
        dependencies.furtherMetrics = { [watch] in watch.metrics.exposition }
        return dependencies
    }

    private var sources: SourceAccess {
        let store = PostgresStore(pool: pool)
        let fetcher = SourceFetcher(
            setup: outside.spotify, store: store, live: live, features: outside.services.reccoBeats,
            patience: .seconds(settings[.requestTimeout] * 0.8))
        return SourceAccess(fetching: fetcher, tracks: store)
    }

    private var playlists: PlaylistAccess {
        let store = PostgresStore(pool: pool)
        let maker = PlaylistService(settings: settings, store: store, outside: outside).maker { [live] in
            live.serving
        }
        return PlaylistAccess(maker: maker, store: store, catalog: store, schedules: store)
    }

    private var configuration: APIConfiguration {
        var configuration = APIConfiguration()
        settings.apply(to: &configuration)
        configuration.version = Program.version
        configuration.reshufflePatience = .seconds(settings[.requestTimeout] * 0.8)
        return configuration
    }

    private var serverConfiguration: HTTPServerConfiguration {
        var configuration = HTTPServerConfiguration()
        configuration.host = settings[.host]
        configuration.port = settings[.port]
        configuration.threads = settings[.serverThreads]
        configuration.maximumBodyBytes = settings[.maximumBody]
        configuration.requestTimeout = .seconds(settings[.requestTimeout])
        configuration.idleTimeout = .seconds(settings[.idleTimeout])
        configuration.maximumConnections = settings[.maximumConnections]
        configuration.maximumInFlight = settings[.maximumInFlight]
        return configuration
    }
}

extension Settings {
    /// How often a client may call.
    var rateLimit: RateLimit { RateLimit(perSecond: self[.ratePerSecond], burst: Double(self[.rateBurst])) }

    /// Says what requests may ask for, as these settings have it at this moment.
    func apply(to configuration: inout APIConfiguration) {
        configuration.limits = limits
        configuration.ruleLimits = ruleLimits
        configuration.maximumSteps = self[.maximumSteps]
        configuration.usualPerArtist = self[.usualPerArtist] > 0 ? self[.usualPerArtist] : nil
    }

    /// Bounds on requests for recommendations.
    var limits: RecommendationLimits {
        var limits = RecommendationLimits()
        limits.maximumK = self[.maximumK]
        limits.maximumSeeds = self[.maximumSeeds]
        limits.maximumNegative = self[.maximumNegative]
        limits.maximumSeedTracks = self[.maximumSeedTracks]
        limits.maximumExcluded = self[.maximumExcluded]
        return limits
    }

    /// Bounds on rules.
    var ruleLimits: RuleLimits {
        var limits = RuleLimits()
        limits.maximumDepth = self[.maximumRuleDepth]
        limits.maximumGroups = self[.maximumRuleGroups]
        limits.maximumConditions = self[.maximumRuleConditions]
        limits.maximumOperands = self[.maximumRuleValues]
        return limits
    }
}

extension LogLevel {
    var level: Log.Level {
        switch self {
        case .debug: .debug
        case .info: .info
        case .warning: .warning
        case .error: .error
        }
    }
}

extension LiveCatalog.Event {
    /// Writes what happened as a line of the log.
    fileprivate func write(to log: Log) {
        switch self {
        case .generation(let id, let tracks):
            log.write(.info, "generation serves", ["generation": .text(id), "tracks": .integer(tracks)])
        case .damaged(let reason): log.write(.warning, "generation passed over", ["reason": .text(reason)])
        case .noIndex(let reason): log.write(.warning, "no index", ["reason": .text(reason)])
        case .changes(let live, let hidden):
            log.write(.info, "catalog changes taken in", ["live": .integer(live), "hidden": .integer(hidden)])
        case .behind(let limit):
            log.write(.warning, "too many changes to take in; run segue index build", ["limit": .integer(limit)])
        case .failed(let reason): log.write(.error, "keeping up with the catalog failed", ["reason": .text(reason)])
        }
    }
}
