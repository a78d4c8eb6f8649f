import Cache
public import Catalog
import Foundation
import HTTPClient

/// MusicBrainz: recordings by ISRC, and the id of the one that fits best, which leads to further services.
///
/// One call a second for each address, a meaningful `User-Agent`, and no patience with callers that have neither. Ids
/// and names are CC0; tags are CC BY-NC-SA.
public struct MusicBrainz: FeatureProvider {
    private let client: ServiceClient

    /// The service behind a client, whose configuration must be of `ServiceConfiguration.musicBrainz`.
    public init(_ client: ServiceClient) { self.client = client }

    /// `musicbrainz`.
    public var name: String { client.name }
    /// 1.
    public var version: String { "1" }
    /// One: there is no bulk call.
    public var batchSize: Int { 1 }
    /// ISRCs.
    public var namespaces: [String] { ["isrc"] }

    /// The recordings of an ISRC; none where it is unknown or malformed.
    /// - Throws: `ServiceError`.
    public func recordings(isrc: String) async throws(ServiceError) -> [MusicBrainzRecording] {
        guard let isrc = ExternalID.canonicalISRC(isrc) else { return [] }
        var call = ServiceCall(
            endpoint: "/isrc/{isrc}", path: ["isrc", isrc],
            query: [("fmt", "json"), ("inc", "artist-credits isrcs tags")])
        call.memory = .init(
            key: "isrc:\(isrc)", lifetime: .seconds(60 * 86_400), lifetimeOfMisses: .seconds(14 * 86_400))
        do {
            return try await client.value(call, as: MusicBrainzRecording.List.self).recordings
        } catch {
            guard error.kind == .missing || error.kind == .rejected(status: 400) else { throw error }
            return []
        }
    }

    /// One recording by its id; nil where there is none.
    /// - Throws: `ServiceError`.
    public func recording(_ mbid: String) async throws(ServiceError) -> MusicBrainzRecording? {
        var call = ServiceCall(
            endpoint: "/recording/{mbid}", path: ["recording", mbid],
            query: [("fmt", "json"), ("inc", "artist-credits isrcs releases tags")])
        call.memory = .init(
            key: "recording:\(mbid)", lifetime: .seconds(60 * 86_400), lifetimeOfMisses: .seconds(14 * 86_400))
        do { return try await client.value(call) } catch {
            guard error.kind == .missing || error.kind == .rejected(status: 400) else { throw error }
            return nil
        }
    }

    /// Adds the id of the best recording to each track, and what is known of it.
    /// - Throws: `ServiceError`.
    public func findings(on subjects: [EnrichmentSubject]) async throws(ServiceError) -> ProviderFindings {
        var findings = ProviderFindings()
        for subject in subjects {
            guard let isrc = subject.value(in: "isrc"), let own = subject.externalIDs.first else { continue }
            let recordings = try await recordings(isrc: isrc)
            guard let best = MusicBrainzRecording.best(of: recordings, for: subject) else { continue }
            // The track's own id first: it names the track, and the new one is added to it.
            findings.records.append(.track(TrackRecord(ids: [own, ExternalID(namespace: "mbid", value: best.id)])))
            var categories: [String: EnrichmentValue] = ["recordings": .texts(recordings.map(\.id))]
            if !best.tagNames.isEmpty { categories["tags"] = .texts(best.tagNames) }
            if let released = best.firstReleaseDate, !released.isEmpty {
                categories["first_released"] = .text(released)
            }
            findings.remarks[subject.id] = .init(categories, confidence: recordings.count == 1 ? 1 : 0.8)
        }
        return findings
    }
}

extension ServiceConfiguration {
    /// MusicBrainz, at the rate that it asks for.
    public static func musicBrainz(baseURL: String = "https://musicbrainz.org/ws/2") -> ServiceConfiguration {
        var configuration = ServiceConfiguration(
            name: "musicbrainz", baseURL: baseURL, rate: .init(perSecond: 1, burst: 1))
        configuration.concurrency = 1
        configuration.judge = MusicBrainz.judge
        return configuration
    }
}

extension MusicBrainz {
    /// Its 503 is either "you ask too often", which everybody heeds, or "we are busy", which only this call waits for.
    static func judge(_ response: HTTPClientResponse, _ call: ServiceCall) -> Verdict {
        guard response.status == 503 else { return Verdict.standard(response, call) }
        let reason = ProblemText.reason(in: response, to: call)
        let after = RetryAfter.duration(in: response)
        let isShedding =
            response.header("x-ratelimit-who") == "search-shed" || reason.lowercased().contains("currently busy")
        if isShedding { return .shedding(after: after, reason: reason) }
        guard reason.lowercased().contains("rate limit") else { return .failure(after: after, reason: reason) }
        return .tooMany(after: max(after ?? .zero, .seconds(2)), reason: reason)
    }
}
