import Catalog
import Configuration
import Foundation
import JSONText
import Jobs
import Rules
import Storage
import Terminal

/// What rule sets are used for.
extension RulesCommands {
    // MARK: Evaluating

    var evaluateCommand: Command {
        let track = Option("--track", "TRACK", .text, "A track of the catalog: a link, an id, namespace:value")
        let facts = Option("--facts", "FILE", .text, "A file of facts about a track, as JSON; - for standard input")
        return Command(
            "evaluate", "Says whether a rule set holds for a track, and which condition decided",
            parameters: [id.description], options: [track.description, facts.description, json.description],
            groups: [SettingGroup.database.options]
        ) { invocation in
            let (settings, store) = try await context.current(invocation)
            guard let ruleSet = try await store.ruleSet(name(invocation), version: nil) else {
                throw Self.unknown(name(invocation))
            }
            let known: RuleFacts
            switch (invocation[track], invocation[facts]) {
            case (let text?, nil): known = try await Self.facts(of: text, in: store)
            case (nil, let path?): known = try Self.facts(in: path, settings.ruleLimits)
            default: throw UsageError("give --track or --facts, one of them", command: "segue rules evaluate")
            }
            let trace = try ruleSet.root.trace(known, at: Date().timeIntervalSince1970)
            if invocation[json] { print(trace.json) } else { show(trace) }
            return .success
        }
    }

    private static func facts(of text: String, in store: PostgresStore) async throws -> RuleFacts {
        let reference = try EntityReference(parsing: text)
        guard reference.kind == .track, let track = try await store.tracks(of: reference, limit: 1)?.first,
            let found = try await store.facts(of: [track]).first
        else { throw CommandFailure("the catalog has no track \(reference); `segue import` brings tracks in") }
        return found.facts
    }

    private static func facts(in path: String, _ limits: RuleLimits) throws -> RuleFacts {
        let value = try RuleFile.value(path, limits)
        do throws(RuleFaults) { return try RuleFacts(value) } catch { throw CommandFailure("\(path): \(error)") }
    }

    private func show(_ trace: RuleTrace) {
        let verdict = trace.matches ? StyledText("matches", .color(.green)) : StyledText("does not match", .color(.red))
        context.console.output.line(verdict)
        context.console.output.table(RuleText.table(trace))
    }

    // MARK: Previewing

    var previewCommand: Command {
        let limit = Option("--limit", "COUNT", .integer(in: 0...1_000), "Tracks of each that are listed (default: 10)")
        let file = Option("--file", "FILE", .text, "Preview a rule set in a file instead of the stored one")
        return Command(
            "preview", "Shows what a rule set's playlist would gain, lose and keep; writes nothing",
            parameters: [id.description], options: [limit.description, file.description, json.description],
            groups: [SettingGroup.database.options]
        ) { invocation in
            let (settings, store) = try await context.current(invocation)
            var ruleSet = try await store.ruleSet(name(invocation), version: nil)
            if let path = invocation[file] { ruleSet = try RuleFile.draft(path, limits: settings.ruleLimits).ruleSet }
            guard let ruleSet else { throw Self.unknown(name(invocation)) }
            let targets = RuleTargets(store: store, setup: try OutsideWorld(settings, store: store).spotify)
            let preview = try await RuleSetPreview.make(of: ruleSet, rules: store, targets: targets)
            try await show(preview, of: ruleSet, invocation[limit] ?? 10, store, isJSON: invocation[json])
            return .success
        }
    }

