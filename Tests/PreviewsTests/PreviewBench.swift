import Cache
import Catalog
import FakeServices
import Foundation
import HTTPClient
import MusicFolder
import Postgres
import Providers
import Storage
import Synchronization
import TestSupport

@testable import Previews

/// The built `segue-analyze`, beside the test bundle; nil where it was not built.
let builtAnalyzer: String? = {
    let test = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let place = URL(fileURLWithPath: test).deletingLastPathComponent().appendingPathComponent("segue-analyze").path
    return FileManager.default.isExecutableFile(atPath: place) ? place : nil
}()

/// A catalog of ten tracks, and previews of them at a fake Deezer; time passes when somebody sleeps.
struct PreviewBench: Sendable {
    static let world = FakeWorld(tracks: 10)
    /// Tracks of which there is a preview.
    static let audible = world.tracks.filter(FakeDeezer.knows)

    let database: TestDatabase
    let server: FakeServer
    let support: ServiceSupport
    private let elapsed = Elapsed()

    private final class Elapsed: Sendable {
        private let value = Mutex(Duration.zero)
        func add(_ duration: Duration) { value.withLock { $0 += duration } }
        var now: Duration { value.withLock { $0 } }
    }

    init(_ database: TestDatabase) async throws {
        self.database = database
        server = try FakeService.deezer.server(Self.world)
        var configuration = HTTPClientConfiguration(userAgent: "SegueTests/1.0 (+https://example.org)")
        configuration.usesEnvironmentProxy = false
        let (elapsed, origin) = (elapsed, ContinuousClock.now)
        let clock = ServiceClock(
            now: { Date(timeIntervalSince1970: 1_800_000_000 + elapsed.now / .seconds(1)) },
            instant: { origin + elapsed.now },
            sleep: { duration in
                try Task.checkCancellation()
                elapsed.add(duration)
            }, chance: { 1 })
        support = ServiceSupport(
            http: HTTPClient(configuration: configuration), responses: database.store,
            keyPrefix: "test:\(UUID().uuidString):", clock: clock)
        let session = try await database.store.beginImport(of: ImportSource(name: "world", authority: .table))
        try await session.append(
            Self.world.tracks.map { track in
                .track(
                    TrackRecord(
                        ids: [.spotify(track.spotify), .isrc(track.isrc)], name: track.name,
                        artists: [ArtistRecord(name: track.artistName)], duration: track.duration))
            })
        _ = try await session.commit()
    }

    var store: PostgresStore { database.store }

    /// Time goes by.
    func wait(_ duration: Duration) { elapsed.add(duration) }

    func provider(
        hosts: [String]? = nil, analyzer: String? = builtAnalyzer, sources: [any PreviewSource]? = nil,
        _ change: (inout ServiceConfiguration) -> Void = { _ in }
    ) -> PreviewSound {
        var configuration = ServiceConfiguration.previews(perSecond: 1_000)
        configuration.timeouts.total = .seconds(120)
        change(&configuration)
        let deezer = ServiceConfiguration.deezer(baseURL: server.url)
        return PreviewSound(
            sources ?? [Deezer(ServiceClient(deezer, support))],
            download: PreviewDownload(
                configuration, hosts: PreviewHosts(hosts ?? ["127.0.0.1:\(server.port)"]), support: support),
            pool: AnalyzerPool(program: analyzer ?? ""), workers: 2, store: store)
    }

    @discardableResult
    func run(_ provider: PreviewSound, limit: Int? = nil) async throws -> Enricher.Progress {
        var options = Enricher.Options()
        options.tracksPerCommit = 2
        options.limit = limit
        return try await Enricher(provider, over: store, into: store, options: options, clock: support.clock).run()
    }

    /// What is kept of sounds, one line for a track.
    func sounds() async throws -> [String] {
        try await database.session().rows(
            """
            SELECT t.name || ' ' || s.provider || ' ' || s.source || ' ' || cardinality(s.sound) || ' '
                || cardinality(s.form) FROM sound_descriptors s JOIN tracks t ON t.id = s.track_id ORDER BY t.id
            """
        ) { try $0[0] as String }
    }
}
