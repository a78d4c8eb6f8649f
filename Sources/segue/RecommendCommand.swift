import API
import Catalog
import Configuration
import Features
import IndexLifecycle
import Recommendation
import Rules
import Sampling
import Storage
import Terminal

/// `segue recommend`: neighbours of tracks and playlists, without a server.
struct RecommendCommand: Sendable {
    let context: Context
    private let options = RecommendOptions()

    init(context: Context) { self.context = context }

    var command: Command {
        Command(
            "recommend", "Finds the nearest neighbours of tracks, playlists and more, with reasons",
            discussion: """
                A seed is a Spotify link or URI, an id, namespace:value, tag:GENRE, or a title, which is looked up in \
                the catalog. \
                Reads the current index generation directly, so no server is needed. PostgreSQL adds titles, playlists and \
                what changed since the generation was built; without it known tracks are still answered. With --listener, \
                --context or one of the options of days a listener is spared what it met lately, and what is answered \
                counts as given out.
                """,
            parameters: [options.seeds.description], options: options.descriptions,
            groups: [
                SettingGroup.indexLocation.options, SettingGroup.requests.options, SettingGroup.database.options,
            ],
            examples: [
                Command.Example("segue recommend \"blue monday\" -k 10", "By title"),
                Command.Example("segue recommend spotify:track:ID --min tempo=90 --max tempo=110", "Within a tempo"),
                Command.Example(
                    "segue recommend tag:shoegaze --discovery 0 --diversity 0.3", "Lesser known, and varied"),
                Command.Example(
                    "segue recommend ID --temperature 0.1 --random-seed 7 --served-days 14 --relax",
                    "Other tracks each time"),
                Command.Example("segue recommend ID1 ID2 --per-artist 1 --json", "What the API would answer"),
            ], action: run)
    }

    @Sendable private func run(_ invocation: Invocation) async throws -> ExitStatus {
        let settings = try context.settings(invocation)
        var request = try options.request(invocation, settings.limits)
        let catalog = try await open(settings)
        let resolver = SeedResolver(
            catalog: catalog, console: context.console, limit: settings.limits.maximumSeedTracks
        ) { try settings.store() }
        let seeds = try await resolver.resolve(invocation[options.seeds])
        let negative = try await resolver.resolve(invocation.all(options.negative))
        let excluded = try await resolver.resolve(invocation.all(options.exclude), asWholes: false)
        (request.seeds, request.negative) = (seeds.references, negative.references)
        request.exclude = excluded.references
        let members = seeds.members.merging(negative.members) { $1 }.merging(excluded.members) { $1 }
        if let filter = request.filter, !filter.storedConditions.isEmpty {
            request.resolved = try await ConditionMemory(rules: settings.store()).resolve(filter.storedConditions)
        }
        let wish = try options.cooldown.wish(invocation)
        let id = try await id(for: wish?.listener, settings)
        let ask = { (request: RecommendationRequest) in
            try Recommender(catalog).recommend(request, members: members, limits: settings.limits)
        }
        let answer: RecommendationAnswer
        if let wish {
            answer = try await SparedTracks.answer(
                to: wish, request, id: id, from: catalog, listeners: settings.store(), ask)
        } else {
            answer = try ask(request)
        }
        if invocation[options.json] {
            let json = answer.json(id: id)
            context.console.output.write(String(decoding: json, as: UTF8.self) + "\n")
        } else {
            AnswerText(answer: answer).show(on: context.console.output)
        }
        return .success
    }

    /// Names the answer for `segue feedback`, which needs the database as well: without one any name will do.
    private func id(for listener: String?, _ settings: Settings) async throws -> String {
        guard settings[.databaseURL] != nil else { return try RecommendationIDs().next(for: listener) }
        let naming = await RecommendationKeeping(in: try settings.store())
        await naming.makeKnown()
        return try naming.ids.next(for: listener)
    }

    /// What a server started now would answer from; without a database, the generation as it was built.
    private func open(_ settings: Settings) async throws -> ServingCatalog {
        let directory = GenerationDirectory(settings[.indexDirectory])
        guard settings[.databaseURL] != nil else {
            let (generation, problems) = try directory.openNewestGood(.lengths)
            for problem in problems { context.console.warn(problem.description) }
            return generation.serving
        }
        let store = try settings.store()
        let live = LiveCatalog(
            directory: directory, catalog: store, announcing: store,
            liveLimit: settings[.liveLimit], checking: .lengths
        ) { [console = context.console] in console.warn(about: $0) }
        await live.start()
        guard let serving = live.serving else { throw CommandFailure("there is no index yet; run segue index build") }
        return serving
    }
}

extension Console {
    /// Says what a reader of the answer should know; that all went well need not be said.
    fileprivate func warn(about event: LiveCatalog.Event) {
        switch event {
        case .generation, .changes: break
        case .damaged(let reason), .noIndex(let reason), .failed(let reason): warn(reason)
        case .behind(let limit):
            warn("more than \(limit) tracks changed since the index was built; run segue index build")
        }
    }
}

