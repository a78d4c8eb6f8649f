public import Catalog
public import Foundation

/// Keeps listeners, what they did, playlists and their runs. Implemented by Storage.
///
/// All methods throw `CatalogStoreError` where the database cannot be reached or fails.
public protocol PlaylistStore: Sendable {
    // MARK: Listeners

    /// All listeners by name.
    func listeners() async throws -> [Listener]
    /// Makes a listener known; false where it is already.
    func addListener(_ name: String) async throws -> Bool
    /// Keeps feedback; what is known already stays as it is.
    ///
    /// Nothing is kept where anything is refused.
    /// - Returns: how many events are new.
    /// - Throws: `PlaylistError.unknownListener`, `unknownTracks`, `unknownRun`, `unknownRecommendation`,
    ///   `notRecommended`, `notInRun`.
    @discardableResult func record(_ feedback: [Feedback], of listener: String) async throws -> Int
    /// Notes that tracks were given out by a recommendation.
    /// - Throws: `PlaylistError.unknownListener`.
    func recordServed(
        _ tracks: [TrackID], to listener: String, context: String?, recommendation: String, at moment: Date
    ) async throws
    /// What a listener did, by track; `context` narrows what was given out to one context, nil takes all.
    /// - Throws: `PlaylistError.unknownListener`.
    func listening(of listener: String, context: String?, at moment: Date) async throws -> [ListenedTrack]

    // MARK: Playlists

    /// Playlists by number, of one listener or of all.
    func madePlaylists(of listener: String?) async throws -> [MadePlaylist]
    /// A playlist; nil where there is none.
    func madePlaylist(_ id: PlaylistID) async throws -> MadePlaylist?
    /// A listener's daily playlist; nil where there is none.
    func dailyPlaylist(of listener: String) async throws -> MadePlaylist?
    /// Playlists that rule sets keep up, by number.
    func rulePlaylists() async throws -> [RulePlaylist]
    /// A playlist's tracks in order.
    func entries(of id: PlaylistID) async throws -> [TrackID]
    /// Removes a playlist, made by a recipe or kept up by a rule set; its history and runs stay. False where there is
    /// none. A rule set that still has it as its target makes it anew.
    func removeMadePlaylist(_ id: PlaylistID) async throws -> Bool
    /// What came and went, newest first.
    func changes(of id: PlaylistID, before number: Int64?, limit: Int) async throws -> [PlaylistChange]
    /// Runs, newest first, without their tracks.
    func runs(of id: PlaylistID, before number: Int64?, limit: Int) async throws -> [RunSummary]
    /// A run with its tracks; nil where there is none.
    func run(_ id: PlaylistRunID) async throws -> PlaylistRun?

    // MARK: Runs

    /// Runs `body` while nobody else, in this process or any other, makes a playlist for the listener.
    /// - Throws: `PlaylistError.runUnderWay` where somebody does, `unknownListener`, what `body` throws.
    func withRun<Result: Sendable>(
        of listener: String, _ body: @Sendable (any PlaylistWorkshop) async throws -> Result
    ) async throws -> Result
    /// Writes down that a run failed; its playlist is as it was.
    func recordFailure(_ run: PlaylistRun) async throws
}

/// A run in a list: its numbers without its tracks.
public struct RunSummary: Sendable, Hashable {
    /// The run, whose tracks are left out.
    public var run: PlaylistRun
    /// How many tracks it had.
    public var total: Int
    /// Of these, new to the listener.
    public var new: Int
    /// Of these, in the version before.
    public var kept: Int

    /// Sums a run up.
    public init(run: PlaylistRun, total: Int, new: Int, kept: Int) {
        (self.run, self.total, self.new, self.kept) = (run, total, new, kept)
    }
}

/// What a run reads, and the one place where it writes.
public protocol PlaylistWorkshop: Sendable {
    /// What samples ask of tracks; tracks that are gone are left out.
    func facts(of tracks: [TrackID]) async throws -> [TrackFacts]
    /// What the listener did.
    func listening(at moment: Date) async throws -> [ListenedTrack]
    /// Tracks that the listener saved or likes, at most `limit`.
    func library(limit: Int) async throws -> [TrackID]
    /// The tracks that a reference stands for; nil where the catalog has no such thing.
    func tracks(of reference: EntityReference, limit: Int) async throws -> [TrackID]?
    /// Tracks by artists that are credited first, the most popular first.
    func tracks(by artists: [ArtistID], limit: Int) async throws -> [TrackID]
    /// Tracks that stand on playlists beside the given ones, with a weight that counts long playlists less; those that
    /// this service made do not count.
    func companions(of tracks: [TrackID], limit: Int) async throws -> [(track: TrackID, weight: Double)]
    /// The names of artists.
    func names(of artists: [ArtistID]) async throws -> [ArtistID: String]
    /// Looks whether the listener may have one more playlist, which holds for as long as this run.
    /// - Throws: `PlaylistError.tooManyPlaylists` past `limit`, `dailyExists`.
    func checkRoom(for draft: PlaylistDraft, limit: Int) async throws
    /// Makes a playlist and its run at once.
    func create(_ draft: PlaylistDraft, _ run: PlaylistRun) async throws -> PlaylistRun
    /// Replaces a playlist's tracks in place and keeps the run, at once.
    /// - Throws: `PlaylistError.unknownPlaylist` where it is gone meanwhile.
    func replace(_ run: PlaylistRun) async throws -> PlaylistRun
}

