import Configuration
import Terminal

/// `segue doctor`: looks at everything that the service needs and says what to do.
struct DoctorCommand: Sendable {
    let context: Context

    private let json = Flag("--json", "Print findings and settings as JSON")
    private let page = Flag("--settings-page", "Print the documentation of all settings as Markdown")

    init(context: Context) { self.context = context }

    private struct ShownSetting: Encodable {
        var name: String
        var value: String
        var source: String
    }

    private struct Answer: Encodable {
        var isHealthy: Bool
        var findings: [Finding]
        var settings: [ShownSetting]
    }

    var command: Command {
        Command(
            "doctor", "Checks settings, servers and index, and says what to do",
            discussion: "Changes nothing. Exit status 1 where something does not work.",
            options: [json.description, page.description], groups: SettingGroup.all.map(\.options),
            examples: [Command.Example("segue doctor --json", "For a monitor")], action: run)
    }

    @Sendable private func run(_ invocation: Invocation) async throws -> ExitStatus {
        if invocation[page] {
            context.console.output.write(ConfigurationPage.text)
            return .success
        }
        let settings = try Settings(environment: context.environment, invocation: invocation)
        let findings = await Examination(settings: settings).findings()
        let isHealthy = findings.allSatisfy { $0.state != .failed }
        if invocation[json] {
            let all = SettingGroup.all.flatMap(\.settings).map { shown($0, settings) }
            try context.console.json(Answer(isHealthy: isHealthy, findings: findings, settings: all))
        } else {
            show(findings, settings)
        }
        return isHealthy ? .success : .failure
    }

    private func shown(_ setting: SettingDescription, _ settings: Settings) -> ShownSetting {
        ShownSetting(
            name: setting.name, value: settings.shown(setting), source: settings.source(of: setting).description)
    }

    private func show(_ findings: [Finding], _ settings: Settings) {
        let output = context.console.output
        var checks = Table([.init(""), .init("Check"), .init("Finding")])
        for finding in findings {
            let cells = [finding.mark, StyledText(finding.subject), StyledText(finding.text)]
            checks.append(Table.Row(cells, note: finding.mend.map { "→ \($0)" } ?? "", .bold))
        }
        // Not cut to the terminal's width: a mend is of no use without its end.
        output.table(checks, mayBeCut: false)
        output.line()
        var table = Table([.init("Setting"), .init("Value", shrinksTo: 20), .init("Source")])
        for setting in SettingGroup.all.flatMap(\.settings) {
            let shown = shown(setting, settings)
            table.append([shown.name, shown.value, shown.source])
        }
        output.table(table)
    }
}

/// What an examination found about one thing.
struct Finding: Encodable, Sendable {
    enum State: String, Encodable, Sendable {
        case good
        case warning
        case failed
    }

    /// What was looked at.
    var subject: String
    var state: State
    /// What was found.
    var text: String
    /// What to do about it; nil where nothing need be done.
    var mend: String?

    var mark: StyledText {
        switch state {
        case .good: StyledText("✓", .color(.green))
        case .warning: StyledText("!", .color(.yellow))
        case .failed: StyledText("✗", .color(.red))
        }
    }

    static func good(_ subject: String, _ text: String) -> Finding {
        Finding(subject: subject, state: .good, text: text)
    }

    static func warning(_ subject: String, _ text: String, mend: String) -> Finding {
        Finding(subject: subject, state: .warning, text: text, mend: mend)
    }

    static func failed(_ subject: String, _ text: String, mend: String) -> Finding {
        Finding(subject: subject, state: .failed, text: text, mend: mend)
    }
}
