internal import Catalog
internal import Foundation
internal import HTTPServer
internal import Sampling
internal import Signing
internal import Sourcing

extension Problem {
    /// What any error means to a caller: the one place where errors become statuses.
    ///
    /// An error that nobody foresaw is the service's own fault: the caller learns its request's id and nothing else,
    /// the log learns all.
    init(_ error: any Error, retryAfter seconds: Int) {
        switch error {
        case let problem as Problem: self = problem
        case let error as TokenError: self = Problem(error)
        case let error as CatalogStoreError: self = Problem(error, retryAfter: seconds)
        case let error as SourceFetchFailure: self = Problem(error)
        case let error as SourceError: self = Problem(error)
        case let error as PlaylistError: self = Problem(error, retryAfter: seconds)
        case let error as RecipeError:
            self = Problem(faults: error.faults.map { Fault($0, under: ["recipe"]) }, limit: error.faults.count)
        case is CancellationError: self = .cancelled
        default: self = .failure(cause: String(reflecting: error))
        }
    }

    /// A fault of the service.
    static func failure(cause: String) -> Problem {
        Problem(.internal, "the service failed; its log has the particulars under this request's id", cause: cause)
    }

    /// What nobody reads: the server has answered for a task that it cancelled.
    static var cancelled: Problem { Problem(HTTPRejection.handlerTimeout) }

    /// A token that is not good. RFC 6750 asks for the challenge; the code beside it is Segue's own.
    init(_ error: TokenError) {
        self.init(
            status: error == .unavailable ? 503 : 401, code: error.code, title: Self.tokenTitle,
            detail: error.description)
        guard error != .unavailable else { return }
        headers["WWW-Authenticate"] = error == .missing ? "Bearer" : #"Bearer error="invalid_token""#
    }

    /// A token that may not be used for a second changing call.
    static var replayedToken: Problem {
        var problem = Problem(.tokenReplayed, "a changing call needs a token that no other call used; mint a new one")
        problem.headers["WWW-Authenticate"] = #"Bearer error="invalid_token""#
        return problem
    }

    private init(_ error: CatalogStoreError, retryAfter seconds: Int) {
        switch error {
        case .unavailable(let reason):
            self = Problem(
                .databaseUnavailable,
                "the database cannot be reached; recommendations for known tracks go on, ask for the rest again later",
                cause: reason
            ).retrying(after: seconds)
        case .busy(let holder):
            self = Problem(.catalogBusy, "an import holds the catalog; try again when it is done", cause: holder)
                .retrying(after: seconds)
        case .badCursor:
            let mend = "not a cursor of this listing; leave it out to begin at the first page"
            self = Problem(faults: [Fault(parameter: "cursor", .badCursor, mend)], limit: 1)
        case .foreignWatermark: self = .failure(cause: "a watermark of another database")
        case .failed(let reason): self = .failure(cause: reason)
        }
    }

    private init(_ error: SourceFetchFailure) {
        switch error {
        case .noSource(let reason): self = Problem(.noSource, reason)
        case .underWay:
            let mend = "what has arrived is kept; ask again, and it goes on from there"
            self = Problem(.seedUnderWay, "fetching the seed takes longer than a request may; \(mend)").retrying(
                after: 1)
        }
    }

    private init(_ error: SourceError) {
        switch error {
        case .callerTokenRefused: self = Problem(.spotifyToken, error.description)
        case .refused(let reason): self = Problem(.sourceRefused, reason)
        case .postponed(let until, let reason):
            let seconds = max(1, Int(until.timeIntervalSinceNow.rounded(.up)))
            self = Problem(.sourcePostponed, reason).retrying(after: seconds)
        }
    }

    private init(_ error: PlaylistError, retryAfter seconds: Int) {
        let code: ProblemCode =
            switch error {
            case .unknownPlaylist: .unknownPlaylist
            case .unknownListener: .unknownListener
            case .unknownTracks: .unknownTrack
            case .unknownRun: .unknownRun
            case .unknownRecommendation: .unknownRecommendation
            case .notRecommended, .notInRun: .notRecommended
            case .tooManyPlaylists: .tooManyPlaylists
            case .dailyExists: .dailyExists
            case .runUnderWay: .runUnderWay
            case .notBegun: .notBegun
            case .interrupted: .runInterrupted
            case .keptByRules, .orphaned: .keptByRules
            case .empty: .emptyPlaylist
            }
        self.init(code, error.description)
        switch error {
        case .unknownListener: faults = [Fault(["listener"], .unknownName, "nobody made this listener known")]
        case .runUnderWay, .notBegun, .interrupted: self = retrying(after: seconds)
        default: break
        }
    }

    /// What the server refuses by itself.
    init(_ rejection: HTTPRejection) {
        self.init(
            status: rejection.status, code: rejection.code, title: Self.rejectionTitle, detail: rejection.message)
    }

    /// Every code that an answer may carry, with its status and title, for the description and the documentation.
    static let codes: [(code: String, status: Int, title: String)] =
        ProblemCode.allCases.map { ($0.rawValue, $0.status, $0.title) }
        + TokenError.allCases.map(Problem.init).map { ($0.code, $0.status, $0.title) }
        + rejections.map { ($0.code, $0.status, rejectionTitle) }

    private static let rejections: [HTTPRejection] = [
        .malformed(reason: ""), .bodyTooLarge(limit: 0), .headersTooLarge(limit: 0), .requestTimeout, .handlerTimeout,
        .overloaded, .stopping,
    ]

    private static let tokenTitle = "The service token was refused"
    private static let rejectionTitle = "The server refused the request"
}