/// Why a playlist was not made.
public enum PlaylistError: Error, Sendable, Hashable, CustomStringConvertible {
    /// There is no such playlist among those that this service makes.
    case unknownPlaylist(PlaylistID)
    /// There is no such listener.
    case unknownListener(String)
    /// Feedback on tracks that the catalog does not have.
    case unknownTracks([TrackID])
    /// A run that there was not, or that was another listener's than the one who sends feedback on it.
    case unknownRun(PlaylistRunID, listener: String? = nil)
    /// Feedback on a recommendation that was not given out to the listener.
    case unknownRecommendation(String, listener: String)
    /// Feedback that attributes tracks to a recommendation which did not have them.
    case notRecommended([TrackID], by: String)
    /// Feedback that attributes tracks to a run which did not give them out.
    case notInRun([TrackID], PlaylistRunID)
    /// The listener has as many playlists as may be.
    case tooManyPlaylists(limit: Int)
    /// The listener has a daily playlist already.
    case dailyExists(PlaylistID)
    /// Another run for the listener has not ended.
    case runUnderWay(listener: String)
    /// Of several playlists, one that no time was left for.
    case notBegun
    /// Of several playlists, one whose run took longer than the time that was left.
    case interrupted
    /// A playlist that a rule set keeps up, or would if it were enabled, is not made anew by a recipe.
    case keptByRules(PlaylistID, isEnabled: Bool = true)
    /// A playlist that a rule set kept up, and that none does any more, has no recipe to be made anew by.
    case orphaned(PlaylistID)
    /// There was nothing to make a playlist from; the text says why. `isNew` where there was none yet.
    case empty(String, isNew: Bool = false)

    /// What is wrong, with the mend.
    public var description: String {
        switch self {
        case .unknownPlaylist(let id):
            "there is no playlist \(id.rawValue) that Segue makes; list them to see which there are"
        case .unknownListener(let name): "there is no listener \(name.prefix(64)); add it first"
        case .unknownTracks(let ids): "the catalog does not have \(ids.count == 1 ? "a track" : "\(ids.count) tracks")"
        case .unknownRun(let id, let listener):
            "there was no run \(id.rawValue)\(listener.map { " for \($0.prefix(64)); leave it out, or say whose it was" } ?? "")"
        case .unknownRecommendation(let id, let listener):
            "no recommendation \(id.prefix(64)) was given out to \(listener.prefix(64)); give the recommendation_id of an answer"
                + " as it is, with the listener whom its request had in cooldown, or leave it out"
        case .notRecommended(let ids, let recommendation):
            "the recommendation \(recommendation.prefix(64)) did not have \(ids.count == 1 ? "a track" : "\(ids.count) tracks")"
                + " that feedback names it for; leave recommendation_id out there"
        case .notInRun(let ids, let run):
            "the run \(run.rawValue) did not give out \(ids.count == 1 ? "a track" : "\(ids.count) tracks")"
                + " that feedback names it for; leave run out there"
        case .tooManyPlaylists(let limit):
            "the listener has \(limit == 1 ? "a playlist" : "\(limit) playlists"), which is as many as may be; remove one"
        case .dailyExists(let id): "the listener's daily playlist is number \(id.rawValue); reshuffle it"
        case .runUnderWay(let listener): "a run for \(listener) has not ended; try again in a moment"
        case .notBegun:
            "no time was left for it, so the playlist stays as it was; ask again for it, or leave many playlists to a job"
        case .interrupted:
            "its run took longer than the time that was left, so the playlist stays as it was; leave it to a job"
        case .keptByRules(let id, let isEnabled):
            "the playlist \(id.rawValue) is kept up by a rule set\(isEnabled ? "; " : " that is disabled; enable that, then ")"
                + "`segue rules sync` or POST /api/v1/rules/classify with sync brings it up to date"
        case .orphaned(let id):
            "the playlist \(id.rawValue) was kept up by a rule set that is gone or has another target, and has no recipe;"
                + " make segue:playlist:\(id.rawValue) the target of a rule set, or remove it"
        case .empty(let reason, let isNew):
            "nothing came of it, so \(isNew ? "no playlist was made" : "the playlist stays as it was"): \(reason)"
        }
    }
}
