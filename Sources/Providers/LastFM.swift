import Cache
public import Catalog
import Foundation
import HTTPClient

/// Last.fm: similar tracks by what people listen to.
///
/// Errors come with status 200 as often as not; the code in the body decides.
public struct LastFM: SimilaritySource {
    private let client: ServiceClient
    private let key: String

    /// The service behind a client, whose configuration must be of `ServiceConfiguration.lastFM`.
    ///
    /// - Parameter key: of the application; never logged.
    public init(_ client: ServiceClient, key: String) { (self.client, self.key) = (client, key) }

    /// `lastfm`.
    public var name: String { client.name }
    /// Any: artist and title do.
    public var namespaces: [String] { ["mbid", "spotify", "isrc", "file"] }

    /// By MusicBrainz's id where there is one, else by artist and title.
    /// - Throws: `ServiceError`.
    public func similar(to subject: EnrichmentSubject, limit: Int) async throws(ServiceError) -> [SimilarTrack] {
        guard let query = Self.query(subject) else { return [] }
        var call = ServiceCall(endpoint: "track.getSimilar", path: [""], query: query)
        call.query += [("method", "track.getSimilar"), ("limit", String(limit)), ("format", "json")]
        call.secretQuery = [("api_key", key)]
        let name = query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
        call.memory = .init(
            key: "similar:\(limit):\(name)", lifetime: .seconds(14 * 86_400), lifetimeOfMisses: .seconds(7 * 86_400))
        do {
            let answer = try await client.value(call, as: Answer.self)
            return answer.similartracks.track.map(\.similarTrack).sorted { $0.similarity > $1.similarity }
        } catch {
            guard error.kind == .missing else { throw error }
            return []
        }
    }

    private static func query(_ subject: EnrichmentSubject) -> [(name: String, value: String)]? {
        if let mbid = subject.value(in: "mbid") { return [("mbid", mbid)] }
        guard let artist = subject.artist, let title = subject.name else { return nil }
        return [("artist", artist), ("track", title), ("autocorrect", "1")]
    }
}

extension LastFM {
    struct Answer: Decodable, Sendable {
        struct List: Decodable, Sendable {
            var track: [Track]
        }
        struct Track: Decodable, Sendable {
            struct Artist: Decodable, Sendable {
                var name: String
            }
            var name: String
            var mbid: String?
            var match: LenientNumber?
            var artist: Artist

            var similarTrack: SimilarTrack {
                let ids = mbid.flatMap { $0.isEmpty ? nil : ExternalID(namespace: "mbid", value: $0) }
                return SimilarTrack(
                    ids: ids.map { [$0] } ?? [], name: name, artist: artist.name,
                    similarity: min(max(match?.value ?? 0, 0), 1))
            }
        }
        var similartracks: List
    }

    private struct Problem: Decodable {
        var error: Int
        var message: String?
    }

    /// Bytes that no refusal is longer than, so that answers are not decoded to look for one.
    static let longestProblem = 4_096

    /// What the codes mean, whatever the status says.
    static func judge(_ response: HTTPClientResponse, _ call: ServiceCall) -> Verdict {
        guard response.status >= 300 || response.body.count <= longestProblem,
            let problem = try? JSONDecoder().decode(Problem.self, from: Data(response.body))
        else { return Verdict.standard(response, call) }
        let reason = "error \(problem.error): \(ProblemText.printable(problem.message ?? "", to: call))"
        let after = RetryAfter.duration(in: response)
        switch problem.error {
        case 29: return .tooMany(after: after, reason: reason)
        case 8, 11, 16: return .failure(after: after, reason: reason)
        case 6, 7: return .missing
        case 4, 9, 10, 13, 26: return .unauthorized(reason: reason)
        default: return .rejected(reason: reason)
        }
    }
}

/// A number that some answers write as text.
struct LenientNumber: Decodable, Sendable {
    let value: Double

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
            value = number
        } else {
            value = Double(try container.decode(String.self)) ?? 0
        }
    }
}

extension ServiceConfiguration {
    /// Last.fm, below the five calls a second that its terms allow.
    public static func lastFM(baseURL: String = "https://ws.audioscrobbler.com/2.0") -> ServiceConfiguration {
        var configuration = ServiceConfiguration(
            name: "lastfm", baseURL: baseURL, rate: .init(perSecond: 4, burst: 4))
        configuration.judge = LastFM.judge
        return configuration
    }
}
