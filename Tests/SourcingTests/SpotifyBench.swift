import Cache
import Catalog
import FakeServices
import Foundation
import HTTPClient
import Postgres
import Providers
import Signing
import Sourcing
import Storage
import Synchronization
import TestSupport
import Testing

/// A clock that moves when somebody sleeps on it, or when told to.
final class HandClock: Sendable {
    private let origin = ContinuousClock.now
    private let start = Date(timeIntervalSince1970: 1_800_000_000)
    private let elapsed = Mutex(Duration.zero)

    var now: Date { start.addingTimeInterval(elapsed.withLock { $0 } / .seconds(1)) }
    func advance(by duration: Duration) { elapsed.withLock { $0 += duration } }
    func advance(to date: Date) { advance(by: .seconds(max(0, date.timeIntervalSince(now)) + 1)) }

    var service: ServiceClock {
        ServiceClock(
            now: { self.now }, instant: { self.origin + self.elapsed.withLock { $0 } },
            sleep: { duration in
                try Task.checkCancellation()
                self.advance(by: duration)
                await Task.yield()
            }, chance: { 0.5 })
    }
}

/// A fake Spotify with a connected listener, and everything that it takes to fetch from it.
struct SpotifyBench: Sendable {
    static let keys = "k1:" + Data(repeating: 1, count: 32).base64EncodedString()

    let fake: FakeSpotify
    let server: FakeServer
    let clock = HandClock()
    let store: PostgresStore
    let records = Lines()
    let accounts: SpotifyAccounts
    let authorization: SpotifyAuthorization
    let support: ServiceSupport

    final class Lines: Sendable {
        private let all = Mutex<[String]>([])
        var text: String { all.withLock { $0.joined(separator: "\n") } }
        func add(_ line: String) { all.withLock { $0.append(line) } }
    }

    init(
        _ store: PostgresStore, tracks: Int = 2_000, keys: String = keys, secret: String? = nil,
        _ change: (inout FakeSpotify.Options) -> Void = { _ in },
        before: @escaping @Sendable (FakeRequest, FakeSpotify) -> Void = { _, _ in },
        rewriting: (@Sendable (FakeRequest, inout [String: Any]) -> Void)? = nil
    ) throws {
        var options = FakeSpotify.Options()
        change(&options)
        let fake = FakeSpotify(world: FakeWorld(tracks: tracks), options: options)
        server = try FakeServer { request in
            before(request, fake)
            return Self.rewritten(fake.answer(request), of: request, rewriting)
        }
        (self.fake, self.store) = (fake, store)
        var http = HTTPClientConfiguration(userAgent: "SegueTests/1.0 (+https://example.org)")
        http.usesEnvironmentProxy = false
        let lines = records
        support = ServiceSupport(
            http: HTTPClient(configuration: http), keyPrefix: "test:\(UUID().uuidString):", clock: clock.service,
            log: { lines.add("\($0.fields) \($0)") })
        let box = SecretBox(keys: try SecretKeyRing(parsing: keys))
        accounts = SpotifyAccounts(store: store, box: box, clock: clock.service)
        authorization = SpotifyAuthorization(
            clientID: fake.options.clientID, secret: secret,
            client: ServiceClient(.spotifyAccounts(baseURL: server.url), support))
    }

    /// An answer as the service would give it in its worse moments.
    private static func rewritten(
        _ answer: FakeResponse, of request: FakeRequest,
        _ rewriting: (@Sendable (FakeRequest, inout [String: Any]) -> Void)?
    ) -> FakeResponse {
        guard let rewriting, answer.status == 200,
            var object = (try? JSONSerialization.jsonObject(with: answer.body)) as? [String: Any]
        else { return answer }
        rewriting(request, &object)
        return .json(object)
    }

    var client: ServiceClient { ServiceClient(.spotify(baseURL: server.url + "/v1", perSecond: 10_000), support) }

    /// Goes the way that a browser would.
    @discardableResult
    func connect() async throws -> ServiceAccount {
        let attempt = try authorization.attempt(redirect: "http://127.0.0.1:9/callback")
        let fields = fake.permitting(attempt.url)
        return try await accounts.connect(code: try attempt.code(in: fields), attempt, authorization, client)
    }

    func tokens() -> SpotifyAccountTokens {
        SpotifyAccountTokens(of: FakeSpotify.accountID, accounts, authorization, clock: clock.service)
    }

    func spotify() -> Spotify { Spotify(client, tokens: tokens(), refusals: store) }

