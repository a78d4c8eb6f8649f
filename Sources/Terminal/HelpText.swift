/// A command's help, made from its declaration.
public struct HelpText: Sendable {
    private let command: Command
    private let path: String

    /// Help for a command that is reached by `path`, for example `segue index build`.
    public init(_ command: Command, path: String) {
        self.command = command
        self.path = path
    }

    /// The help, wrapped to a width in columns, ending in a newline.
    public func text(width: Int) -> String {
        let width = min(max(width, 40), 100)
        var sections = [TextWrapping.lines(command.summary + ".", width: width).joined(separator: "\n")]
        sections.append(list("Usage", [(usage, "")], width))
        let paragraphs = command.discussion.split(separator: "\n\n").map { paragraph in
            TextWrapping.lines(String(paragraph), width: width).joined(separator: "\n")
        }
        sections += paragraphs
        sections.append(list("Commands", command.subcommands.map { ($0.name, $0.summary) }, width))
        sections.append(list("Arguments", command.parameters.map { ($0.usage, $0.summary) }, width))
        for group in groups {
            sections.append(list(group.title, group.options.map { ($0.usage, $0.summary) }, width))
        }
        sections.append(examples)
        return sections.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }

    private var usage: String {
        let words = command.subcommands.isEmpty ? command.parameters.map(\.usage) : ["COMMAND"]
        return ([path] + (command.options.isEmpty ? [] : ["[OPTIONS]"]) + words).joined(separator: " ")
    }

    private var groups: [Command.OptionGroup] {
        let help = Flag("--help", short: "h", "Show this help").description
        guard let first = command.groups.first, first.title == "Options" else {
            return [Command.OptionGroup("Options", [help])] + command.groups
        }
        return [Command.OptionGroup(first.title, first.options + [help])] + command.groups.dropFirst()
    }

    private var examples: String {
        guard !command.examples.isEmpty else { return "" }
        let lines = command.examples.flatMap { ["  # \($0.meaning)", "  \($0.line)"] }
        return (["Examples:"] + lines).joined(separator: "\n")
    }

    /// Terms on the left, their meanings aligned on the right; a long term has its meaning below it.
    private func list(_ title: String, _ entries: [(term: String, meaning: String)], _ width: Int) -> String {
        guard !entries.isEmpty else { return "" }
        let longest = entries.lazy.map { DisplayWidth.of($0.term) }.filter { $0 <= 30 }.max() ?? 0
        let indent = min(longest, 30) + 4
        var lines = ["\(title):"]
        for entry in entries {
            let meaning = TextWrapping.lines(entry.meaning, width: max(width - indent, 20))
            let term = "  \(entry.term)"
            let isShort = DisplayWidth.of(term) + 2 <= indent
            let first = isShort ? DisplayWidth.padded(term, to: indent) + (meaning.first ?? "") : term
            lines.append(first.trimmingTrailingSpaces)
            let rest = isShort ? meaning.dropFirst() : meaning[...]
            lines += rest.map { String(repeating: " ", count: indent) + $0 }
        }
        return lines.joined(separator: "\n")
    }
}

extension String {
    var trimmingTrailingSpaces: String {
        guard let last = lastIndex(where: { $0 != " " }) else { return "" }
        return String(self[...last])
    }
}
