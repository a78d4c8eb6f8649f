import Cache
import Catalog
import Foundation
import HTTPClient

/// Deezer: previews of half a minute by ISRC, without a key.
///
/// Addresses end after some hours, so none is remembered; that there is none is.
public struct Deezer: PreviewSource {
    private struct Track: Decodable, Sendable {
        var preview: String?
    }

    private let client: ServiceClient

    /// The service behind a client of `ServiceConfiguration.deezer`.
    public init(_ client: ServiceClient) { self.client = client }

    /// `deezer`.
    public var name: String { client.name }
    /// ISRCs.
    public var namespace: String { "isrc" }

    /// The address of a recording's preview.
    /// - Throws: `ServiceError`.
    public func preview(of id: String) async throws(ServiceError) -> String? {
        let key = "preview:\(id)"
        if let known = await client.remembered([key])[key], known.body == nil { return nil }
        let found: Track
        do throws(ServiceError) {
            found = try await client.value(ServiceCall(endpoint: "/track/isrc:{isrc}", path: ["track", "isrc:\(id)"]))
        } catch {
            guard error.kind == .missing else { throw error }
            found = Track()
        }
        if let address = found.preview, !address.isEmpty { return address }
        await client.remember([key: nil], for: .zero, misses: .seconds(30 * 86_400))
        return nil
    }
}

extension ServiceConfiguration {
    /// Deezer, which answers fifty calls in five seconds.
    public static func deezer(baseURL: String = "https://api.deezer.com") -> ServiceConfiguration {
        var configuration = ServiceConfiguration(
            name: "deezer", baseURL: baseURL, rate: .init(perSecond: 5, burst: 10))
        // Six tracks in a row: two that it cannot answer on say nothing of the others.
        configuration.breaker.failures = 6 * configuration.retry.attempts
        configuration.judge = DeezerVerdict.judge
        return configuration
    }
}

/// What Deezer's answers mean: its errors come with status 200.
enum DeezerVerdict {
    private struct Answer: Decodable {
        struct Failure: Decodable {
            var code: Int?
            var message: String?
        }
        var error: Failure?
    }

    static func judge(_ response: HTTPClientResponse, _ call: ServiceCall) -> Verdict {
        let verdict = Verdict.standard(response, call)
        guard verdict == .success,
            let failure = (try? JSONDecoder().decode(Answer.self, from: Data(response.body)))?.error
        else { return verdict }
        let reason = ProblemText.printable(failure.message ?? "", to: call)
        switch failure.code {
        case 800: return .missing
        // Its quota is one of five seconds.
        case 4: return .tooMany(after: .seconds(5), reason: reason)
        case 700: return .failure(after: nil, reason: reason)
        default: return .rejected(reason: reason)
        }
    }
}
