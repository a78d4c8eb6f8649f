import Cache
import Configuration
import Foundation
import HTTPClient
import Providers
import Redis
import Storage

/// Outside services as the settings have them.
enum OutsideWorld {
    /// The clients of all services.
    ///
    /// - Parameters:
    ///   - redis: where processes agree on rates; nil when there is one only.
    ///   - log: told of every call.
    static func services(
        _ settings: Settings, store: PostgresStore, redis: RedisSession?,
        metrics: ProviderMetrics = ProviderMetrics(), log: @escaping @Sendable (CallRecord) -> Void = { _ in }
    ) -> OutsideServices {
        let support = ServiceSupport(
            http: HTTPClient(configuration: HTTPClientConfiguration(userAgent: userAgent(settings))),
            responses: store, redis: redis, metrics: metrics, log: log)
        return OutsideServices(
            addresses(settings), lastFMKey: settings[.lastFMKey], listenBrainzToken: settings[.listenBrainzToken],
            support: support)
    }

    /// `Segue/1.0.0 ( contact )`, in the form that MusicBrainz asks for.
    static func userAgent(_ settings: Settings) -> String {
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
        return addresses
    }
}
