public import Catalog
public import Foundation
public import Ingest
import Providers

/// What a source brought, so far or altogether.
public struct SourceReport: Sendable, Hashable, Codable {
    /// Which source.
    public var source: Source
    /// Whose library it is; nil where the source is nobody's.
    public var account: String?
    /// Tracks that the source held, each mention counted.
    public var tracks = 0
    /// Entries of playlists.
    public var entries = 0
    /// What has no place in a catalog.
    public var oddities = SpotifyAnswer.Oddities()
    /// Playlists that were read.
    public var playlists = 0
    /// Playlists and libraries that are as they were, and cost no call.
    public var unchanged = 0
    /// Playlists of others, which the service keeps to itself.
    public var withheld = 0
    /// Files that were taken over.
    public var files = 0
    /// Files or elements that were not, the first hundred.
    public var problems: [String] = []
    /// What changed in the catalog.
    public var counts = ImportCounts()
    /// Parts of the source that are done, for going on after an interruption: playlists or files.
    public var done: [String] = []

    /// Nothing yet.
    public init(source: Source, account: String? = nil) {
        (self.source, self.account) = (source, source.isListeners ? account : nil)
    }

    /// What job queues, locks and the store call the source.
    public var key: String { source.key(account: account) }

    mutating func note(_ problem: String) {
        guard problems.count < 100, !problems.contains(problem) else { return }
        problems.append(problem)
    }

    mutating func add(_ answer: SpotifyAnswer) {
        for record in answer.records {
            switch record {
            case .track: tracks += 1
            case .playlistEntry: entries += 1
            default: continue
            }
        }
        oddities = oddities + answer.oddities
    }
}

extension ImportCounts {
    /// Both together; what one has added and the other changed counts in both.
    static func += (left: inout ImportCounts, right: ImportCounts) {
        left.newTracks += right.newTracks
        left.changedTracks += right.changedTracks
        left.changedArtists += right.changedArtists
        left.changedAlbums += right.changedAlbums
        left.changedPlaylists += right.changedPlaylists
        left.newArtists += right.newArtists
        left.newAlbums += right.newAlbums
        left.newPlaylists += right.newPlaylists
        left.newEntries += right.newEntries
        left.removedEntries += right.removedEntries
        left.features += right.features
        left.analyses += right.analyses
        left.savedTracks += right.savedTracks
        left.newPlays += right.newPlays
        left.unresolved += right.unresolved
    }
}

/// Why a source was not taken over completely; what was taken over stays.
public enum SourceError: Error, Sendable, Hashable, CustomStringConvertible {
    /// It can go on at a moment: a quota is used up, or the service is away.
    case postponed(until: Date, reason: String)
    /// Trying again would not help.
    case refused(String)
    /// Spotify does not accept the token that a caller brought along.
    case callerTokenRefused

    /// The reason.
    public var description: String {
        switch self {
        case .postponed(_, let reason), .refused(let reason): reason
        case .callerTokenRefused: SpotifyError.callerTokenRefused.description
        }
    }
}
