public import Foundation

/// The tracks that a listener hears most, as a service counts them.
public struct Favourites: Sendable, Hashable {
    /// Over which time, in the service's word: `short_term` is some four weeks, `medium_term` half a year, `long_term` a
    /// year.
    public var span: String
    /// By an id of each, the most heard first.
    public var tracks: [ExternalID]

    /// Ranks tracks.
    public init(span: String, tracks: [ExternalID]) { (self.span, self.tracks) = (span, tracks) }
}

/// Remembers what listeners hear most. Implemented by Storage.
public protocol FavouriteStore: Sendable {
    /// Keeps a ranking in place of the one that the account had over the same time.
    func keep(_ favourites: Favourites, of account: String, at moment: Date) async throws
}
