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
    /// Bounds on recipes.
    public var limits: RecipeLimits
    /// The time.
    public var now: @Sendable () -> Date = { Date() }
    let describe: Describe

    /// A maker over a store and the index that serves, which may be none: what needs one then brings nothing.
    public init(
        store: any PlaylistStore, serving: @escaping @Sendable () -> ServingCatalog?,
        limits: RecipeLimits = RecipeLimits(), describe: @escaping Describe = { "\($0)" }
    ) {
        (self.store, self.serving, self.limits, self.describe) = (store, serving, limits, describe)
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
        try check(draft.recipe)
        return try await store.withRun(of: draft.listener) { shop in
            let run = try await made(
                RunPlan(recipe: draft.recipe, listener: draft.listener, cause: .create, playlist: nil), options, shop)
            guard !options.isDryRun else { return run }
            return try await shop.create(draft, run, limit: limits.maximumPlaylists)
        }
    }

    /// Gives a playlist other tracks, in place.
    ///
    /// A run that fails is written down with its reason, and the playlist stays as it was.
    /// - Throws: `PlaylistError`, `RecipeError`, `CatalogStoreError`.
    public func reshuffle(_ id: PlaylistID, _ options: Options = Options()) async throws -> PlaylistRun {
        guard let playlist = try await store.madePlaylist(id) else { throw PlaylistError.unknownPlaylist(id) }
        let recipe = try Recipe(reading: playlist.recipe, limits: limits)
        let plan = RunPlan(recipe: recipe, listener: playlist.listener, cause: .reshuffle, playlist: id)
        let options = Options(
            seed: options.seed ?? Self.freshSeed(), isDryRun: options.isDryRun, batch: options.batch)
        let began = now()
        do {
            return try await store.withRun(of: playlist.listener) { shop in
                let run = try await made(plan, options, shop)
                return options.isDryRun ? run : try await shop.replace(run)
            }
        } catch let error where isWorthARecord(error) && !options.isDryRun {
            let failed = plan.run(options, from: began, to: now(), status: .failed, problem: describe(error))
            try? await store.recordFailure(failed)
            throw error
        }
    }

    /// A run that never began is none.
    private func isWorthARecord(_ error: any Error) -> Bool {
        switch error {
        case PlaylistError.runUnderWay, PlaylistError.unknownPlaylist, is CancellationError: false
        default: true
        }
    }

    /// What became of one playlist of several.
    public struct Outcome: Sendable {
        /// Which playlist.
        public var playlist: PlaylistID
        /// Its run, or why there is none.
        public var result: Result<PlaylistRun, any Error>
    }

    /// Gives several playlists other tracks, one after the other; one that fails does not hold back the others.
    /// - Throws: `CancellationError`.
    public func reshuffle(_ ids: [PlaylistID], _ options: Options = Options()) async throws -> [Outcome] {
        var options = options
        options.batch = options.batch ?? Self.freshBatch()
        var outcomes: [Outcome] = []
        for id in ids {
            try Task.checkCancellation()
            let result: Result<PlaylistRun, any Error>
            do { result = .success(try await reshuffle(id, options)) } catch { result = .failure(error) }
            outcomes.append(Outcome(playlist: id, result: result))
        }
        return outcomes
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
    /// - Throws: `RecipeError`.
    public func check(_ recipe: Recipe) throws(RecipeError) {
        var faults: [RecipeFault] = []
        for (place, part) in recipe.parts.enumerated() {
            guard case .rules(let rule) = part.source else { continue }
            let path = ["pool", String(place), "rules"]
            if let rules {
                faults += rules.faults(in: rule).map { RecipeFault(path + $0.path, $0.code, $0.message) }
            } else {
                faults.append(RecipeFault(path, .unknownName, "this service has no rules; leave the part out"))
            }
        }
        guard faults.isEmpty else { throw RecipeError(faults) }
    }

    static func freshSeed() -> UInt64 { UInt64.random(in: 0...UInt64(Options.greatestSeed)) }

    static func freshBatch() -> String { "batch \(String(UInt64.random(in: 0...UInt64.max), radix: 36))" }

    // MARK: Making

    private func made(
        _ plan: RunPlan, _ options: Options, _ shop: any PlaylistWorkshop
    ) async throws -> PlaylistRun {
        let options = Options(seed: options.seed ?? Self.freshSeed(), batch: options.batch)
        let began = now()
        var pool = try await PoolBuilder(
            maker: self, shop: shop, recipe: plan.recipe, moment: began, similar: similar()
        ).build()
        let before = plan.playlist == nil ? [] : try await store.entries(of: plan.playlist ?? PlaylistID(rawValue: 0))
        let sampler = Sampler(
            rules: plan.recipe.rules, history: pool.history,
            kept: Set(try await shop.facts(of: before).map(\.recording)), now: began.timeIntervalSince1970,
            seed: options.seed ?? 0)
        var sample = sampler.sample(pool.tracks)
        if sample.missing > 0, try await pool.fallBack(shop, limit: limits.maximumPool) {
            sample = sampler.sample(pool.tracks)
        }
        guard !sample.tracks.isEmpty else { throw PlaylistError.empty(pool.emptiness(after: sample)) }
        var run = plan.run(options, from: began, to: now(), tracks: sample.tracks.map(RunTrack.init))
        run.missing = sample.missing
        run.report = RunReport(
            relaxed: sample.relaxed, pool: sample.pool, sources: pool.reports(of: sample), contexts: pool.contexts)
        return run
    }
}

/// What a run is for.
struct RunPlan: Sendable {
    var recipe: Recipe
    var listener: String
    var cause: PlaylistRun.Cause
    var playlist: PlaylistID?

    func run(
        _ options: PlaylistMaker.Options, from start: Date, to end: Date, tracks: [RunTrack] = [],
        status: PlaylistRun.Status = .done, problem: String? = nil
    ) -> PlaylistRun {
        PlaylistRun(
            playlist: playlist, listener: listener, cause: cause, batch: options.batch ?? PlaylistMaker.freshBatch(),
            status: status, seed: options.seed ?? 0, recipe: recipe.json, tracks: tracks, problem: problem,
            startedAt: start, finishedAt: end)
    }
}
