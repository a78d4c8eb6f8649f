public import Catalog
public import Foundation
public import Recommendation
public import Sampling

/// Makes playlists, and makes them anew.
///
/// A run holds its listener's lock, reads, samples, and writes once at its end: whatever goes wrong before leaves the
/// playlist as it was.
public struct PlaylistMaker: Sendable {
    /// Puts what went wrong with a source into words that callers may read.
    public typealias Describe = @Sendable (any Error) -> String

    let store: any PlaylistStore
    let serving: @Sendable () -> ServingCatalog?
    /// What rules mean; nil where recipes have none.
    public var rules: (any RuleTracks)?
    /// What providers hold similar, made anew for each run; none where nobody is asked.
    public var similar: @Sendable () -> [any SimilarTracks] = { [] }
    /// Bounds on recipes, which may change while the maker is used.
    public var bounds: @Sendable () -> RecipeLimits
    /// The time.
    public var now: @Sendable () -> Date = { Date() }
    let describe: Describe

    /// A maker over a store and the index that serves, which may be none: what needs one then brings nothing.
    public init(
        store: any PlaylistStore, serving: @escaping @Sendable () -> ServingCatalog?,
        limits: RecipeLimits = RecipeLimits(), describe: @escaping Describe = { "\($0)" }
    ) {
        (self.store, self.serving, self.describe) = (store, serving, describe)
        bounds = { limits }
    }

    /// Bounds on recipes at this moment.
    public var limits: RecipeLimits {
        get { bounds() }
        set { bounds = { newValue } }
    }

    /// How a run is to go.
    public struct Options: Sendable, Hashable {
        /// Decides all that is drawn; another one each time where nil.
        public var seed: UInt64?
        /// Whether nothing is to be written.
        public var isDryRun: Bool
        /// Joins runs that are asked for together; nil for a batch of its own.
        public var batch: String?

        /// The greatest seed, so that JSON's numbers hold it.
        public static let greatestSeed = (1 << 53) - 1

        /// Options.
        public init(seed: UInt64? = nil, isDryRun: Bool = false, batch: String? = nil) {
            (self.seed, self.isDryRun, self.batch) = (seed, isDryRun, batch)
        }
    }

    /// Makes a playlist with its first tracks; a dry run only says which these would be.
    /// - Throws: `PlaylistError`, `RecipeError`, `CatalogStoreError`.
    public func create(_ draft: PlaylistDraft, _ options: Options = Options()) async throws -> PlaylistRun {
        try await check(draft.recipe)
        do {
            return try await store.withRun(of: draft.listener) { shop in
                try await shop.checkRoom(for: draft, limit: limits.maximumPlaylists)
                let run = try await made(
                    RunPlan(recipe: draft.recipe, listener: draft.listener, cause: .create, playlist: nil), options,
                    shop)
                guard !options.isDryRun else { return run }
                return try await shop.create(draft, run)
            }
        } catch let fruitless as FruitlessRun { throw PlaylistError.empty(fruitless.reason, isNew: true) }
    }

    /// Gives a playlist other tracks, in place.
    ///
    /// A run that fails, or that is interrupted, is written down with its reason and with what its sources brought, and
    /// the playlist stays as it was.
    /// - Throws: `PlaylistError`, `RecipeError`, `CatalogStoreError`.
    public func reshuffle(_ id: PlaylistID, _ options: Options = Options()) async throws -> PlaylistRun {
        guard let playlist = try await store.madePlaylist(id) else { throw try await absence(of: id) }
        let options = Options(
            seed: options.seed ?? Self.freshSeed(), isDryRun: options.isDryRun,
            batch: options.batch ?? Self.freshBatch())
        let began = now()
        do {
            let recipe = try Recipe(reading: playlist.recipe, limits: limits)
            let plan = RunPlan(recipe: recipe, listener: playlist.listener, cause: .reshuffle, playlist: id)
            return try await store.withRun(of: playlist.listener) { shop in
                let run = try await made(plan, options, shop)
                return options.isDryRun ? run : try await shop.replace(run)
            }
        } catch {
            if !options.isDryRun, Self.isWorthARecord(error) { await record(error, playlist, options, since: began) }
            throw (error as? FruitlessRun).map { PlaylistError.empty($0.reason) } ?? error
        }
    }