    private func show(
        _ preview: RuleSetPreview, of ruleSet: RuleSet, _ limit: Int, _ store: PostgresStore, isJSON: Bool
    ) async throws {
        let parts = [("gain", preview.gained), ("lose", preview.lost), ("keep", preview.kept)]
        let shown = parts.flatMap { $0.1.prefix(limit) }
        let tracks = try await store.withView { try await $0.tracks(shown) }
        let byID = Dictionary(tracks.map { ($0.id, $0) }) { first, _ in first }
        guard !isJSON else { return print(RuleText.json(preview, limit, byID)) }
        for line in RuleText.lines(preview, of: ruleSet) { context.console.output.line(line) }
        let rows = parts.flatMap { part in part.1.prefix(limit).compactMap { id in byID[id].map { (part.0, $0) } } }
        if !rows.isEmpty { context.console.output.table(RuleText.table(rows)) }
    }

    // MARK: Classifying

    var classifyCommand: Command {
        let sets = Parameter(
            "RULESET", .text, "Only these rule sets, by id, enabled or not; all enabled ones otherwise",
            count: 0...1_000)
        return Command(
            "classify", "Counts what rule sets match, which tracks several match, and which none",
            discussion:
                "A job, which is followed to its end; done by `segue work` and `segue up`, or here with --here.",
            parameters: [sets.description], options: [here.description, json.description], groups: groups
        ) { invocation in
            let asked = invocation[sets]
            return try await classify(invocation, ClassifyRequest(ruleSets: asked.isEmpty ? nil : asked))
        }
    }

    var syncCommand: Command {
        let sets = Parameter(
            "RULESET", .text, "Only these rule sets, by id; all enabled ones otherwise", count: 0...1_000)
        return Command(
            "sync", "Brings the playlists of rule sets up to date by the smallest difference",
            discussion: """
                Adds and removes only what changed, in batches; what was interrupted goes on where it was. A job, which is \
                followed to its end; done by `segue work` and `segue up`, or here with --here.
                """,
            parameters: [sets.description], options: [here.description, json.description],
            groups: groups
        ) { invocation in
            let asked = invocation[sets]
            return try await classify(
                invocation, ClassifyRequest(sync: true, ruleSets: asked.isEmpty ? nil : asked))
        }
    }

    private var here: Flag { Flag("--here", "Do it in this process instead of waiting for a worker") }

    private var groups: [Command.OptionGroup] { [SettingGroup.database.options] }

    private func classify(_ invocation: Invocation, _ request: ClassifyRequest) async throws -> ExitStatus {
        let settings = try context.settings(invocation)
        let store = try settings.store()
        let document = try JobDocument(request)
        try await JobHandlers.check(
            ClassifyHandler.kind, document, settings, store, command: request.sync ? "segue rules sync" : "segue rules")
        let job = try await store.enqueue(
            JobRequest(kind: ClassifyHandler.kind, payload: document, key: .init(document.text))
        ).job
        let working = invocation[here] ? Task { try await work(settings, store) } : nil
        defer { working?.cancel() }
        guard let ended = try await JobWatch(store: store, console: context.console).run(job.id) else {
            throw JobsCommands.unknown(job.id)
        }
        try show(ended, invocation)
        return ended.status == .done ? .success : .failure
    }

    /// Works on jobs of this kind until cancelled.
    private func work(_ settings: Settings, _ store: PostgresStore) async throws {
        let feed = JobFeed(store: store)
        let handler = ClassifyHandler(
            rules: store, targets: RuleTargets(store: store, setup: try OutsideWorld(settings, store: store).spotify))
        let worker = Worker(
            store: store, handlers: [handler], feed: feed, configuration: WorkerConfiguration(),
            describe: JobErrorText.line
        ) { _ in }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await feed.run() }
            group.addTask { await worker.run() }
        }
    }

    private func show(_ job: Job, _ invocation: Invocation) throws {
        if invocation[json] { return try context.console.json(job) }
        if let report = try? job.metadata.decoded(as: ClassifyHandler.Report.self) {
            for part in RuleText.tables(report) { context.console.output.table(part) }
        }
        for line in JobText.lines(job).prefix(2) { context.console.output.line(line) }
        if let error = job.error, job.status != .done { throw CommandFailure(error) }
    }
}
