public import Foundation

/// Why Spotify could not be used, apart from what `ServiceError` says. Texts never hold a token.
public enum SpotifyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// There is no such account, or none at all.
    case notConnected(String?)
    /// The owner's permission has ended: only the owner can renew it. `since` is when it was given.
    case reconnect(account: String, since: Date)
    /// The application may not ask this, as it turned out; it is not asked again until then.
    case notPermitted(endpoint: String, until: Date)
    /// The token that a caller brought along has ended or is none.
    case callerTokenRefused
    /// Only a listener's own token can do this, not the application's.
    case needsListener(String)

    /// One sentence for a person, with the mend.
    public var description: String {
        switch self {
        case .notConnected(let account):
            "no Spotify account\(account.map { " \($0)" } ?? "") is connected; connect one by `segue accounts connect`"
        case .reconnect(let account, let since):
            "the permission of the Spotify account \(account), given on \(Self.day(since)), has ended; connect it again"
                + " by `segue accounts connect`"
        case .notPermitted(let endpoint, let until):
            "Spotify does not permit this application to ask \(endpoint); it will be asked again on \(Self.day(until))"
        case .callerTokenRefused: "Spotify does not accept the token in X-Spotify-Token; get a new one"
        case .needsListener(let what):
            "\(what) needs the token of a listener; connect an account by `segue accounts connect`"
        }
    }

    static func day(_ date: Date) -> String { String(date.formatted(.iso8601).prefix(10)) }
}
