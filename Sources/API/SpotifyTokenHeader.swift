internal import HTTPServer
internal import Providers

/// The user's own token that a caller may bring along; it is used for its request, and kept nowhere.
enum SpotifyTokenHeader {
    static let name = "X-Spotify-Token"

    static let parameter = Operation.Parameter(
        name, in: .header, Schemas.text, "The user's own token at Spotify, for seeds that the catalog lacks.")

    /// The token, or nil where there is none.
    /// - Throws: `Problem` for a text that cannot be one; it is not repeated.
    static func token(in request: HTTPRequest) throws(Problem) -> SpotifyAccessToken? {
        guard let text = request.headers[name], !text.isEmpty else { return nil }
        guard let token = SpotifyAccessToken(text) else {
            throw Problem(faults: [Fault(parameter: name, .wrongType, "no token of Spotify; send it bare")], limit: 1)
        }
        return token
    }
}
