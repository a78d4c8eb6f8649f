/// What a command line asks for.
public enum ParsedCommandLine: Sendable {
    /// To run a command.
    case run(Command.Action, Invocation)
    /// To read a command's help.
    case help(HelpText)
}

/// Reads command lines against a tree of commands.
public struct ArgumentParser: Sendable {
    private let root: Command

    /// Reads for a program.
    public init(_ root: Command) { self.root = root }

    /// Understands the arguments after the program's name.
    ///
    /// `--help` and `-h` anywhere before `--`, and the word `help` before commands, ask for help.
    /// - Throws: `UsageError` that names the mend and, for a mistyped name, the nearest one.
    public func parse(_ arguments: [String]) throws(UsageError) -> ParsedCommandLine {
        var rest = arguments[...]
        let wantsHelp = rest.first == "help"
        if wantsHelp { rest.removeFirst() }
        var command = root
        var path = root.name
        while let word = rest.first, !word.hasPrefix("-"), !command.subcommands.isEmpty {
            guard let next = command.subcommands.first(where: { $0.name == word }) else {
                throw unknown("command", word, among: command.subcommands.map(\.name), path)
            }
            command = next
            path += " \(word)"
            rest.removeFirst()
        }
        let isHelp = rest.prefix { $0 != "--" }.contains { $0 == "--help" || $0 == "-h" }
        if wantsHelp || isHelp { return .help(HelpText(command, path: path)) }
        return try parse(rest, of: command, path)
    }

    private func parse(
        _ arguments: ArraySlice<String>, of command: Command, _ path: String
    ) throws(UsageError) -> ParsedCommandLine {
        guard let action = command.action else {
            if let word = arguments.first { throw unknown("option", word, among: ["--help"], path) }
            let names = command.subcommands.map(\.name).joined(separator: ", ")
            throw UsageError("a command is missing; the commands are \(names)", command: path)
        }
        var reading = ArgumentReading(command: command, rest: arguments)
        do throws(UsageError) {
            return .run(action, try reading.run())
        } catch {
            throw UsageError(error.description, command: path)
        }
    }

    private func unknown(_ what: String, _ word: String, among names: [String], _ path: String) -> UsageError {
        UsageError(UnknownName.text(what, word, among: names), command: path)
    }
}

/// The sentence about a name that does not exist.
enum UnknownName {
    static func text(_ what: String, _ word: String, among names: [String]) -> String {
        let shown = Printable.text(word).prefix(60)
        guard let nearest = NearestName.of(word, among: names) else { return "unknown \(what) \(shown)" }
        return "unknown \(what) \(shown); did you mean \(nearest)?"
    }
}

/// One pass over a command's own arguments.
private struct ArgumentReading {
    let command: Command
    var rest: ArraySlice<String>
    var invocation = Invocation()
    var words: [String] = []

    init(command: Command, rest: ArraySlice<String>) {
        self.command = command
        self.rest = rest
    }

    mutating func run() throws(UsageError) -> Invocation {
        var areOptionsOver = false
        while let argument = rest.popFirst() {
            if areOptionsOver || argument == "-" || !argument.hasPrefix("-") || isNegativeNumber(argument) {
                words.append(argument)
            } else if argument == "--" {
                areOptionsOver = true
            } else {
                try takeOption(argument)
            }
        }
        try takeParameters()
        return invocation
    }

    private func isNegativeNumber(_ argument: String) -> Bool { Double(argument) != nil }

    private mutating func takeOption(_ argument: String) throws(UsageError) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let option = command.options.first(where: { $0.name == parts[0] || short($0) == parts[0] }) else {
            let names = command.options.map(\.name) + ["--help"]
            throw UsageError(UnknownName.text("option", parts[0], among: names))
        }
        guard option.isRepeatable || invocation.values[option.name] == nil else {
            throw UsageError("\(option.name) is given twice; once is enough")
        }
        let inline = parts.count == 2 ? parts[1] : nil
        guard let parse = option.parse, let placeholder = option.placeholder else {
            guard inline == nil else { throw UsageError("\(option.name) takes no value") }
            invocation.values[option.name] = [true]
            return
        }
        guard let text = inline ?? rest.popFirst() else {
            throw UsageError("\(option.name) needs a value: \(option.name) \(placeholder)")
        }
        try append(text, to: option.name, parse)
    }

    private func short(_ option: OptionDescription) -> String? { option.short.map { "-\($0)" } }

    private mutating func append(
        _ text: String, to name: String, _ parse: OptionDescription.Parse
    ) throws(UsageError) {
        do throws(ValueMismatch) {
            invocation.values[name, default: []].append(try parse(text))
        } catch {
            throw UsageError("\(name) must be \(error.expected); it is \"\(Printable.text(text).prefix(80))\"")
        }
    }

    private mutating func takeParameters() throws(UsageError) {
        var words = words[...]
        for parameter in command.parameters {
            let taken = words.prefix(parameter.count.upperBound)
            guard taken.count >= parameter.count.lowerBound else {
                throw UsageError("\(parameter.name) is missing: \(parameter.summary.lowercasedFirst)")
            }
            for word in taken { try append(word, to: parameter.name, parameter.parse) }
            words = words.dropFirst(taken.count)
        }
        if let surplus = words.first {
            throw UsageError("\"\(Printable.text(surplus).prefix(80))\" is one argument too many")
        }
    }
}

extension String {
    var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
