internal import Terminal

/// How much the log says.
public enum LogLevel: String, Sendable, CaseIterable, Codable {
    /// Everything.
    case debug
    /// What happens, each request included.
    case info
    /// What may need attention.
    case warning
    /// What failed.
    case error
}

/// Settings that belong together.
public struct SettingGroup: Sendable {
    /// The heading.
    public let title: String
    /// The settings, in the order in which people would look for them.
    public let settings: [SettingDescription]
}

// The one table of settings: what is not here does not exist. `docs/configuration.md` is made from it.

extension Setting where Value == String? {
    /// PostgreSQL.
    public static var databaseURL: Setting {
        Setting(
            "DATABASE_URL", ValueParser.text.optional, default: nil, shown: "none", "URL",
            "PostgreSQL, as a URI or a connection string of libpq", secrecy: .credentials)
    }

    /// Redis.
    public static var redisURL: Setting {
        Setting(
            "REDIS_URL", ValueParser.text.optional, default: nil, shown: "none: limits count in each process alone",
            "URL", "Redis, as redis://HOST:PORT or unix:///PATH", secrecy: .credentials)
    }

    /// Keys of service tokens.
    public static var signingKeys: Setting {
        Setting(
            "SEGUE_SIGNING_KEYS", ValueParser.text.optional, default: nil, shown: "none", "KEYS",
            "Keys of service tokens, as NAME:BASE64 with 32 bytes or more, several separated by commas; the"
                + " first signs, all verify", secrecy: .secret)
    }

    /// The token of the nightly chain.
    public static var nightlyToken: Setting {
        Setting(
            "SEGUE_NIGHTLY_TOKEN", ValueParser.text.optional, default: nil, shown: "none: 403", "TOKEN",
            "The bearer token of POST /internal/jobs/nightly", secrecy: .secret)
    }
}

extension Setting where Value == String {
    /// Where the service listens.
    public static var host: Setting {
        Setting(
            "SEGUE_HOST", .host, default: "127.0.0.1", shown: "127.0.0.1", "HOST",
            "The address that the service listens on"
        )
    }

    /// Where index generations are.
    public static var indexDirectory: Setting {
        Setting(
            "SEGUE_INDEX_DIR", .path("a directory's name"), default: "index", shown: "index", "DIR",
            "The directory in which index generations are published")
    }
}

extension Setting where Value == LogLevel {
    /// How much is logged.
    public static var logLevel: Setting {
        Setting(
            "SEGUE_LOG_LEVEL", .choice, default: .info, shown: "info", "LEVEL",
            "The least important lines that are logged", kind: .choice(LogLevel.allCases.map(\.rawValue)))
    }
}

extension Setting where Value == Int {
    private static func integer(
        _ name: String, _ range: ClosedRange<Int>, default value: Int, _ placeholder: String, _ summary: String
    ) -> Setting {
        Setting(
            name, .integer(in: range), default: value, shown: "\(value)", placeholder, summary, kind: .integer(range))
    }

    private static func bytes(
        _ name: String, _ range: ClosedRange<Int>, default value: Int, _ summary: String
    ) -> Setting {
        Setting(
            name, .bytes(in: range), default: value, shown: ByteCount.text(value), "BYTES", summary, kind: .bytes(range)
        )
    }

    /// Sessions with PostgreSQL.
    public static var databaseConnections: Setting {
        integer("SEGUE_DATABASE_CONNECTIONS", 2...200, default: 8, "COUNT", "The most sessions with PostgreSQL")
    }

    /// The port.
    public static var port: Setting {
        Setting(
            "SEGUE_PORT", .port, default: 8_080, shown: "8080", "PORT",
            "The port that the service listens on; 0 for any free one")
    }

    /// Threads of the HTTP server.
    public static var serverThreads: Setting {
        integer("SEGUE_SERVER_THREADS", 1...256, default: 2, "COUNT", "Threads that read requests and answer them")
    }

    /// The longest body.
    public static var maximumBody: Setting {
        bytes("SEGUE_MAX_BODY", 1_024...(1 << 30), default: 1 << 20, "The longest body of a request; past it 413")
    }

    /// The most connections.
    public static var maximumConnections: Setting {
        integer(
            "SEGUE_MAX_CONNECTIONS", 256...1_000_000, default: 4_096, "COUNT", "The most open connections; more wait")
    }

    /// The most requests under way.
    public static var maximumInFlight: Setting {
        integer("SEGUE_MAX_IN_FLIGHT", 1...100_000, default: 256, "COUNT", "The most requests under way; past it 503")
    }

    /// Requests that a client may save up.
    public static var rateBurst: Setting {
        integer("SEGUE_RATE_BURST", 1...1_000_000, default: 400, "COUNT", "Requests that a client may make at once")
    }