    private func absence(of id: PlaylistID) async throws -> PlaylistError {
        guard let kept = try await store.rulePlaylists().first(where: { $0.id == id }) else {
            return .unknownPlaylist(id)
        }
        return kept.ruleSet == nil ? .orphaned(id) : .keptByRules(id, isEnabled: kept.isEnabled)
    }

    /// A run that never began is none.
    private static func isWorthARecord(_ error: any Error) -> Bool {
        switch error {
        case PlaylistError.runUnderWay, PlaylistError.unknownPlaylist: false
        default: true
        }
    }

    /// Writes down why a run failed; in a task of its own, for the one of a run that was interrupted is cancelled.
    private func record(
        _ error: any Error, _ playlist: MadePlaylist, _ options: Options, since began: Date
    ) async {
        let isInterrupted = error is CancellationError || Task.isCancelled
        let fruitless = error as? FruitlessRun
        let reason = fruitless.map { PlaylistError.empty($0.reason).description } ?? describe(error)
        let run = PlaylistRun(
            playlist: playlist.id, listener: playlist.listener, cause: .reshuffle,
            batch: options.batch ?? Self.freshBatch(), status: .failed, seed: options.seed ?? 0,
            recipe: playlist.recipe, missing: fruitless?.missing ?? 0, report: fruitless?.report ?? RunReport(),
            problem: isInterrupted ? Self.interruption : reason, startedAt: began, finishedAt: now())
        await Task { [store] in try? await store.recordFailure(run) }.value
    }

    private static let interruption =
        "interrupted before it was done, because its time was over or the program was stopped; the playlist stays as it was"

    /// What became of one playlist of several.
    public struct Outcome: Sendable {
        /// Which playlist.
        public var playlist: PlaylistID
        /// Its run, or why there is none.
        public var result: Result<PlaylistRun, any Error>
    }

    /// Gives several playlists other tracks, one after the other; one that fails does not hold back the others.
    ///
    /// - Parameter deadline: when the run that is under way is interrupted and no further one is begun; their playlists
    ///   then stay as they were, and are said.
    /// - Throws: `CancellationError`; what was done by then stays done.
    public func reshuffle(
        _ ids: [PlaylistID], _ options: Options = Options(), until deadline: ContinuousClock.Instant? = nil
    ) async throws -> [Outcome] {
        var options = options
        options.batch = options.batch ?? Self.freshBatch()
        var outcomes: [Outcome] = []
        for id in ids {
            try Task.checkCancellation()
            let result: Result<PlaylistRun, any Error>
            do { result = .success(try await reshuffle(id, options, before: deadline)) } catch {
                // Of the last one too: what was asked for in all was interrupted, not that one alone.
                try Task.checkCancellation()
                result = .failure(error)
            }
            outcomes.append(Outcome(playlist: id, result: result))
        }
        return outcomes
    }

    private func reshuffle(
        _ id: PlaylistID, _ options: Options, before deadline: ContinuousClock.Instant?
    ) async throws -> PlaylistRun {
        guard let deadline else { return try await reshuffle(id, options) }
        guard ContinuousClock.now < deadline else { throw PlaylistError.notBegun }
        return try await withThrowingTaskGroup(of: PlaylistRun?.self) { group in
            group.addTask { try await reshuffle(id, options) }
            group.addTask {
                try? await Task.sleep(until: deadline, clock: .continuous)
                return nil
            }
            defer { group.cancelAll() }
            do {
                if let run = try await group.next() ?? nil { return run }
                group.cancelAll()
                if let run = try await group.next() ?? nil { return run }
            } catch let error where !(error is PlaylistError) && ContinuousClock.now >= deadline {
                throw PlaylistError.interrupted
            }
            throw PlaylistError.interrupted
        }
    }

    /// A listener's daily playlist, made where there is none yet and given other tracks where there is.
    /// - Throws: `PlaylistError`, `RecipeError`, `CatalogStoreError`.
    public func daily(
        of listener: String, count: Int? = nil, _ options: Options = Options()
    ) async throws -> PlaylistRun {
        if let known = try await store.dailyPlaylist(of: listener) { return try await reshuffle(known.id, options) }
        let recipe = Recipe.daily(count: min(count ?? 30, limits.maximumCount))
        return try await create(
            PlaylistDraft(name: "Daily", listener: listener, kind: .daily, recipe: recipe), options)
    }

