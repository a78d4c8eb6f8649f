import Catalog
import Configuration
import Foundation
import JSONText
import Jobs
import Rules
import Storage
import Terminal

/// `segue rules …`: rule sets and what they are used for.
struct RulesCommands: Sendable {
    let context: Context

    let json = Flag("--json", "Print the answer as JSON")
    let id = Parameter("RULESET", .text, "A rule set, by its id in `segue rules list`")

    init(context: Context) { self.context = context }

    var command: Command {
        Command(
            "rules", "Keeps rule sets, and the playlists that they make",
            discussion: """
                A rule set is a file of JSON: a name, a rule (root), and the playlist that shall hold what it matches \
                (target). docs/rules.md describes the language.
                """,
            examples: [
                Command.Example("segue rules put calm.json", "Store a rule set, or a new version of it"),
                Command.Example("segue rules preview calm", "What its playlist would gain, lose and keep"),
                Command.Example("segue rules sync", "Bring all playlists up to date"),
            ],
            subcommands: [
                listCommand, showCommand, putCommand, deleteCommand, versionsCommand, rollbackCommand,
                evaluateCommand, previewCommand, classifyCommand, syncCommand,
            ])
    }

    func store(_ invocation: Invocation) throws -> PostgresStore { try context.settings(invocation).store() }

    func name(_ invocation: Invocation) -> String { invocation[id].first ?? "" }

    static func unknown(_ id: String) -> CommandFailure {
        CommandFailure("there is no rule set \(Printable.text(id)); `segue rules list` shows what there is")
    }

    func print(_ value: JSONValue) {
        context.console.output.write(String(decoding: value.bytes, as: UTF8.self) + "\n")
    }

    // MARK: Reading

    private var listCommand: Command {
        Command(
            "list", "Lists rule sets", options: [json.description], groups: [SettingGroup.database.options]
        ) { invocation in
            let sets = try await store(invocation).ruleSets()
            if invocation[json] {
                print(.object(["rule_sets": .array(sets.map(\.json))]))
            } else if sets.isEmpty {
                context.console.output.line("no rule sets; `segue rules put FILE` stores one")
            } else {
                context.console.output.table(RuleText.table(sets))
            }
            return .success
        }
    }

    private var showCommand: Command {
        let version = Option("--version", "NUMBER", .integer(in: 1...Int(Int32.max)), "As it was in a version")
        return Command(
            "show", "Shows a rule set", parameters: [id.description], options: [version.description, json.description],
            groups: [SettingGroup.database.options]
        ) { invocation in
            let found = try await store(invocation).ruleSet(name(invocation), version: invocation[version])
            guard let found else { throw Self.unknown(name(invocation)) }
            if invocation[json] {
                print(found.json)
            } else {
                for line in RuleText.lines(found) { context.console.output.line(line) }
            }
            return .success
        }
    }

    private var versionsCommand: Command {
        Command(
            "versions", "Lists the versions of a rule set, newest first", parameters: [id.description],
            options: [json.description], groups: [SettingGroup.database.options]
        ) { invocation in
            let versions = try await store(invocation).versions(of: name(invocation))
            guard !versions.isEmpty else { throw Self.unknown(name(invocation)) }
            if invocation[json] {
                print(.object(["versions": .array(versions.map(\.json))]))
            } else {
                context.console.output.table(RuleText.table(versions))
            }
            return .success
        }
    }

    // MARK: Changing

    private var putCommand: Command {
        let path = Parameter("FILE", .text, "A file of JSON, or - for standard input")
        return Command(
            "put", "Stores a rule set, or a new version of it",
            discussion: """
                The id is the file's own (\"id\"), or made from the name. Where the file says a version, it must be the \
                newest one.
                """,
            parameters: [path.description], options: [json.description], groups: [SettingGroup.database.options]
        ) { invocation in
            let (settings, store) = try await context.current(invocation)
            let draft = try RuleFile.draft(invocation[path].first ?? "-", limits: settings.ruleLimits)
            return try answer(try await store.save(draft, mayReplace: true), draft.ruleSet.id, invocation)
        }
    }

    private var rollbackCommand: Command {
        let version = Option("--to", "VERSION", .integer(in: 1...Int(Int32.max)), "The version to go back to")
        return Command(
            "rollback", "Makes an earlier version of a rule set the newest one",
            discussion: "A removed rule set comes back.", parameters: [id.description],
            options: [version.description, json.description], groups: [SettingGroup.database.options]
        ) { invocation in
            guard let version = invocation[version] else {
                throw UsageError("--to is missing; `segue rules versions` lists them", command: "segue rules rollback")
            }
            return try answer(
                try await store(invocation).rollBack(name(invocation), to: version), name(invocation), invocation)
        }
    }

    private func answer(_ change: RuleSetChange, _ id: String, _ invocation: Invocation) throws -> ExitStatus {
        switch change {
        case .created(let found), .changed(let found), .unchanged(let found):
            if invocation[json] { print(found.json) } else { context.console.output.line(RuleText.line(change, found)) }
        case .conflict(let version):
            throw CommandFailure("the rule set \(id) is in version \(version); read it anew, and give that version")
        case .targetClaimed(let holder):
            throw CommandFailure(
                "the rule set \(holder) keeps up the same playlist; give one of the two another target")
        case .unknown: throw CommandFailure("there is no rule set \(id), or no such version of it")
        }
        return .success
    }

    private var deleteCommand: Command {
        Command(
            "delete", "Removes a rule set",
            discussion: "Its versions stay, so `segue rules rollback` brings it back; its playlist stays as it is.",
            parameters: [id.description], groups: [SettingGroup.database.options]
        ) { invocation in
            guard try await store(invocation).removeRuleSet(name(invocation)) else {
                throw Self.unknown(name(invocation))
            }
            context.console.output.line(StyledText("removed \(Printable.text(name(invocation)))"))
            return .success
        }
    }
}

/// Files in which rules stand.
enum RuleFile {
    static func draft(_ path: String, limits: RuleLimits) throws -> RuleSet.Draft {
        let json = try value(path, limits)
        do throws(RuleFaults) { return try RuleSet.draft(json, limits: limits) } catch {
            throw CommandFailure("\(path): \(error)")
        }
    }

    /// The value in a file, or on standard input where the path is a hyphen.
    static func value(_ path: String, _ limits: RuleLimits) throws -> JSONValue {
        let data: Data
        do {
            data =
                path == "-" ? FileHandle.standardInput.readDataToEndOfFile() : try Data(contentsOf: URL(filePath: path))
        } catch {
            throw CommandFailure("\(path) cannot be read; is it there, and may it be read?")
        }
        let bytes = Array(data)
        do throws(JSONFailure) {
            return try JSONParser.parse(
                bytes, 0..<bytes.count, maximumNesting: limits.jsonNesting, refusingDuplicates: true)
        } catch {
            throw CommandFailure("\(path) is no JSON: at byte \(error.index + 1) \(error.reason)")
        }
    }
}
