import Foundation

/// Previews at Spotify, which says of one track at a time where its preview is, and of many that there is none.
public struct SpotifyPreviews: PreviewSource {
    private struct Track: Decodable, Sendable {
        var id: String
        var previewURL: String?

        private enum CodingKeys: String, CodingKey {
            case id
            case previewURL = "preview_url"
        }
    }

    private let spotify: Spotify

    /// Asks with the tokens of a client.
    public init(_ spotify: Spotify) { self.spotify = spotify }

    /// `spotify`.
    public var name: String { spotify.name }
    /// Spotify's own.
    public var namespace: String { "spotify" }

    /// The address of a track's preview.
    /// - Throws: `ServiceError`; of kind `forbidden` where no token can be had.
    public func preview(of id: String) async throws(ServiceError) -> String? {
        let call = Spotify.trackCall(id)
        do {
            return try await spotify.value(call, as: Track.self).previewURL
        } catch let error as ServiceError {
            if error.kind == .missing { return nil }
            throw error
        } catch let error as SpotifyError {
            throw ServiceError(.forbidden, service: name, endpoint: call.endpoint, reason: error.description)
        } catch {
            // The store that keeps tokens: it will be back.
            throw ServiceError(
                .unavailable, service: name, endpoint: call.endpoint, reason: "the database cannot be reached",
                resumeAt: spotify.clock.now().addingTimeInterval(60))
        }
    }
}
