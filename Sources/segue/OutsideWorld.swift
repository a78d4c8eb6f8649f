import API
import Cache
import Configuration
import Foundation
import HTTPClient
import Previews
import Providers
import Redis
import Storage

/// Who learns of calls to outside services: one for a process, so that its metrics are whole.
struct CallWatch: Sendable {
    /// What `/metrics` shows.
    var metrics = ProviderMetrics()
    /// Told of every call.
    var log: @Sendable (CallRecord) -> Void = { _ in }

    /// Counts only.
    init() {}

    /// Counts, and writes a line for each call.
    init(log: Log) {
        self.log = { record in
            let isExpected = record.outcome == .success || record.outcome == .missing
            log.write(isExpected ? .info : .warning, "outside call", record.fields.map { ($0.name, .text($0.value)) })
        }
    }
}

/// Outside services as the settings have them: one value for a process, so that its rates and memories are whole.
struct OutsideWorld: Sendable {
    /// Spotify with its accounts.
    let spotify: SpotifySetup
    /// All others.
    let services: OutsideServices
    /// Downloads of previews.
    let previews: PreviewDownload

    /// Prepares the clients of all services; nothing is called yet.
    ///
    /// - Parameters:
    ///   - redis: where processes agree on rates; nil when there is one only.
    ///   - watch: who learns of every call.
    init(_ settings: Settings, store: PostgresStore, redis: RedisSession?, watch: CallWatch = CallWatch()) {
        let support = ServiceSupport(
            http: HTTPClient(configuration: HTTPClientConfiguration(userAgent: Self.userAgent(settings))),
            responses: store, redis: redis, metrics: watch.metrics, log: watch.log)
        services = OutsideServices(
            Self.addresses(settings), lastFMKey: settings[.lastFMKey], listenBrainzToken: settings[.listenBrainzToken],
            support: support)
        spotify = SpotifySetup(settings, store: store, support: support)
        previews = PreviewDownload(
            perSecond: settings[.previewRate], hosts: PreviewHosts(settings[.previewHosts]), support: support)
    }

    /// Prepares the clients of all services, with Redis as the settings have it.
    /// - Throws: what is wrong with the address of Redis.
    init(_ settings: Settings, store: PostgresStore, watch: CallWatch = CallWatch()) throws {
        let redis = try settings[.redisURL].map { RedisSession(url: try RedisURL(parsing: $0)) }
        self.init(settings, store: store, redis: redis, watch: watch)
    }

    /// Who knows something of tracks, in the order of a pass.
    func featureProviders() async -> [any FeatureProvider] {
        await spotify.featureProviders() + services.featureProviders
    }

    /// `Segue/1.0.0 ( contact )`, in the form that MusicBrainz asks for.
    private static func userAgent(_ settings: Settings) -> String {
        "Segue/\(Program.version) ( \(settings[.contact] ?? "self-hosted music recommendations") )"
    }

    private static func addresses(_ settings: Settings) -> OutsideServices.Addresses {
        var addresses = OutsideServices.Addresses()
        addresses.musicBrainz = settings[.musicBrainzURL]
        addresses.acousticBrainz = settings[.acousticBrainzURL]
        addresses.reccoBeats = settings[.reccoBeatsURL]
        addresses.listenBrainz = settings[.listenBrainzURL]
        addresses.listenBrainzLabs = settings[.listenBrainzLabsURL]
        addresses.lastFM = settings[.lastFMURL]
        addresses.deezer = settings[.deezerURL]
        return addresses
    }
}
