import FakeServices
import Foundation
import FoundationNetworking
import Jobs
import Postgres
import Signing
import Storage
import Synchronization
import Terminal
import TestSupport
import Testing

@testable import segue

/// A service as a process over a catalog of the fakes' world, with Spotify and ReccoBeats at hand.
struct OutsideSurroundings: Sendable {
    /// Tracks of the world that the catalog has from the beginning; the fake Spotify knows as many again.
    static let known = 300
    static let world = FakeWorld(tracks: 2 * known)
    static let secret = "fake-secret"

    let database: TestDatabase
    let spotify: FakeSpotify
    let server: FakeServer
    let folder: String
    var environment: [String: String]

    /// Runs `body` with an index built; nothing runs yet.
    static func with(_ body: @Sendable (OutsideSurroundings) async throws -> Void) async throws {
        try await withMigratedDatabase { database in
            try await withTemporaryDirectory { folder in
                var options = FakeSpotify.Options()
                options.likedTracks = 120
                let spotify = FakeSpotify(world: world, options: options)
                let server = try FakeServer { spotify.answer($0) }
                let others = [
                    try FakeService.reccoBeats.server(world), try FakeService.musicBrainz.server(world),
                    try FakeService.acousticBrainz.server(world), try FakeService.listenBrainzLabs.server(world),
                    try FakeService.lastFM.server(world),
                ]
                defer { for server in [server] + others { server.stop() } }
                let port = try freePort()
                let environment = [
                    "DATABASE_URL": database.conninfo, "SEGUE_DATABASE_CONNECTIONS": "4", "SEGUE_PORT": "0",
                    "SEGUE_INDEX_DIR": "\(folder)/index", "SEGUE_SIGNING_KEYS": try testKeys(),
                    "SEGUE_NIGHTLY_TOKEN": "night", "SEGUE_REQUEST_TIMEOUT": "120", "SEGUE_SPOTIFY_RATE": "1000",
                    "SEGUE_SPOTIFY_URL": server.url + "/v1", "SEGUE_SPOTIFY_ACCOUNTS_URL": server.url,
                    "SEGUE_SPOTIFY_CLIENT_ID": spotify.options.clientID,
                    "SEGUE_SPOTIFY_REDIRECT_PORT": "\(port)", "SEGUE_SOURCE_ROOTS": "\(folder)/music",
                    "SEGUE_SECRET_KEYS": "k1:" + Data(repeating: 7, count: 32).base64EncodedString(),
                    "SEGUE_RECCOBEATS_URL": others[0].url + "/v1", "SEGUE_MUSICBRAINZ_URL": others[1].url + "/ws/2",
                    "SEGUE_ACOUSTICBRAINZ_URL": others[2].url + "/api/v1", "SEGUE_LISTENBRAINZ_URL": others[3].url,
                    "SEGUE_LISTENBRAINZ_LABS_URL": others[3].url, "SEGUE_LASTFM_URL": others[4].url + "/2.0",
                    "SEGUE_LASTFM_KEY": FakeLastFM.key,
                ]
                let surroundings = OutsideSurroundings(
                    database: database, spotify: spotify, server: server, folder: folder, environment: environment)
                try await surroundings.fill()
                try await body(surroundings)
            }
        }
    }

    /// Another process may take it in between; then the test says so.
    private static func freePort() throws -> Int { Int.random(in: 20_000..<30_000) }

