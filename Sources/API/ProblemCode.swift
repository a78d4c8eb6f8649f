/// The problems that the API itself has a word for; the token's and the server's own come on top.
enum ProblemCode: String, Sendable, CaseIterable {
    /// The body is no JSON, or nests too deep.
    case malformedJSON = "malformed_json"
    /// Fields or parameters are at fault; `errors` says which.
    case invalidRequest = "invalid_request"
    /// All that is at fault is asked for too early: this version does not have it.
    case notSupported = "not_supported"
    /// A changing call with a token that was used for one before.
    case tokenReplayed = "token_replayed"
    /// There is nothing at this path.
    case notFound = "not_found"
    /// Seeds that the catalog does not have.
    case unknownSeed = "unknown_seed"
    /// There is nobody to fetch from: no application, no account, no permitted folder.
    case noSource = "no_source"
    /// Spotify does not accept the token that came along.
    case spotifyToken = "spotify_token"
    /// A seed is being fetched, for longer than a request may take.
    case seedUnderWay = "seed_under_way"
    /// A source that nothing is known of.
    case unknownSource = "unknown_source"
    /// A source asked to come back later.
    case sourcePostponed = "source_postponed"
    /// A source will not give what is asked of it.
    case sourceRefused = "source_refused"
    /// A track that the catalog does not have.
    case unknownTrack = "unknown_track"
    /// A job that is not in the queue's memory.
    case unknownJob = "unknown_job"
    /// A schedule that there is not.
    case unknownSchedule = "unknown_schedule"
    /// A playlist that Segue does not make.
    case unknownPlaylist = "unknown_playlist"
    /// A listener whom nobody made known.
    case unknownListener = "unknown_listener"
    /// A run that there was not.
    case unknownRun = "unknown_run"
    /// A recommendation that was not given out to the listener.
    case unknownRecommendation = "unknown_recommendation"
    /// A recommendation or a run did not have a track that feedback names it for.
    case notRecommended = "not_recommended"
    /// The listener has as many playlists as may be.
    case tooManyPlaylists = "too_many_playlists"
    /// The listener has a daily playlist already.
    case dailyExists = "daily_exists"
    /// Another run for the listener has not ended.
    case runUnderWay = "run_under_way"
    /// No time was left for one of several playlists.
    case notBegun = "not_begun"
    /// The run of one of several playlists took longer than there was time.
    case runInterrupted = "run_interrupted"
    /// A playlist that a rule set keeps up is not made by a recipe.
    case keptByRules = "kept_by_rules"
    /// Nothing came of a recipe.
    case emptyPlaylist = "empty_playlist"
    /// A rule set that there is not, or a version of it.
    case unknownRuleSet = "unknown_rule_set"
    /// The rule set is there already, in a version that the caller has not seen.
    case ruleSetConflict = "rule_set_conflict"
    /// Another rule set keeps up the same playlist.
    case targetClaimed = "target_claimed"
    /// The target playlist is not there, or nobody gave permission to it.
    case targetUnavailable = "target_unavailable"
    /// What is asked does not go with where the job stands.
    case jobState = "job_state"
    /// The nightly chain's token is missing or wrong.
    case nightlyToken = "nightly_token"
    /// No token was set by which the nightly chain could be begun.
    case nightlyNotConfigured = "nightly_not_configured"
    /// As many streams of events as the service takes are open.
    case tooManyStreams = "too_many_streams"
    /// The path takes other methods.
    case methodNotAllowed = "method_not_allowed"
    /// The catalog is held by an import.
    case catalogBusy = "catalog_busy"
    /// The body is of another type than JSON.
    case unsupportedMediaType = "unsupported_media_type"
    /// Too little is known of the seeds to compare anything with them.
    case seedsWithoutFeatures = "seeds_without_features"
    /// The weights leave nothing to compare.
    case nothingToCompare = "nothing_to_compare"
    /// The client asks too often.
    case rateLimited = "rate_limited"
    /// A fault of the service, whose particulars are in its log only.
    case `internal` = "internal"
    /// No index has been published.
    case noIndex = "no_index"
    /// The catalog has no tracks.
    case emptyCatalog = "empty_catalog"
    /// PostgreSQL cannot be reached.
    case databaseUnavailable = "database_unavailable"

