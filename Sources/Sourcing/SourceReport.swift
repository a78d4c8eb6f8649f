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
    /// Playlists that were read, and those that files held.
    public var playlists = 0
    /// Playlists and libraries that are as they were, and cost no call.
    public var unchanged = 0
    /// Playlists of others, which the service keeps to itself.
    public var withheld = 0
    /// Files that were taken over.
    public var files = 0
    /// Elements of the service's lists that were wrong, and so were not taken over; nil for none.
    public var refused: Int?
    /// Files or elements that were not, the first hundred.
    public var problems: [String] = []
    /// What changed in the catalog.
    public var counts = ImportCounts()
    /// Parts of the source that are done, for going on after an interruption: playlists or files.
    public var done: [String] = []
    /// Playlists that are read behind all others, and not before their time, by id.
    var postponed: [String: SetAside]?
    /// The playlist that was counted last as new or changed: it is written several times and counts once.
    private var counted: String?
    /// What is being read, and what the report told before: what is read again is held once.
    var reading: Reading?

    /// Nothing yet.
    public init(source: Source, account: String? = nil) {
        (self.source, self.account) = (source, source.isListeners ? account : nil)
    }

    /// What job queues, locks and the store call the source.
    public var key: String { source.key(account: account) }

    /// What a person reads when it is done.
    public var summary: String {
        let number = { (count: Int, noun: String) in "\(count) \(noun)\(count == 1 ? "" : "s")" }
        var parts = ["\(counts.newTracks) new of \(number(tracks, "track"))"]
        if playlists > 0 { parts.append(number(playlists, "playlist")) }
        if unchanged > 0 { parts.append("\(unchanged) as before") }
        if withheld > 0 { parts.append("\(withheld) withheld") }
        if let refused { parts.append("\(refused) refused") }
        if !problems.isEmpty { parts.append(number(problems.count, "problem")) }
        return parts.joined(separator: ", ")
    }

    mutating func note(_ problem: String) {
        guard problems.count < 100, !problems.contains(problem) else { return }
        problems.append(problem)
    }

    /// Forgets problems that begin so: whatever they tell of is looked at again.
    mutating func forgetProblems(_ beginning: String) { problems.removeAll { $0.hasPrefix(beginning) } }

    mutating func add(_ answer: SpotifyAnswer) {
        for record in answer.records {
            switch record {
            case .track: tracks += 1
            case .playlistEntry: entries += 1
            default: continue
            }
        }
        oddities = oddities + answer.oddities
        tellOfRefused(answer)
    }

    /// Counts the elements of an answer that are wrong, and names the first of them: a service in trouble may give many.
    private mutating func tellOfRefused(_ answer: SpotifyAnswer) {
        guard answer.refused > 0 else { return }
        for problem in answer.problems.prefix(max(0, Self.refusedNamed - (refused ?? 0))) {
            let place = [reading?.part, answer.page.map { "from element \($0.offset) on" }, problem.field]
            note("\(([problem.file] + place.compactMap(\.self)).joined(separator: ", ")): \(problem.reason)")
        }
        refused = (refused ?? 0) + answer.refused
    }

    private static let refusedNamed = 20

    /// Adds what writing a part of the source has changed.
    ///
    /// A playlist has its title with its first page and its version when all is written: whatever came first is what it
    /// counts as.
    /// - Parameter playlist: the one that was written, where it was one.
    mutating func add(_ counts: ImportCounts, of playlist: String? = nil) {
        var counts = counts
        if let playlist, counts.newPlaylists + counts.changedPlaylists > 0 {
            if counted == playlist { (counts.newPlaylists, counts.changedPlaylists) = (0, 0) }
            counted = playlist
        }
        self.counts += counts
    }

    /// Adds what a file held, and what taking it over has changed.
    mutating func add(_ tally: NotingImports.Tally, _ counts: ImportCounts) {
        files += 1
        tracks += tally.tracks
        entries += tally.entries
        playlists += tally.playlists.count
        self.counts += counts
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
        left.matching += right.matching
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
