import API
import Cache
import Catalog
import Foundation
import HTTPServer
import Recommendation
import Rules
import Signing
import Synchronization
import Testing

/// A whole interface over a small catalog, and a caller that checks every answer against `/openapi.json`.
struct Service {
    /// What a test changes of the service.
    struct Options {
        var configuration = APIConfiguration()
        var catalog: ServingCatalog? = SmallCatalog.shared
        var store = MemoryStore()
        var rate = RateLimit(perSecond: 1_000, burst: 10_000)
        var postgresIsUp = true
        var redisIsUp: Bool? = true
        var requestTimeout = Duration.seconds(120)
        var maximumInFlight = 256
        var jobs: JobAccess?
        var enrichments: (any EnrichmentStore)?
        var knowledge: (any TrackKnowledge)?
        var sources: SourceAccess?
        var playlists: PlaylistAccess?
        var rules: (any RuleStore)?
        var targets: (any PlaylistTargets)?
        var settings: SettingsAccess?
        var recommendationIDs = RecommendationIDs()
    }

    /// What a request brings as `Authorization`.
    enum Credentials {
        case fresh
        case none
        case token(String)
    }

    let api: SegueAPI
    let key: SigningKey
    let log: LogRecorder
    let store: MemoryStore
    private let client: Client
    private let contract: Contract

    /// Runs `body` against a service.
    static func with(
        _ transport: Transport = .handler, _ options: Options = Options(), _ body: (Service) async throws -> Void
    ) async throws {
        let key = try SigningKey.random(id: "k1")
        let log = LogRecorder()
        let api = try makeAPI(options, key, log)
        var settings = HTTPServerConfiguration()
        settings.maximumBodyBytes = 64 << 10
        settings.requestTimeout = options.requestTimeout
        settings.maximumInFlight = options.maximumInFlight
        let server = transport == .socket ? try HTTPServer(configuration: settings, handler: api) : nil
        let client = Client(handler: api, server: server)
        let description = try await client.send("GET", "/openapi.json", [:], [])
        try await body(
            Service(
                api: api, key: key, log: log, store: options.store, client: client,
                contract: try Contract(parsing: description.body)))
        await server?.stop(patience: .seconds(120))
    }

    private static func makeAPI(_ options: Options, _ key: SigningKey, _ log: LogRecorder) throws -> SegueAPI {
        let reachability = Reachability()
        let (catalog, postgresIsUp) = (options.catalog, options.postgresIsUp)
        var redis: APIDependencies.Probe?
        if let isUp = options.redisIsUp { redis = { isUp } }
        var dependencies = APIDependencies(
            serving: { catalog }, store: options.store,
            tokens: ServiceTokenVerifier(keys: try SigningKeySet([key])),
            limiter: RateLimiter(limit: options.rate, session: nil, reachability: reachability),
            replay: ReplayGuard(session: nil, reachability: reachability),
            postgres: { postgresIsUp }, redis: redis, log: Log(to: log))
        dependencies.jobs = options.jobs
        dependencies.enrichments = options.enrichments
        dependencies.knowledge = options.knowledge
        dependencies.sources = options.sources
        dependencies.playlists = options.playlists
        (dependencies.rules, dependencies.targets) = (options.rules, options.targets)
        dependencies.settings = options.settings
        dependencies.recommendationIDs = options.recommendationIDs
        return SegueAPI(configuration: options.configuration, dependencies: dependencies)
    }

    /// A token that nobody has used.
    func token(issuer: String = "tests", now: Int = UnixTime.now, body: [UInt8]? = nil) throws -> String {
        try ServiceTokenSigner.mint(
            key: key, issuer: issuer, now: now, bodyHash: try body.map { try SHA256Digest(hashing: $0) })
    }

    /// Sends a request and checks that its answer is what the description says.
    func send(
        _ method: String, _ target: String, _ credentials: Credentials = .fresh, headers: HTTPHeaders = [:],
        body: [UInt8] = [], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        var headers = headers
        switch credentials {
        case .fresh: headers["Authorization"] = "Bearer \(try token())"
        case .none: break
        case .token(let token): headers["Authorization"] = "Bearer \(token)"
        }
        let answer = try await client.send(method, target, headers, body)
        let violations = contract.violations(method: method, target: target, answer)
        #expect(violations.isEmpty, "\(answer.text)", sourceLocation: sourceLocation)
        #expect(answer.status < 500 || answer.status == 503, "\(log.text)", sourceLocation: sourceLocation)
        return answer
    }

    /// Begins to read an answer that takes its time, over the socket.
    func follow(_ target: String) throws -> Arriving {
        try Arriving(target, port: try #require(client.server).port, token: try token())
    }

    /// Posts a body to `recommend`.
    func recommend(
        _ body: String, _ credentials: Credentials = .fresh, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        try await send(
            "POST", "/api/v1/recommend", credentials, headers: ["Content-Type": "application/json"],
            body: Array(body.utf8), sourceLocation: sourceLocation)
    }
}

/// Keeps a log's lines.
final class LogRecorder: LogSink {
    private let lines = Mutex<[String]>([])

    func write(line: [UInt8], mayWait: Bool) { lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }

    var text: String { lines.withLock { $0.joined() } }

    /// The lines as values.
    var entries: [Value] {
        get throws { try lines.withLock { $0 }.map { try Value(parsing: Array($0.utf8)) } }
    }
}
