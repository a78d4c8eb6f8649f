import Cache
public import Catalog
import Foundation

/// AcousticBrainz: frozen since 2022 and still answering; best effort, and everything that it does not know is
/// remembered for long.
///
/// Its values have Spotify's names and other meanings, so they are stored under its own name and calibrated before use.
/// Its loudness is no decibels at all and is therefore kept as a remark, not as a feature.
public struct AcousticBrainz: FeatureProvider {
    /// The most recordings of a bulk call (`MAX_ITEMS_PER_BULK_REQUEST`).
    public static let maximumBatch = 25

    private static let features = [
        "rhythm.bpm", "rhythm.danceability", "tonal.key_key", "tonal.key_scale", "tonal.key_strength",
        "lowlevel.average_loudness", "lowlevel.dynamic_complexity", "metadata.audio_properties.length",
    ]

    private let client: ServiceClient

    /// The service behind a client.
    public init(_ client: ServiceClient) { self.client = client }

    /// `acousticbrainz`.
    public var name: String { client.name }
    /// 1.
    public var version: String { "1" }
    /// 25.
    public var batchSize: Int { Self.maximumBatch }
    /// MusicBrainz's recording ids.
    public var namespaces: [String] { ["mbid"] }

    /// Asks for both levels of all recordings at once.
    /// - Throws: `ServiceError`.
    public func findings(on subjects: [EnrichmentSubject]) async throws(ServiceError) -> ProviderFindings {
        let ids = Set(subjects.compactMap { $0.value(in: "mbid") }).sorted()
        var findings = ProviderFindings()
        guard !ids.isEmpty else { return findings }
        let low: AcousticBrainzBulk<LowLevel> = try await bulk(
            "low-level", ids, ("features", Self.features.joined(separator: ";")))
        let high: AcousticBrainzBulk<HighLevel> = try await bulk("high-level", ids, ("map_classes", "true"))
        for subject in subjects {
            guard let id = subject.value(in: "mbid") else { continue }
            let document = AcousticBrainzDocument(low: low[id], high: high[id]?.highlevel)
            guard document.low != nil || document.high != nil else { continue }
            findings.add(
                document.features, by: name, to: subject, .init(document.categories, confidence: document.confidence))
        }
        return findings
    }

    private func bulk<Level: Decodable & Sendable>(
        _ level: String, _ ids: [String], _ option: (name: String, value: String)
    ) async throws(ServiceError) -> AcousticBrainzBulk<Level> {
        let call = ServiceCall(
            endpoint: "/\(level)", path: [level],
            query: [("recording_ids", ids.joined(separator: ";")), option])
        do { return try await client.value(call) } catch {
            // Of several, one that it does not take must not make the others unknown.
            guard error.kind == .missing, ids.count == 1 else { throw error }
            return AcousticBrainzBulk()
        }
    }
}

extension AcousticBrainz {
    /// What the analysis measured; only what was asked for.
    struct LowLevel: Decodable, Sendable {
        struct Rhythm: Decodable, Sendable {
            var bpm: Double?
        }
        struct Tonal: Decodable, Sendable {
            var keyKey: String?
            var keyScale: String?

            enum CodingKeys: String, CodingKey {
                case keyKey = "key_key"
                case keyScale = "key_scale"
            }
        }
        struct Levels: Decodable, Sendable {
            var averageLoudness: Double?
            var dynamicComplexity: Double?

            enum CodingKeys: String, CodingKey {
                case averageLoudness = "average_loudness"
                case dynamicComplexity = "dynamic_complexity"
            }
        }
        struct Metadata: Decodable, Sendable {
            struct Properties: Decodable, Sendable {
                /// Seconds.
                var length: Double?
            }
            var properties: Properties?

            enum CodingKeys: String, CodingKey { case properties = "audio_properties" }
        }

        var rhythm: Rhythm?
        var tonal: Tonal?
        var lowlevel: Levels?
        var metadata: Metadata?
    }

    /// What classifiers made of it.
    struct HighLevel: Decodable, Sendable {
        struct Model: Decodable, Sendable {
            var all: [String: Double]
            var value: String
            var probability: Double
        }
        var highlevel: [String: Model]
    }
}

extension ServiceConfiguration {
    /// AcousticBrainz, at ten calls in ten seconds.
    public static func acousticBrainz(baseURL: String = "https://acousticbrainz.org/api/v1") -> ServiceConfiguration {
        var configuration = ServiceConfiguration(
            name: "acousticbrainz", baseURL: baseURL, rate: .init(perSecond: 1, burst: 5))
        configuration.concurrency = 1
        return configuration
    }

    /// ReccoBeats; its rate is not published, so a modest one.
    public static func reccoBeats(baseURL: String = "https://api.reccobeats.com/v1") -> ServiceConfiguration {
        ServiceConfiguration(name: "reccobeats", baseURL: baseURL, rate: .init(perSecond: 4, burst: 4))
    }
}
