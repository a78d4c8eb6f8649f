import Catalog
import Configuration
import Foundation
import Storage
import Terminal

/// `segue settings …`: lists and changes what may be changed while Segue runs.
struct SettingsCommands: Sendable {
    let context: Context

    private let json = Flag("--json", "Print the answer as JSON")
    private let setting = Parameter("SETTING", .text, "A setting, by its name in `segue settings list`")
    private let value = Parameter("VALUE", .text, "Its new value")
    private let names = Parameter("SETTING", .text, "Settings, by their names in `segue settings list`", count: 1...100)
    private let limit = Option("--limit", "COUNT", .integer(in: 1...10_000), "Entries to show (default: 20)")

    init(context: Context) { self.context = context }

    var command: Command {
        Command(
            "settings", "Lists and changes settings while Segue runs",
            discussion: """
                A value in the database counts over the environment's, in every process that uses the database, from the \
                moment that it is set; a flag counts over both for its process. Each change is kept with its author.
                """,
            examples: [
                Command.Example("segue settings set SEGUE_MAX_K 100", "Answer with 100 tracks at most"),
                Command.Example("segue settings reset SEGUE_MAX_K", "Back to the environment's value"),
            ], subcommands: [listCommand, setCommand, resetCommand, historyCommand])
    }

    private var listCommand: Command {
        Command(
            "list", "Lists settings and what counts", options: [json.description],
            groups: [SettingGroup.database.options], action: list)
    }

    @Sendable private func list(_ invocation: Invocation) async throws -> ExitStatus {
        try await show(invocation, RuntimeSettings.all)
        return .success
    }

    private var setCommand: Command {
        Command(
            "set", "Changes a setting", parameters: [setting.description, value.description],
            options: [json.description], groups: [SettingGroup.database.options],
            examples: [Command.Example("segue settings set SEGUE_LOG_LEVEL debug", "Log everything")], action: set)
    }

    @Sendable private func set(_ invocation: Invocation) async throws -> ExitStatus {
        let (name, text) = (invocation[setting].first ?? "", invocation[value].first ?? "")
        try Self.known(name)
        try RuntimeSettings.check(text, for: name)
        return try await change([name: text], invocation)
    }

    private var resetCommand: Command {
        Command(
            "reset", "Gives settings back to the environment", parameters: [names.description],
            options: [json.description], groups: [SettingGroup.database.options], action: reset)
    }

    @Sendable private func reset(_ invocation: Invocation) async throws -> ExitStatus {
        for name in invocation[names] { try Self.known(name) }
        let values = Dictionary(invocation[names].map { ($0, nil as String?) }, uniquingKeysWith: { $1 })
        return try await change(values, invocation)
    }

    private static func known(_ name: String) throws {
        guard RuntimeSettings.setting(name) == nil else { return }
        throw CommandFailure("\(Printable.text(name)) \(RuntimeSettings.refusal(of: name))")
    }

    private func change(_ values: [String: String?], _ invocation: Invocation) async throws -> ExitStatus {
        let store = try context.settings(invocation).store()
        _ = try await store.changeSettings(values, by: Self.author(context.environment))
        try await show(invocation, RuntimeSettings.all.filter { values.keys.contains($0.name) })
        return .success
    }

    /// Who types.
    private static func author(_ environment: [String: String]) -> String {
        let user = environment["SUDO_USER"] ?? environment["USER"] ?? NSUserName()
        return "command line (\(user.isEmpty ? "unknown user" : user))"
    }

    private func show(_ invocation: Invocation, _ shown: [SettingDescription]) async throws {
        let given = try context.settings(invocation)
        let store = try given.store()
        let settings = try await given.withStored(in: store, warning: context.console.warn)
        let stored = Dictionary(
            try await store.storedSettings().map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        if invocation[json] {
            let rows = shown.map { SettingRow(setting: $0, settings: settings, stored: stored[$0.name]) }
            return try context.console.json(["settings": rows])
        }
        var table = Table([
            .init("Setting"), .init("Value", .trailing), .init("Source"), .init("Otherwise", .trailing),
            .init("What it does", shrinksTo: 30),
        ])
        for setting in shown {
            let text = settings.text(of: setting)
            table.append([
                setting.name, text.now, settings.source(of: setting).description, text.otherwise, setting.summary,
            ])
        }
        context.console.output.table(table)
    }

    private var historyCommand: Command {
        Command(
            "history", "Lists who changed which setting, newest first", options: [limit.description, json.description],
            groups: [SettingGroup.database.options], action: history)
    }

    @Sendable private func history(_ invocation: Invocation) async throws -> ExitStatus {
        let store = try context.settings(invocation).store()
        let changes = try await store.settingChanges(of: nil, before: nil, limit: invocation[limit] ?? 20)
        if invocation[json] {
            try context.console.json(["changes": changes])
        } else if changes.isEmpty {
            context.console.output.line("no setting was ever changed")
        } else {
            var table = Table([
                .init("When"), .init("Who", shrinksTo: 10), .init("Setting"), .init("Before", .trailing),
                .init("After", .trailing),
            ])
            for change in changes {
                table.append([
                    JobText.time(change.changedAt), change.changedBy, change.name,
                    change.oldValue ?? "(environment)", change.newValue ?? "(environment)",
                ])
            }
            context.console.output.table(table)
        }
        return .success
    }
}

/// A setting in JSON.
private struct SettingRow: Encodable {
    var name: String
    var value: SettingValue
    var source: String
    var otherwise: SettingValue
    var standard: SettingValue
    var accepted: String
    var description: String
    var changedBy: String?
    var changedAt: Date?

    private enum CodingKeys: String, CodingKey {
        case name, value, source, otherwise, accepted, description, changedBy, changedAt
        case standard = "default"
    }

    init(setting: SettingDescription, settings: Settings, stored: StoredSetting?) {
        let text = settings.text(of: setting)
        (name, value, otherwise) = (setting.name, setting.value(of: text.now), setting.value(of: text.otherwise))
        standard = setting.value(of: setting.defaultText)
        (accepted, description) = (setting.accepted, setting.summary)
        source = settings.source(of: setting).description
        (changedBy, changedAt) = (stored?.changedBy, stored?.changedAt)
    }
}