    /// The HTTP status that fits.
    var status: Int {
        switch self {
        case .malformedJSON, .invalidRequest, .notSupported: 400
        case .tokenReplayed, .nightlyToken: 401
        case .nightlyNotConfigured, .spotifyToken: 403
        case .notFound, .noSource, .unknownSource, .unknownSeed, .unknownTrack, .unknownJob, .unknownSchedule,
            .unknownPlaylist, .unknownListener, .unknownRun, .unknownRecommendation, .unknownRuleSet:
            404
        case .methodNotAllowed: 405
        case .catalogBusy, .jobState, .tooManyPlaylists, .dailyExists, .runUnderWay, .keptByRules, .ruleSetConflict,
            .targetClaimed,
            .targetUnavailable:
            409
        case .unsupportedMediaType: 415
        case .seedsWithoutFeatures, .nothingToCompare, .sourceRefused, .emptyPlaylist, .notRecommended: 422
        case .rateLimited: 429
        case .internal: 500
        case .noIndex, .emptyCatalog, .databaseUnavailable, .tooManyStreams, .seedUnderWay, .sourcePostponed,
            .notBegun, .runInterrupted:
            503
        }
    }

    /// A few words that are the same for every occurrence.
    var title: String {
        switch self {
        case .malformedJSON: "The body is not JSON"
        case .invalidRequest: "The request is not valid"
        case .notSupported: "This version does not have that"
        case .tokenReplayed: "The token was used before"
        case .notFound: "There is nothing here"
        case .unknownSeed: "The catalog does not have a seed"
        case .noSource: "There is nobody to fetch from"
        case .spotifyToken: "Spotify refused the token"
        case .seedUnderWay: "A seed is being fetched"
        case .unknownSource: "There is no such source"
        case .sourcePostponed: "A source asked to come back later"
        case .sourceRefused: "A source refused"
        case .unknownTrack: "The catalog does not have the track"
        case .unknownJob: "There is no such job"
        case .unknownSchedule: "There is no such schedule"
        case .unknownPlaylist: "There is no such playlist"
        case .unknownListener: "There is no such listener"
        case .unknownRun: "There was no such run"
        case .unknownRecommendation: "There was no such recommendation"
        case .notRecommended: "The recommendation or the run did not have the track"
        case .tooManyPlaylists: "The listener has enough playlists"
        case .dailyExists: "The listener has a daily playlist"
        case .runUnderWay: "A run is under way"
        case .notBegun: "There was no time for it"
        case .runInterrupted: "The run was interrupted"
        case .keptByRules: "The playlist belongs to a rule set"
        case .emptyPlaylist: "Nothing came of it"
        case .unknownRuleSet: "There is no such rule set"
        case .ruleSetConflict: "The rule set has another version"
        case .targetClaimed: "The playlist belongs to another rule set"
        case .targetUnavailable: "The playlist cannot be reached"
        case .jobState: "The job does not stand for that"
        case .nightlyToken: "The nightly token was refused"
        case .nightlyNotConfigured: "The nightly chain has no token"
        case .tooManyStreams: "Too many streams of events"
        case .methodNotAllowed: "The path takes other methods"
        case .catalogBusy: "The catalog is being changed"
        case .unsupportedMediaType: "The body must be JSON"
        case .seedsWithoutFeatures: "Too little is known of the seeds"
        case .nothingToCompare: "Nothing is left to compare"
        case .rateLimited: "Too many requests"
        case .internal: "The service failed"
        case .noIndex: "There is no index yet"
        case .emptyCatalog: "The catalog is empty"
        case .databaseUnavailable: "The database cannot be reached"
        }
    }
}
