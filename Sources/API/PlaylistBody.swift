internal import Catalog
internal import Foundation
internal import JSONText
internal import Jobs
internal import Playlists
internal import Sampling

/// The body of a request that makes a playlist, checked field by field.
struct PlaylistBody {
    static let fields = ["name", "listener", "kind", "recipe", "cron", "time_zone", "random_seed", "dry_run"]

    var draft: PlaylistDraft
    var options: PlaylistMaker.Options
    /// When it is to be reshuffled; nil where nobody said.
    var cron: CronExpression?
    var timeZone: TimeZone?

    /// Reads a body.
    /// - Throws: `Problem` that lists every field at fault.
    static func parse(
        _ body: [UInt8], limits: RecipeLimits, _ configuration: APIConfiguration
    ) throws(Problem) -> PlaylistBody {
        let members = try JSONBody.object(body, maximumDepth: configuration.maximumDepth)
        var reader = FieldReader(members)
        reader.refuse(namesOutside: fields)
        let kind = reader.choice("kind", of: MadePlaylist.Kind.self) ?? .sampled
        let name = self.name(&reader, usual: kind == .daily ? "Daily" : nil)
        let listener = reader.listener()
        let options = reader.runOptions()
        var faults: [Fault] = []
        let recipe = self.recipe(members["recipe"] ?? .null, kind, limits, &faults)
        let (cron, zone) = times(&reader)
        faults = reader.faults + faults
        guard faults.isEmpty, let recipe else { throw Problem(faults: faults, limit: configuration.maximumFaults) }
        return PlaylistBody(
            draft: PlaylistDraft(name: name, listener: listener, kind: kind, recipe: recipe), options: options,
            cron: cron, timeZone: zone)
    }

    private static func name(_ reader: inout FieldReader, usual: String?) -> String {
        let name = reader.text("name")?.trimmingCharacters(in: .whitespacesAndNewlines) ?? usual
        guard let name else {
            if !reader.faults.contains(where: { $0.place == .body("/name") }) {
                reader.note("name", .missing, "missing; give the playlist a name")
            }
            return ""
        }
        if name.isEmpty || name.count > MadePlaylist.longestName
            || name.unicodeScalars.contains(where: { $0.value < 32 })
        {
            reader.note("name", .outOfRange, "not a name of 1 to \(MadePlaylist.longestName) characters on one line")
        }
        return name
    }

    /// A daily playlist has a recipe of its own, over which another one may say what is different.
    private static func recipe(
        _ value: JSONValue, _ kind: MadePlaylist.Kind, _ limits: RecipeLimits, _ faults: inout [Fault]
    ) -> Recipe? {
        let base = kind == .daily ? Recipe.daily(count: min(30, limits.maximumCount)) : nil
        if value == .null, let base { return base }
        guard value != .null else {
            faults.append(Fault(["recipe"], .missing, "missing; say how the playlist is made"))
            return nil
        }
        do throws(RecipeError) { return try Recipe(reading: value, over: base, limits: limits) } catch {
            faults += error.faults.map { Fault($0, under: ["recipe"]) }
            return nil
        }
    }

    private static func times(_ reader: inout FieldReader) -> (CronExpression?, TimeZone?) {
        var cron: CronExpression?
        if let text = reader.text("cron") {
            do throws(CronError) { cron = try CronExpression(text) } catch {
                reader.note("cron", .outOfRange, error.description)
            }
        }
        guard let name = reader.text("time_zone") else { return (cron, nil) }
        let zone = TimeZone(identifier: name)
        if zone == nil { reader.note("time_zone", .unknownName, "no time zone; name one as in Europe/Berlin") }
        return (cron, zone)
    }
}

extension Fault {
    /// A fault of a recipe; `path` leads to it.
    init(_ fault: RecipeFault, under path: [String]) {
        self.init(path + fault.path, Code(rawValue: fault.code.rawValue) ?? .outOfRange, fault.message)
    }
}

extension FieldReader {
    /// Whose playlist, or whose feedback.
    mutating func listener() -> String {
        let name = text("listener") ?? Listener.standard
        if !Listener.isName(name) {
            note("listener", .outOfRange, "not a listener's name: lower-case letters, digits, ., - and _, 64 at most")
        }
        return name
    }

    /// A member that is true or false.
    mutating func flag(_ name: String) -> Bool {
        guard has(name) else { return false }
        guard let flag = value(decoding: name, as: Bool.self) else { return false }
        return flag
    }

    /// `random_seed` and `dry_run`.
    mutating func runOptions() -> PlaylistMaker.Options {
        let seed = whole("random_seed", in: 0...PlaylistMaker.Options.greatestSeed)
        return PlaylistMaker.Options(seed: seed.map { UInt64($0) }, isDryRun: flag("dry_run"))
    }
}