    /// The largest k.
    public static var maximumK: Setting {
        integer("SEGUE_MAX_K", 1...10_000, default: 500, "COUNT", "The most tracks that a request may ask for")
    }

    /// The most seeds.
    public static var maximumSeeds: Setting {
        integer("SEGUE_MAX_SEEDS", 1...10_000, default: 100, "COUNT", "The most seeds of a request")
    }

    /// The most negative seeds.
    public static var maximumNegative: Setting {
        integer("SEGUE_MAX_NEGATIVE", 0...10_000, default: 100, "COUNT", "The most negative seeds of a request")
    }

    /// Tracks by one artist, unless a request says otherwise.
    public static var usualPerArtist: Setting {
        integer(
            "SEGUE_USUAL_PER_ARTIST", 0...1_000, default: 0, "COUNT",
            "The most tracks by one artist in an answer, where the request does not say; 0 for any number")
    }

    /// The most tracks between the ends of a path.
    public static var maximumSteps: Setting {
        integer("SEGUE_MAX_STEPS", 1...500, default: 50, "COUNT", "The most tracks between the ends of a path")
    }

    /// The most tracks that seeds stand for.
    public static var maximumSeedTracks: Setting {
        integer(
            "SEGUE_MAX_SEED_TRACKS", 1...100_000, default: 2_000, "COUNT",
            "The most tracks that a seed, and a request's seeds together, may stand for; the first ones count")
    }

    /// The most playlists of a listener.
    public static var maximumPlaylists: Setting {
        integer(
            "SEGUE_MAX_PLAYLISTS", 1...100_000, default: 100, "COUNT",
            "The most playlists that Segue makes for a listener")
    }

    /// The most tracks of a playlist.
    public static var maximumPlaylistTracks: Setting {
        integer(
            "SEGUE_MAX_PLAYLIST", 1...2_000, default: 500, "COUNT", "The most tracks of a playlist that Segue makes")
    }

    /// The largest part of a pool.
    public static var maximumPool: Setting {
        integer(
            "SEGUE_MAX_POOL", 1_000...1_000_000, default: 20_000, "COUNT",
            "The most tracks that a part of a playlist's pool may bring; more are thinned out evenly")
    }

    /// The deepest nesting of groups in rules.
    public static var maximumRuleDepth: Setting {
        integer(
            "SEGUE_MAX_RULE_DEPTH", 1...24, default: 16, "COUNT",
            "How deep groups of rules and filters may nest, the outermost being 1")
    }

    /// The most groups of a rule.
    public static var maximumRuleGroups: Setting {
        integer(
            "SEGUE_MAX_RULE_GROUPS", 1...10_000, default: 256, "COUNT",
            "The most groups in a rule or filter, the outermost included")
    }

    /// The most conditions of a rule.
    public static var maximumRuleConditions: Setting {
        integer(
            "SEGUE_MAX_RULE_CONDITIONS", 1...10_000, default: 256, "COUNT", "The most conditions in a rule or filter")
    }

    /// The most values of a rule.
    public static var maximumRuleValues: Setting {
        integer(
            "SEGUE_MAX_RULE_VALUES", 1...1_000_000, default: 4_096, "COUNT",
            "The most values in all conditions of a rule or filter together")
    }

    /// The most excluded tracks.
    public static var maximumExcluded: Setting {
        integer(
            "SEGUE_MAX_EXCLUDED", 0...1_000_000, default: 10_000, "COUNT", "The most tracks that a request may exclude")
    }

    /// Tracks below which search is exact.
    public static var exactLimit: Setting {
        integer(
            "SEGUE_INDEX_EXACT_BELOW", 0...10_000_000, default: 10_000, "TRACKS",
            "The size of catalog below which search is exact")
    }

    /// Tracks that are served live.
    public static var liveLimit: Setting {
        integer(
            "SEGUE_INDEX_LIVE_LIMIT", 0...1_000_000, default: 20_000, "TRACKS",
            "The most changed tracks that a server takes in before the next build")
    }

    /// Generations that pruning keeps.
    public static var generationsKept: Setting {
        integer("SEGUE_INDEX_KEEP", 1...1_000, default: 3, "COUNT", "The newest generations that pruning keeps")
    }

    /// Threads of a build.
    public static var buildThreads: Setting {
        integer("SEGUE_INDEX_THREADS", 1...256, default: 2, "COUNT", "Threads that build an index")
    }

    /// How far a build steps back behind requests.
    public static var buildNice: Setting {
        integer(
            "SEGUE_INDEX_NICE", 0...19, default: 19, "NICE",
            "How far `segue index build` and `segue work` step back behind other programs on this machine, the service "
                + "among them; 0 competes on equal terms")
    }