    func ingest(pagesPerImport: Int = 2) -> SourceIngest {
        var options = SourceIngest.Options()
        options.pagesPerImport = pagesPerImport
        return SourceIngest(spotify: spotify(), account: FakeSpotify.accountID, store: store, options: options)
    }

    /// Runs a source, waiting out every postponement; says how many there were.
    @discardableResult
    func finish(_ source: Source, pagesPerImport: Int = 2) async throws -> (report: SourceReport, postponements: Int) {
        let latest = Mutex<SourceReport?>(nil)
        for postponements in 0..<200 {
            do {
                let report = try await ingest(pagesPerImport: pagesPerImport).run(
                    source, resuming: latest.withLock { $0 },
                    .init(checkpoint: { report in latest.withLock { $0 = report } }))
                return (report, postponements)
            } catch SourceError.postponed(let moment, _) {
                #expect(moment > clock.now.addingTimeInterval(-1))
                clock.advance(to: moment)
            }
        }
        throw SourceError.refused("it never ended")
    }
}

extension TestDatabase {
    /// The catalog by what it says, without the numbers that the database gave.
    func contents() async throws -> [String] {
        let session = try await session()
        return try await session.rows(
            """
            WITH name AS (SELECT kind, entity_id, min(value) AS value FROM external_ids
                WHERE namespace = 'spotify' GROUP BY kind, entity_id)
            SELECT 'track ' || n.value || (to_jsonb(t) - 'id' - 'album_id' - 'changed_in' - 'import_id')::text || coalesce(a.name, '')
                || coalesce(a.released::text, '') || coalesce((SELECT name FROM artists WHERE id = a.artist_id), '')
                || coalesce((SELECT string_agg(r.name, ',' ORDER BY c.position)
                    FROM track_artists c JOIN artists r ON r.id = c.artist_id WHERE c.track_id = t.id), '')
            FROM tracks t JOIN name n ON n.kind = 'track' AND n.entity_id = t.id LEFT JOIN albums a ON a.id = t.album_id
            UNION ALL SELECT 'id ' || n.value || x.namespace || x.value FROM external_ids x
                JOIN name n ON n.kind = x.kind AND n.entity_id = x.entity_id
            UNION ALL SELECT 'saved ' || n.value || coalesce(s.saved_at::text, '') FROM saved_tracks s
                JOIN name n ON n.kind = 'track' AND n.entity_id = s.track_id
            UNION ALL SELECT 'playlist ' || n.value || (to_jsonb(p) - 'id')::text FROM playlists p
                JOIN name n ON n.kind = 'playlist' AND n.entity_id = p.id
            UNION ALL SELECT 'entry ' || p.value || ' ' || e.position || ' ' || t.value || coalesce(e.added_at::text, '')
                FROM playlist_entries e JOIN name p ON p.kind = 'playlist' AND p.entity_id = e.playlist_id
                JOIN name t ON t.kind = 'track' AND t.entity_id = e.track_id
            UNION ALL SELECT 'play ' || n.value || ' ' || p.source || ' ' || p.played_at || ' ' || p.kind FROM plays p
                JOIN name n ON n.kind = 'track' AND n.entity_id = p.track_id
            UNION ALL SELECT 'favourite ' || account || ' ' || span || ' ' || rank || ' ' || value FROM favourites
            UNION ALL SELECT 'source ' || source || ' ' || namespace || ' ' || value FROM source_tracks
            UNION ALL SELECT 'sync ' || collection || ' ' || coalesce(version, '-') || coalesce(checkpoint_version, '')
                FROM collection_syncs
            ORDER BY 1
            """
        ) { try $0[0] as String }
    }

    /// One number.
    func count(_ query: String) async throws -> Int {
        try await session().first("SELECT count(*) FROM \(unsafeRaw: query)") { try $0[0] as Int } ?? -1
    }
}

/// Every source that the fake has.
let remoteSources: [Source] = [
    .likedTracks, .playlists, .savedAlbums, .recentlyPlayed, .topTracks, .album(FakeWorld.spotifyID(2, 40)),
    .track(FakeWorld(tracks: 600).tracks[555].spotify),
]

/// What runs of all sources leave, one after another into one catalog, where nothing disturbs them; made once.
enum Undisturbed {
    static let run = Task {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            var reports: [SourceReport] = []
            for source in remoteSources { reports.append(try await bench.ingest().run(source)) }
            return (reports: reports, contents: try await database.contents())
        }
    }
}

/// Counts to nothing.
final class Countdown: Sendable {
    private let rest: Mutex<Int>

    init(_ count: Int) { rest = Mutex(count) }

    func countDown() -> Int {
        rest.withLock { rest in
            rest -= 1
            return rest
        }
    }
}
