public import Catalog
import Foundation

/// ReccoBeats: audio features of Spotify's kind, by Spotify id or ISRC, without a key.
///
/// Answers come in any order and lack what the service does not know; they are matched by the id in `href`, or by the
/// ISRC. Each track's answer, and that there is none, is remembered by itself.
public struct ReccoBeats: FeatureProvider {
    /// Of one track, as the service writes it.
    struct Features: Codable, Sendable {
        var href: String?
        var isrc: String?
        var acousticness, danceability, energy, instrumentalness, key, liveness, loudness, mode: Double?
        var speechiness, tempo, valence: Double?
    }

    private struct Page: Decodable, Sendable {
        var content: [Features]
    }

    /// Asks for so many tracks at once; more are dropped silently.
    public static let maximumBatch = 40

    private let client: ServiceClient

    /// The service behind a client.
    public init(_ client: ServiceClient) { self.client = client }

    /// `reccobeats`.
    public var name: String { client.name }
    /// 1.
    public var version: String { "1" }
    /// 40.
    public var batchSize: Int { Self.maximumBatch }
    /// Spotify ids and ISRCs.
    public var namespaces: [String] { ["spotify", "isrc"] }

    /// Asks by Spotify id first, then by ISRC about what remains.
    /// - Throws: `ServiceError`.
    public func findings(on subjects: [EnrichmentSubject]) async throws(ServiceError) -> ProviderFindings {
        var findings = ProviderFindings()
        var refusal: ServiceError?
        var isAnswered = false
        for namespace in namespaces {
            let left = subjects.filter { findings.remarks[$0.id] == nil }
            let asked = left.compactMap { subject in subject.value(in: namespace).map { (subject, $0) } }
            guard !asked.isEmpty else { continue }
            do throws(ServiceError) {
                let found = try await features(namespace, asked.map(\.1))
                for (subject, id) in asked {
                    if let features = found[id] { findings.add(features.values, by: name, to: subject) }
                }
                isAnswered = true
            } catch {
                // A single track whose one id is not taken may be known by the other.
                guard error.refusesWhatIsAsked, subjects.count == 1 else { throw error }
                refusal = error
            }
        }
        if let refusal, !isAnswered { throw refusal }
        return findings
    }

    /// The features of tracks that the service knows, by id.
    /// - Throws: `ServiceError`.
    func features(_ namespace: String, _ ids: [String]) async throws(ServiceError) -> [String: Features] {
        let known = await client.remembered(ids.map { Self.key(namespace, $0) })
        var found: [String: Features] = [:]
        var unknown: [String] = []
        for id in Set(ids).sorted() {
            guard let memory = known[Self.key(namespace, id)] else {
                unknown.append(id)
                continue
            }
            found[id] = memory.body.flatMap { try? JSONDecoder().decode(Features.self, from: Data($0.utf8)) }
        }
        for batch in unknown.grouped(by: Self.maximumBatch) {
            found.merge(try await fetch(namespace, batch)) { _, new in new }
        }
        return found
    }

    private func fetch(_ namespace: String, _ ids: [String]) async throws(ServiceError) -> [String: Features] {
        let call = ServiceCall(
            endpoint: "/audio-features", path: ["audio-features"], query: [("ids", ids.joined(separator: ","))])
        let page: Page = try await client.value(call)
        let asked = Set(ids)
        var found: [String: Features] = [:]
        for features in page.content {
            guard let id = namespace == "spotify" ? features.spotifyID : features.isrc, asked.contains(id) else {
                continue
            }
            // An ISRC may have several records; the first counts.
            if found[id] == nil { found[id] = features }
        }
        await remember(namespace, ids, found)
        return found
    }

    private func remember(_ namespace: String, _ ids: [String], _ found: [String: Features]) async {
        let encoder = JSONEncoder()
        let bodies = ids.map { id in
            let body = found[id].flatMap { try? encoder.encode($0) }.map { String(decoding: $0, as: UTF8.self) }
            return (Self.key(namespace, id), body)
        }
        await client.remember(
            Dictionary(bodies) { first, _ in first }, for: .seconds(90 * 86_400), misses: .seconds(14 * 86_400))
    }

    private static func key(_ namespace: String, _ id: String) -> String { "features:\(namespace):\(id)" }
}

extension ReccoBeats.Features {
    /// The last part of `https://open.spotify.com/track/ID`.
    var spotifyID: String? {
        href?.prefix { $0 != "?" }.split(separator: "/").last.map(String.init)
    }

    var values: AudioFeatures {
        var values = AudioFeatures()
        values.take(.acousticness, acousticness)
        values.take(.danceability, danceability)
        values.take(.energy, energy)
        values.take(.instrumentalness, instrumentalness)
        values.take(.key, key)
        values.take(.liveness, liveness)
        values.take(.loudness, loudness)
        values.take(.mode, mode)
        values.take(.speechiness, speechiness)
        values.take(.tempo, tempo)
        values.take(.valence, valence)
        return values
    }
}

extension ProviderFindings {
    /// Adds a track's features, with the remark that says which there are.
    public mutating func add(
        _ features: AudioFeatures, by provider: String, to subject: EnrichmentSubject, _ remark: Remark = Remark()
    ) {
        var remark = remark
        if let id = subject.externalIDs.first, !features.isEmpty {
            records.append(.features(FeaturesRecord(track: id, provider: provider, features: features)))
            remark.categories["audio_features"] = .texts(features.knownNames)
        }
        remarks[subject.id] = remark
    }
}
