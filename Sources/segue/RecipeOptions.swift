import API
import Catalog
import Foundation
import JSONText
import Jobs
import Playlists
import Sampling
import Storage
import Terminal

/// The options that say how a playlist is made.
struct RecipeOptions: Sendable {
    let recipe = Option("--recipe", "JSON", .text, "A recipe, or @FILE with one")
    let from = Option(
        "--from", "SOURCE", .text,
        "A part of the pool: library, profile, like:SEED, rules:RULESET, or a playlist, an artist, tag:GENRE, …",
        isRepeatable: true)
    let count = Option("--count", "COUNT", .integer(in: 1...1_000_000_000), "How many tracks (default: 30)")
    let order = Option("--order", "HOW", ValueParser<SampleOrder>.choice, "In which order (default: score)")
    let temperature = Option(
        "--temperature", "NUMBER", .number(in: 0...100), "0 takes the best; the higher, the more chance (default: 0)")
    let perArtist = Option("--per-artist", "COUNT", .integer(in: 1...Int.max), "The most tracks of one artist")
    let spacing = Option("--artist-spacing", "COUNT", .integer(in: 0...Int.max), "Tracks between two of one artist")
    let new = Option(
        "--min-new", "SHARE", .number(in: 0...1), "The least share of tracks that the listener has not met")
    let served = Option("--served-days", "DAYS", .number(in: 0...Cooldown.longest), "Rest after being given out")
    let played = Option("--played-days", "DAYS", .number(in: 0...Cooldown.longest), "Rest after being heard")
    let skipped = Option("--skipped-days", "DAYS", .number(in: 0...Cooldown.longest), "Rest after being skipped")
    let cron = Option("--cron", "TIMES", .cron, "When workers reshuffle it, as in \"0 6 * * *\"")
    let timeZone = Option("--time-zone", "ZONE", .timeZone, "Where the clock of --cron hangs")

    var descriptions: [OptionDescription] {
        [
            recipe.description, from.description, count.description, order.description, temperature.description,
            perArtist.description, spacing.description, new.description, served.description, played.description,
            skipped.description, cron.description, timeZone.description,
        ]
    }

    /// The recipe of an invocation.
    /// - Throws: `UsageError` that names what is at fault.
    func recipe(_ invocation: Invocation, _ limits: RecipeLimits, command: String) throws -> Recipe {
        do {
            var members = try given(invocation)
            let parts = invocation.all(from).map(Self.part)
            if !parts.isEmpty { members["pool"] = .array(parts) }
            set(invocation, &members)
            return try Recipe(reading: .object(members), limits: limits)
        } catch let error as RecipeError {
            throw UsageError(error.description, command: command)
        } catch let error as JSONFailure {
            throw UsageError("--recipe is no JSON: at byte \(error.index + 1) \(error.reason)", command: command)
        }
    }

    private func given(_ invocation: Invocation) throws -> [String: JSONValue] {
        guard let text = invocation[recipe] else { return [:] }
        var bytes = Array(text.utf8)
        if text.hasPrefix("@") {
            let path = String(text.dropFirst())
            guard let data = FileManager.default.contents(atPath: path) else {
                throw CommandFailure("\(path) cannot be read; check the name and its permissions")
            }
            bytes = Array(data)
        }
        let value = try JSONParser.parse(bytes, 0..<bytes.count, refusingDuplicates: true)
        guard case .object(let members) = value else {
            throw RecipeError([RecipeFault([], .wrongType, "--recipe is not a JSON object")])
        }
        return members
    }

    private static func part(_ source: String) -> JSONValue {
        if source == "library" || source == "profile" { return .object(["from": .string(source)]) }
        if source.hasPrefix("like:") {
            let seed = JSONValue.string(String(source.dropFirst(5)))
            return .object(["from": .string("recommendations"), "seeds": .array([seed])])
        }
        if source.hasPrefix("rules:") {
            return .object(["from": .string("rules"), "rule_set": .string(String(source.dropFirst(6)))])
        }
        return .object(["from": .string("tracks"), "of": .string(source)])
    }

    private func set(_ invocation: Invocation, _ members: inout [String: JSONValue]) {
        func put(_ name: String, _ value: Double?) { if let value { members[name] = .number(value) } }
        put("count", invocation[count].map(Double.init))
        put("temperature", invocation[temperature])
        put("per_artist", invocation[perArtist].map(Double.init))
        put("artist_spacing", invocation[spacing].map(Double.init))
        put("min_new_ratio", invocation[new])
        if let order = invocation[order] { members["order"] = .string(order.rawValue) }
        var cooldown: [String: JSONValue] = [:]
        if case .object(let given) = members["cooldown"] { cooldown = given }
        for (name, days) in [
            ("served_days", invocation[served]), ("played_days", invocation[played]),
            ("skipped_days", invocation[skipped]),
        ] {
            if let days { cooldown[name] = .number(days) }
        }
        if !cooldown.isEmpty { members["cooldown"] = .object(cooldown) }
    }

    /// Keeps the playlist's schedule, where one was asked for.
    func schedule(_ id: PlaylistID?, _ invocation: Invocation, in store: PostgresStore) async throws {
        guard let id, let cron = invocation[cron] else { return }
        var schedule = Schedule(
            name: PlaylistAccess.scheduleName(of: id), cron: cron, timeZone: invocation[timeZone],
            kind: PlaylistAccess.jobKind, payload: try JobDocument(["playlists": [id.rawValue]]), missed: .runOnce)
        schedule.plan()
        _ = try await store.save(schedule)
    }
}

extension ValueParser where Value == String {
    static var listenerName: Self {
        Self(expected: "lower-case letters, digits, points, hyphens and underscores, 64 at most") { text in
            Listener.isName(text) ? text : nil
        }
    }
}