    /// Jobs at a time.
    public static var workers: Setting {
        integer(
            "SEGUE_WORKERS", 0...64, default: 1, "COUNT",
            "Jobs that segue work, or segue up, does at the same time; 0 leaves them to others")
    }

    /// Open streams of events.
    public static var maximumStreams: Setting {
        integer(
            "SEGUE_MAX_STREAMS", 0...10_000, default: 64, "COUNT",
            "The most streams of a job's events that are open; past it 503")
    }

    /// For how long ended jobs are remembered.
    public static var jobDaysKept: Setting {
        integer(
            "SEGUE_JOB_DAYS", 1...10_000, default: 30, "DAYS", "Days after which the nightly chain forgets ended jobs")
    }

    /// Playlists that the quality gate asks about.
    public static var gateQueries: Setting {
        integer(
            "SEGUE_GATE_QUERIES", 0...100_000, default: 400, "COUNT",
            "Playlists by which a new index is compared with the one that serves; 0 publishes without comparing")
    }

    /// The largest JSON document.
    public static var importMaximumDocument: Setting {
        bytes(
            "SEGUE_IMPORT_MAX_JSON", 1_024...(1 << 34), default: 64 << 20,
            "The largest JSON document of an import; of an array or of JSON lines the largest element")
    }

    /// The most that a compressed file unpacks to.
    public static var importMaximumUnpacked: Setting {
        bytes(
            "SEGUE_IMPORT_MAX_UNPACKED", 1_024...(1 << 44), default: 16 << 30, "The most that a gzip file may unpack to"
        )
    }

    /// The longest row.
    public static var importMaximumRow: Setting {
        bytes("SEGUE_IMPORT_MAX_ROW", 1_024...(1 << 30), default: 1 << 20, "The longest row of a table")
    }

    /// How far lengths may differ.
    public static var importDurationTolerance: Setting {
        integer(
            "SEGUE_IMPORT_DURATION_TOLERANCE", 0...600_000, default: 5_000, "MILLISECONDS",
            "How far the length of a track without an id may be from that of the track of the catalog it is taken for")
    }

    /// Problems reported one by one.
    public static var importMaximumProblems: Setting {
        integer(
            "SEGUE_IMPORT_PROBLEMS", 0...1_000_000, default: 100, "COUNT",
            "Bad rows that are reported one by one; the rest are counted")
    }
}

extension Setting where Value == Double {
    private static func seconds(
        _ name: String, _ range: ClosedRange<Double>, default value: Double, _ summary: String
    ) -> Setting {
        Setting(
            name, .seconds(in: range), default: value, shown: "\(Int(value))s", "SECONDS", summary,
            kind: .seconds(range))
    }

    private static func number(
        _ name: String, _ range: ClosedRange<Double>, default value: Double, shown: String, _ placeholder: String,
        _ summary: String
    ) -> Setting {
        Setting(
            name, .number(in: range), default: value, shown: shown, placeholder, summary, kind: .number(range))
    }

    /// Time for a request.
    public static var requestTimeout: Setting {
        seconds("SEGUE_REQUEST_TIMEOUT", 0.1...3_600, default: 10, "Time for a request to arrive, and to be answered")
    }

    /// Time for an idle connection.
    public static var idleTimeout: Setting {
        seconds(
            "SEGUE_IDLE_TIMEOUT", 1...86_400, default: 60, "Time for which a connection may stay open without a request"
        )
    }

    /// Time for requests under way when the service stops.
    public static var stopPatience: Setting {
        seconds(
            "SEGUE_STOP_PATIENCE", 0...600, default: 10, "Time for requests under way to end when the service stops")
    }

    /// Silence after which a worker is taken for dead.
    public static var jobLease: Setting {
        seconds(
            "SEGUE_JOB_LEASE", 2...3_600, default: 30,
            "Silence after which a worker is taken for dead and its jobs go to others; the same for all workers")
    }

    /// Requests a second.
    public static var ratePerSecond: Setting {
        number(
            "SEGUE_RATE", 0.1...1_000_000, default: 200, shown: "200", "RATE",
            "Requests a second and client; past it 429")
    }

    /// Bad rows that refuse a file.
    public static var importMaximumBadShare: Setting {
        number(
            "SEGUE_IMPORT_MAX_BAD_SHARE", 0...1, default: 0.5, shown: "0.5", "SHARE",
            "The share of bad rows above which a file is refused")
    }

    /// Recall of an index.
    public static var recallTarget: Setting {
        number(
            "SEGUE_INDEX_RECALL", 0.5...1, default: 0.99, shown: "0.99", "RECALL",
            "The recall@10 against exact search that an index is tuned to")
    }

