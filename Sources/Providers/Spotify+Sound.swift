import Catalog
import Foundation
public import Ingest

/// Audio features and analyses, which most applications have not been given since November 2024.
extension Spotify {
    /// The most tracks that are asked about at once.
    public static let maximumFeatures = 100
    /// How long a refusal is remembered, in seconds: rights change by application, not by the hour.
    static let refusalSeconds: Double = 30 * 86_400

    /// Audio features of tracks, at most `maximumFeatures`; those that the service has not are absent.
    ///
    /// - Throws: `SpotifyError.notPermitted` where the application may not, and for a month after that without a call;
    ///   `ServiceError`, errors of the token source and the store.
    public func audioFeatures(_ ids: [String]) async throws -> SpotifyAnswer {
        precondition(ids.count <= Self.maximumFeatures, "callers group their ids")
        let query = [("ids", ids.joined(separator: ","))]
        return try await permitted(
            ServiceCall(endpoint: "/audio-features", path: ["audio-features"], query: query), of: nil)
    }

    /// What a full analysis of a track says about its structure.
    ///
    /// - Throws: as `audioFeatures` does; `ServiceError` of kind `.missing` where there is none of the track.
    public func audioAnalysis(_ id: String) async throws -> SpotifyAnswer {
        try await permitted(
            ServiceCall(endpoint: "/audio-analysis/{id}", path: ["audio-analysis", id]), of: .spotify(id))
    }

    private func permitted(_ call: ServiceCall, of track: ExternalID?) async throws -> SpotifyAnswer {
        let now = clock.now()
        if let application = tokens.application, let refusals,
            let until = try await refusals.refusal(of: call.endpoint, by: name, to: application, at: now)
        {
            throw SpotifyError.notPermitted(endpoint: call.endpoint, until: until)
        }
        do {
            return try await records(call, of: track)
        } catch let error as ServiceError where error.kind == .forbidden {
            let until = now.addingTimeInterval(Self.refusalSeconds)
            if let application = tokens.application {
                try await refusals?.rememberRefusal(of: call.endpoint, by: name, to: application, until: until)
            }
            throw SpotifyError.notPermitted(endpoint: call.endpoint, until: until)
        }
    }
}
