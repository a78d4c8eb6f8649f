import Cache
import Configuration
import Foundation
import Jobs
import Providers
import Storage
import Synchronization
import Terminal

extension FeaturesCommand {
    private static let provider = Option(
        "--provider", "PROVIDER", .text,
        "Ask this provider only: reccobeats, musicbrainz, acousticbrainz or listenbrainz; lastfm with a key, and spotify"
            + " where an application is set up"
    )
    private static let limit = Option(
        "--limit", "TRACKS", .integer(in: 1...100_000_000), "Ask each provider about so many tracks at most")
    private static let detach = Flag("--detach", "Leave it to `segue work` as a job and return at once")
    private static let json = Flag("--json", "Print the answer as JSON")

    /// `segue features fetch`.
    var fetchCommand: Command {
        Command(
            "fetch", "Asks outside services for what the catalog lacks",
            discussion: """
                Each provider is asked about the tracks that it has not been asked about: ReccoBeats by Spotify id or \
                ISRC, MusicBrainz by ISRC (one track a second), AcousticBrainz by MusicBrainz's ids, ListenBrainz by \
                those and Last.fm by artist and title for similar tracks. What it does not know is remembered for a \
                month. A pass that is stopped goes on where it was.
                """,
            options: [
                Self.provider.description, Self.limit.description, Self.detach.description, Self.json.description,
            ],
            groups: [
                SettingGroup.providers.options, SettingGroup.spotify.options, SettingGroup.database.options,
                SettingGroup.redis.options,
            ],
            examples: [
                Command.Example("segue features fetch --provider reccobeats", "Features by Spotify id"),
                Command.Example("segue features fetch --limit 1000", "A bit of each"),
                Command.Example("segue features fetch --detach", "As a job; segue jobs shows how far it is"),
            ], action: fetch)
    }

    @Sendable private func fetch(_ invocation: Invocation) async throws -> ExitStatus {
        let settings = try context.settings(invocation)
        let store = try settings.store()
        let providers = try chosen(invocation, try await OutsideWorld(settings, store: store).featureProviders())
        if invocation[Self.detach] { return try await enqueue(invocation, store) }
        var passes: [FetchedPass] = []
        for provider in providers {
            passes.append(await pass(provider, store, limit: invocation[Self.limit]))
            if !invocation[Self.json], let pass = passes.last { context.console.output.line(pass.line) }
        }
        if invocation[Self.json] { try context.console.json(["providers": passes]) }
        return passes.allSatisfy { $0.problem == nil } ? .success : .failure
    }

    private func enqueue(_ invocation: Invocation, _ store: PostgresStore) async throws -> ExitStatus {
        let payload = EnrichmentHandler.Payload(provider: invocation[Self.provider], limit: invocation[Self.limit])
        let job = try await store.enqueue(
            JobRequest(
                kind: EnrichmentHandler.kind, payload: try JobDocument(payload), key: .init(payload.provider ?? "all"))
        ).job
        if invocation[Self.json] {
            try context.console.json(job)
        } else {
            context.console.output.line(StyledText("job \(job.id) is in the queue; segue jobs watch \(job.id)"))
        }
        return .success
    }

    private func chosen(_ invocation: Invocation, _ all: [any FeatureProvider]) throws -> [any FeatureProvider] {
        guard let name = invocation[Self.provider] else { return all }
        let found = all.filter { $0.name == name }
        guard !found.isEmpty else {
            let names = all.map(\.name).joined(separator: ", ")
            throw UsageError("--provider \"\(name)\" is none of \(names)", command: "segue features fetch")
        }
        return found
    }

    private func pass(_ provider: any FeatureProvider, _ store: PostgresStore, limit: Int?) async -> FetchedPass {
        var options = Enricher.Options()
        options.limit = limit
        var pass = FetchedPass(provider: provider.name)
        let begun = ContinuousClock.now
        let latest = Mutex(Enricher.Progress())
        let display = ProgressDisplay(provider.name, unit: "tracks", total: limit, on: context.console.errors)
        defer { display.finish() }
        do {
            try await Enricher(provider, over: store, into: store, options: options).run { progress in
                latest.withLock { $0 = progress }
                display.update(progress.asked)
            }
        } catch {
            pass.problem = ErrorText.line(error)
        }
        let progress = latest.withLock { $0 }
        (pass.asked, pass.found, pass.features) = (progress.asked, progress.found, progress.features)
        pass.seconds = (ContinuousClock.now - begun) / .seconds(1)
        return pass
    }
}

/// What a pass over the catalog brought.
struct FetchedPass: Sendable, Encodable {
    var provider: String
    var asked = 0
    var found = 0
    var features = 0
    var seconds = 0.0
    var problem: String?

    /// For a person.
    var line: StyledText {
        let numbers = [asked, found, features].map { GroupedNumber.text($0) }
        let text = ": asked about \(numbers[0]) tracks, knew \(numbers[1]), \(numbers[2]) audio features"
        let rest = problem.map { StyledText("; stopped: \($0)", .color(.yellow)) } ?? StyledText("")
        return StyledText(provider, .bold) + StyledText(text) + rest
    }
}