    /// What the quality gate lets pass.
    public static var gateLoss: Setting {
        number(
            "SEGUE_GATE_LOSS", 0...1, default: 0.02, shown: "0.02", "SHARE",
            "The share of quality that a new index may lose against the one that serves; a greater loss that is"
                + " significant is not published")
    }

    /// Deep recall of an index.
    public static var deepRecallTarget: Setting {
        number(
            "SEGUE_INDEX_DEEP_RECALL", 0.5...1, default: 0.95, shown: "0.95", "RECALL",
            "The recall@1000 against exact search that an index is tuned to where answers are re-ranked")
    }
}

extension SettingGroup {
    /// PostgreSQL.
    public static var database: SettingGroup {
        SettingGroup(
            title: "Database",
            settings: [Setting.databaseURL.description, Setting.databaseConnections.description])
    }

    /// Redis.
    public static var redis: SettingGroup {
        SettingGroup(title: "Redis", settings: [Setting.redisURL.description])
    }

    /// Keys.
    public static var keys: SettingGroup {
        SettingGroup(title: "Keys", settings: [Setting.signingKeys.description])
    }

    /// The HTTP server.
    public static var server: SettingGroup {
        SettingGroup(
            title: "Server",
            settings: [
                Setting.host.description, Setting.port.description, Setting.logLevel.description,
                Setting.serverThreads.description, Setting.maximumBody.description, Setting.requestTimeout.description,
                Setting.idleTimeout.description, Setting.maximumConnections.description,
                Setting.maximumInFlight.description, Setting.ratePerSecond.description, Setting.rateBurst.description,
                Setting.stopPatience.description,
            ])
    }

    /// Bounds on requests for recommendations.
    public static var requests: SettingGroup {
        SettingGroup(
            title: "Requests",
            settings: [
                Setting.maximumK.description, Setting.maximumSeeds.description, Setting.maximumNegative.description,
                Setting.maximumSteps.description, Setting.usualPerArtist.description,
                Setting.maximumSeedTracks.description, Setting.maximumExcluded.description,
                Setting.maximumRuleDepth.description, Setting.maximumRuleGroups.description,
                Setting.maximumRuleConditions.description, Setting.maximumRuleValues.description,
            ])
    }

    /// Bounds on playlists that Segue makes.
    public static var playlists: SettingGroup {
        SettingGroup(
            title: "Playlists",
            settings: [
                Setting.maximumPlaylists.description, Setting.maximumPlaylistTracks.description,
                Setting.maximumPool.description, Setting.similarSeconds.description,
            ])
    }

    /// Where the index is.
    public static var indexLocation: SettingGroup {
        SettingGroup(title: "Index", settings: [Setting.indexDirectory.description])
    }

    /// What serving needs to know of the index.
    public static var indexServing: SettingGroup {
        SettingGroup(title: "Index", settings: [Setting.indexDirectory.description, Setting.liveLimit.description])
    }

    /// How the index is built and kept.
    public static var index: SettingGroup {
        SettingGroup(
            title: "Index",
            settings: [
                Setting.indexDirectory.description, Setting.recallTarget.description,
                Setting.deepRecallTarget.description, Setting.exactLimit.description, Setting.liveLimit.description,
                Setting.generationsKept.description, Setting.buildThreads.description,
                Setting.buildNice.description,
                Setting.gateLoss.description, Setting.gateQueries.description,
            ])
    }

    /// What imports accept.
    public static var imports: SettingGroup {
        SettingGroup(
            title: "Import",
            settings: [
                Setting.importMaximumDocument.description, Setting.importMaximumUnpacked.description,
                Setting.importMaximumRow.description, Setting.importMaximumBadShare.description,
                Setting.importMaximumProblems.description, Setting.importDurationTolerance.description,
            ])
    }

    /// What is logged, for commands that serve nothing.
    public static var logging: SettingGroup {
        SettingGroup(title: "Log", settings: [Setting.logLevel.description])
    }

    /// How jobs are done.
    public static var work: SettingGroup {
        SettingGroup(
            title: "Jobs",
            settings: [
                Setting.workers.description, Setting.jobLease.description, Setting.jobDaysKept.description,
            ])
    }

    /// How jobs are reached over HTTP.
    public static var jobAccess: SettingGroup {
        SettingGroup(
            title: "Jobs over HTTP",
            settings: [Setting.maximumStreams.description, Setting.nightlyToken.description])
    }

    /// All settings, each once.
    public static var all: [SettingGroup] {
        [
            database, redis, keys, server, requests, playlists, index, imports, analysis, previews, sources, providers,
            spotify,
            work,
            jobAccess,
        ]
    }
}