/// The options of `segue recommend` and the request that they make.
struct RecommendOptions: Sendable {
    let seeds = Parameter("SEED", .text, "Tracks, playlists, albums, artists or tags", count: 1...10_000)
    let negative = Option("--negative", "SEED", .text, "Keep away from a track, playlist, …", isRepeatable: true)
    let strategy = Option(
        "--strategy", "HOW", ValueParser<RecommendationRequest.Strategy>.choice, "auto or cosine (default: auto)")
    let discovery = Option(
        "--discovery", "SHARE", .number(in: 0...1),
        "From 0 (niche) to 1 (well known); 0.5 matches the seeds (default: 0.5)")
    let diversity = Option(
        "--diversity", "SHARE", .number(in: 0...1), "From 0 to 1: how unlike one another (default: 0)")
    let order = Option(
        "--order", "HOW", ValueParser<RecommendationRequest.Order>.choice, "score or smooth (default: score)")
    let count = Option("--k", short: "k", "COUNT", .integer(in: 1...10_000), "How many tracks (default: 20)")
    let minimum = Option(
        "--min", "FIELD=NUMBER", NamedNumber.parser, "Keep to tracks at or above a value", isRepeatable: true)
    let maximum = Option(
        "--max", "FIELD=NUMBER", NamedNumber.parser, "Keep to tracks at or below a value", isRepeatable: true)
    let target = Option(
        "--target", "FIELD=NUMBER", NamedNumber.parser, "Come close to a value", isRepeatable: true)
    let exclude = Option("--exclude", "SEED", .text, "Leave a track, an album, … out", isRepeatable: true)
    let perArtist = Option("--per-artist", "COUNT", .integer(in: 1...Int.max), "The most tracks of one artist")
    let weights = Option(
        "--weights", "BLOCK=FACTOR", BlockWeight.parser, "Make a block count more or less", isRepeatable: true)
    let filter = Option("--filter", "JSON", .text, "A rule group that every track must meet")
    let explain = Option(
        "--explain", "HOW", ValueParser<RecommendationRequest.Explain>.choice, "none, brief or full (default: brief)")
    let temperature = Option(
        "--temperature", "NUMBER", .number(in: 0...100), "0 takes the best; the higher, the more chance (default: 0)")
    let randomSeed = Option(
        "--random-seed", "NUMBER", .integer(in: 0...Int.max), "Decides what chance chooses (default: another each time)"
    )
    let cooldown = CooldownOptions()
    let json = Flag("--json", "Print the answer as the API gives it")

    var descriptions: [OptionDescription] {
        [
            count.description, negative.description, strategy.description, discovery.description,
            diversity.description, order.description, minimum.description, maximum.description, target.description,
            exclude.description, perArtist.description, weights.description, filter.description, explain.description,
            temperature.description, randomSeed.description,
        ] + cooldown.descriptions + [json.description]
    }

    /// The request, still without seeds.
    /// - Throws: `UsageError` that names the option at fault.
    func request(_ invocation: Invocation, _ limits: RecommendationLimits) throws -> RecommendationRequest {
        var request = RecommendationRequest(seeds: [])
        request.k = invocation[count] ?? request.k
        guard request.k <= limits.maximumK else {
            throw usage("--k must be at most \(limits.maximumK); --max-k raises the limit")
        }
        guard invocation[seeds].count <= limits.maximumSeeds else {
            throw usage("there are more than \(limits.maximumSeeds) seeds; --max-seeds raises the limit")
        }
        request.minimum = values(invocation.all(minimum))
        request.maximum = values(invocation.all(maximum))
        request.target = values(invocation.all(target))
        for (field, low) in request.minimum {
            if let high = request.maximum[field], low > high { throw usage("a --min is above its --max; swap the two") }
        }
        request.weights = Dictionary(invocation.all(weights).map { ($0.block, $0.factor) }) { $1 }
        request.perArtist = invocation[perArtist]
        request.explain = invocation[explain] ?? .brief
        request.strategy = invocation[strategy] ?? .auto
        request.order = invocation[order] ?? .score
        request.discovery = invocation[discovery].map(Float.init) ?? request.discovery
        request.diversity = invocation[diversity].map(Float.init) ?? request.diversity
        request.temperature = invocation[temperature].map(Float.init) ?? 0
        request.randomSeed = invocation[randomSeed].map(UInt64.init) ?? .random(in: 0...(.max))
        guard invocation.all(negative).count <= limits.maximumNegative else {
            throw usage("there are more than \(limits.maximumNegative) negative seeds")
        }
        request.filter = try invocation[filter].map(rules)
        return request
    }

    private func values(_ numbers: [NamedNumber]) -> [NumberField: Float] {
        Dictionary(numbers.map { ($0.field, $0.value) }) { $1 }
    }

    private func rules(_ text: String) throws -> RuleGroup {
        do throws(RuleFaults) { return try RuleGroup(parsing: text) } catch { throw usage("--filter: \(error)") }
    }

    private func usage(_ text: String) -> UsageError { UsageError(text, command: "segue recommend") }
}