    private func fill() async throws {
        let lines = Self.world.table.split(separator: "\n").prefix(Self.known + 1).enumerated().map { place, line in
            guard place > 0 else { return "\(line),energy,valence,danceability,tempo" }
            let features = FakeReccoBeats.features(Self.world.tracks[place - 1])
            let values = ["energy", "valence", "danceability", "tempo"].map { "\(features[$0] ?? 0)" }
            return ([String(line)] + values).joined(separator: ",")
        }
        let table = "\(folder)/world.csv"
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: table))
        for arguments in [["import", table], ["index", "build"]] {
            let outcome = await segue(arguments, environment: environment)
            try #require(outcome.status == .success, "\(outcome.errors)")
        }
    }

    /// Goes the way of a browser, with `segue accounts connect` at the other end.
    func connect() async throws {
        let command = try BuiltBinary.Running(["accounts", "connect"], environment: environment)
        let isAsking = try await command.writes("/authorize?")
        try #require(isAsking, "\(command.errors)")
        let address = try #require(command.output.split(separator: "\n").first { $0.contains("/authorize?") })
        let fields = spotify.permitting(String(address))
        let query = fields.map { "\($0.key)=\($0.value)" }.joined(separator: "&")
        let port = environment["SEGUE_SPOTIFY_REDIRECT_PORT"] ?? ""
        let callback = try #require(URL(string: "http://127.0.0.1:\(port)/callback?\(query)"))
        _ = try await URLSession.shared.data(from: callback)
        let status = await command.end()
        try #require(status == 0, "\(command.errors)")
    }

    /// The catalog's tracks, albums with their makers, and playlists by what they say.
    func contents() async throws -> [String] {
        try await database.session().rows(
            """
            SELECT 'track ' || x.value || coalesce(t.name, '') || coalesce(t.duration_ms, 0) FROM tracks t
                JOIN external_ids x ON x.kind = 'track' AND x.entity_id = t.id AND x.namespace = 'spotify'
            UNION ALL SELECT 'album ' || x.value || coalesce(a.name, '') || ' by ' || coalesce(r.name, '')
                FROM albums a LEFT JOIN artists r ON r.id = a.artist_id
                JOIN external_ids x ON x.kind = 'album' AND x.entity_id = a.id AND x.namespace = 'spotify'
            UNION ALL SELECT 'entry ' || p.value || ' ' || e.position || ' ' || x.value FROM playlist_entries e
                JOIN external_ids p ON p.kind = 'playlist' AND p.entity_id = e.playlist_id
                JOIN external_ids x ON x.kind = 'track' AND x.entity_id = e.track_id AND x.namespace = 'spotify'
            UNION ALL SELECT 'saved ' || x.value FROM saved_tracks s
                JOIN external_ids x ON x.kind = 'track' AND x.entity_id = s.track_id AND x.namespace = 'spotify'
            ORDER BY 1
            """
        ) { try $0[0] as String }
    }
}

/// A running `segue up` and calls to it.
struct RunningService: Sendable {
    let process: BuiltBinary.Running
    let port: Int
    private let keys: SigningKeySet

    init(_ environment: [String: String], arguments: [String] = ["up", "--no-demo"]) async throws {
        let process = try BuiltBinary.Running(arguments, environment: environment)
        self.process = process
        keys = try SigningKeySet(parsing: environment["SEGUE_SIGNING_KEYS"] ?? "")
        var port: Int?
        try await eventually {
            port =
                process.errors.split(separator: "\n").first { $0.contains("\"serving\"") }
                .flatMap { try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }?["port"] as? Int
            return port != nil || process.hasEnded
        }
        self.port = try #require(port, "\(process.errors)")
    }

    struct Reply: Sendable {
        var status: Int
        var text: String
        var headers: [String: String]

        /// A member by its path; numbers in it are places of lists.
        func value<Value>(_ path: String..., as type: Value.Type = Value.self) -> Value? {
            var here: Any? = try? JSONSerialization.jsonObject(with: Data(text.utf8))
            for part in path {
                if let list = here as? [Any], let place = Int(part) {
                    here = list.indices.contains(place) ? list[place] : nil
                } else {
                    here = (here as? [String: Any])?[part]
                }
            }
            return here as? Value
        }
    }

    /// Calls the service with a token of its own.
    func call(
        _ method: String, _ path: String, _ body: String? = nil, headers: [String: String] = [:]
    ) async throws -> Reply {
        var request = URLRequest(url: try #require(URL(string: "http://127.0.0.1:\(port)\(path)")))
        request.httpMethod = method
        request.timeoutInterval = 600
        request.httpBody = body.map { Data($0.utf8) }
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        let token = try ServiceTokenSigner.mint(key: keys.signing, issuer: "tests", now: UnixTime.now, bodyHash: nil)
        request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization")
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let (data, response) = try await URLSession.shared.data(for: request)
        let answer = try #require(response as? HTTPURLResponse)
        let fields = answer.allHeaderFields.map { ("\($0.key)".lowercased(), "\($0.value)") }
        return Reply(
            status: answer.statusCode, text: String(decoding: data, as: UTF8.self),
            headers: Dictionary(fields) { first, _ in first })
    }

    /// A job once it has ended.
    func ended(_ id: Int, in store: PostgresStore) async throws -> Job {
        try await wait(for: JobID(rawValue: Int64(id)), in: store)
    }
}
