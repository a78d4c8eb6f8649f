import Cache
public import Catalog
import Foundation

/// ListenBrainz: listens of a user, and from its laboratory recordings that are listened to together.
public struct ListenBrainz: SimilaritySource {
    /// The listening sessions that similarity is made from, by the service's own name.
    public static let algorithm =
        "session_based_days_9000_session_300_contribution_5_threshold_15_limit_50_skip_30"

    private let client: ServiceClient
    private let laboratory: ServiceClient
    private let token: String?

    /// The service and its laboratory behind a client each.
    ///
    /// - Parameter token: of a user, for higher limits; never logged.
    public init(_ client: ServiceClient, laboratory: ServiceClient, token: String? = nil) {
        (self.client, self.laboratory, self.token) = (client, laboratory, token)
    }

    /// `listenbrainz`.
    public var name: String { client.name }
    /// MusicBrainz's recording ids.
    public var namespaces: [String] { ["mbid"] }

    /// Recordings that are heard in the same sessions; similarity is the score relative to the best.
    /// - Throws: `ServiceError`.
    public func similar(to subject: EnrichmentSubject, limit: Int) async throws(ServiceError) -> [SimilarTrack] {
        guard let mbid = subject.value(in: "mbid") else { return [] }
        let found = try await similarRecordings(to: mbid)
        let best = Double(max(found.first?.score ?? 1, 1))
        return found.prefix(limit).map { recording in
            SimilarTrack(
                ids: [ExternalID(namespace: "mbid", value: recording.id)], name: recording.name ?? "",
                artist: recording.artist ?? "", similarity: Double(recording.score) / best)
        }
    }

    /// Each recording once, best first; the service gives them in any order, and some twice.
    /// - Throws: `ServiceError`.
    func similarRecordings(to mbid: String) async throws(ServiceError) -> [SimilarRecording] {
        var call = ServiceCall(
            endpoint: "/similar-recordings/json", path: ["similar-recordings", "json"],
            query: [("recording_mbids", mbid), ("algorithm", Self.algorithm)])
        call.memory = .init(
            key: "similar:\(mbid)", lifetime: .seconds(14 * 86_400), lifetimeOfMisses: .seconds(7 * 86_400))
        do {
            return SimilarRecording.ranked(try await laboratory.value(call), for: mbid)
        } catch {
            guard error.kind == .missing else { throw error }
            return []
        }
    }

    /// The listens of a user before a moment, newest first, at most 1,000.
    ///
    /// - Parameters:
    ///   - user: the user's name.
    ///   - moment: seconds since 1970, exclusive; nil for the newest. Page on with the last listen's own moment.
    ///   - count: so many at most.
    /// - Throws: `ServiceError`; `.missing` for an unknown user.
    public func listens(of user: String, before moment: Int? = nil, count: Int = 100) async throws(ServiceError)
        -> [Listen]
    {
        var call = ServiceCall(
            endpoint: "/1/user/{name}/listens", path: ["1", "user", user, "listens"],
            query: [("count", String(min(max(count, 1), 1_000)))])
        if let moment { call.query.append(("max_ts", String(moment))) }
        if let token { call.headers = [("Authorization", "Token \(token)")] }
        return try await client.value(call, as: ListenPage.self).payload.listens.map(\.listen)
    }
}

/// A recording that is heard together with another.
struct SimilarRecording: Decodable, Sendable, Hashable {
    var id: String
    var name: String?
    var artist: String?
    var score: Int
    var reference: String?

    enum CodingKeys: String, CodingKey {
        case score
        case id = "recording_mbid"
        case name = "recording_name"
        case artist = "artist_credit_name"
        case reference = "reference_mbid"
    }

    static func ranked(_ given: [SimilarRecording], for seed: String) -> [SimilarRecording] {
        var seen: Set<String> = [seed]
        let sorted = given.sorted { ($1.score, $0.id) < ($0.score, $1.id) }
        return sorted.filter { ($0.reference ?? seed) == seed && seen.insert($0.id).inserted }
    }
}

extension ServiceConfiguration {
    /// ListenBrainz's own interface.
    public static func listenBrainz(baseURL: String = "https://api.listenbrainz.org") -> ServiceConfiguration {
        ServiceConfiguration(name: "listenbrainz", baseURL: baseURL, rate: .init(perSecond: 3, burst: 3))
    }

    /// ListenBrainz's laboratory, which promises nothing.
    public static func listenBrainzLabs(baseURL: String = "https://labs.api.listenbrainz.org") -> ServiceConfiguration {
        ServiceConfiguration(name: "listenbrainz-labs", baseURL: baseURL, rate: .init(perSecond: 1, burst: 2))
    }
}