    /// Refuses rules that mean nothing before anything is made of them.
    /// - Throws: `RecipeError`, `CatalogStoreError` where rule sets must be asked for and cannot be.
    public func check(_ recipe: Recipe) async throws {
        var faults: [RecipeFault] = []
        for (place, part) in recipe.parts.enumerated() {
            switch part.source {
            case .rules(let rule):
                let found = rules?.faults(in: rule) ?? [RecipeFault([], .unknownName, Self.noRules)]
                faults += found.map { RecipeFault(["pool", String(place), "rules"] + $0.path, $0.code, $0.message) }
            case .ruleSet(let name):
                let path = ["pool", String(place), "rule_set"]
                guard let rules else {
                    faults.append(RecipeFault(path, .unknownName, Self.noRules))
                    continue
                }
                guard try await !rules.hasRuleSet(name) else { continue }
                let mend = "there is no rule set of this id or name; `segue rules list` shows what there is"
                faults.append(RecipeFault(path, .unknownName, mend))
            case .library, .tracks, .recommendations, .profile: break
            }
        }
        guard faults.isEmpty else { throw RecipeError(faults) }
    }

    private static let noRules = "this service has no rules; leave the part out"

    static func freshSeed() -> UInt64 { UInt64.random(in: 0...UInt64(Options.greatestSeed)) }

    static func freshBatch() -> String { "batch \(String(UInt64.random(in: 0...UInt64.max), radix: 36))" }

    // MARK: Making

    private func made(
        _ plan: RunPlan, _ options: Options, _ shop: any PlaylistWorkshop
    ) async throws -> PlaylistRun {
        let options = Options(seed: options.seed ?? Self.freshSeed(), batch: options.batch)
        let began = now()
        var pool = try await PoolBuilder(
            maker: self, shop: shop, recipe: plan.recipe, listener: plan.listener, moment: began, similar: similar()
        ).build()
        let before = plan.playlist == nil ? [] : try await store.entries(of: plan.playlist ?? PlaylistID(rawValue: 0))
        let given = pool.balanced(plan.recipe, at: began.timeIntervalSince1970)
        let kept = Set(try await shop.facts(of: before).map(\.recording))
        let seed = options.seed ?? 0
        func taken(_ rules: SamplingRules) -> Sample {
            Sampler(rules: rules, history: pool.history, kept: kept, now: began.timeIntervalSince1970, seed: seed)
                .sample(pool.tracks)
        }
        var rules = given
        // Liked tracks that have rested step in before any that has not.
        if pool.fallsBack { rules.ladder.removeAll { $0.wish == .likedRest } }
        var sample = taken(rules)
        if sample.missing > 0, pool.fallsBack {
            let isMore = try await pool.fallBack(shop, limit: limits.maximumPool)
            if isMore || rules != given { sample = taken(given) }
        }
        try Task.checkCancellation()
        let report = RunReport(
            relaxed: sample.relaxed, pool: sample.pool, sources: pool.reports(of: sample),
            contexts: pool.contexts(in: sample))
        guard !sample.tracks.isEmpty else {
            throw FruitlessRun(reason: pool.emptiness(after: sample), report: report, missing: sample.missing)
        }
        var run = plan.run(options, from: began, to: now(), tracks: sample.tracks.map(RunTrack.init))
        (run.missing, run.report) = (sample.missing, report)
        return run
    }
}

/// A run that nothing came of, with what it found.
private struct FruitlessRun: Error {
    var reason: String
    var report: RunReport
    var missing: Int
}

/// What a run is for.
struct RunPlan: Sendable {
    var recipe: Recipe
    var listener: String
    var cause: PlaylistRun.Cause
    var playlist: PlaylistID?

    func run(_ options: PlaylistMaker.Options, from start: Date, to end: Date, tracks: [RunTrack]) -> PlaylistRun {
        PlaylistRun(
            playlist: playlist, listener: listener, cause: cause, batch: options.batch ?? PlaylistMaker.freshBatch(),
            seed: options.seed ?? 0, recipe: recipe.json, tracks: tracks, startedAt: start, finishedAt: end)
    }
}
