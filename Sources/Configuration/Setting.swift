public import Terminal

/// A setting: an environment variable, a flag that overrides it, a kind of value and a default.
public struct Setting<Value: Sendable>: Sendable {
    /// How the list of settings sees it.
    public let description: SettingDescription
    /// What counts where nothing is set.
    public let defaultValue: Value

    init(
        _ name: String, _ parser: ValueParser<Value>, default defaultValue: Value, shown: String, _ placeholder: String,
        _ summary: String, secrecy: SettingDescription.Secrecy = .open, kind: SettingKind = .text
    ) {
        self.defaultValue = defaultValue
        description = SettingDescription(
            name: name, placeholder: placeholder, summary: summary, accepted: parser.expected, defaultText: shown,
            secrecy: secrecy, kind: kind
        ) { text throws(ValueMismatch) in try parser.value(of: text) }
    }
}

/// A setting as lists of settings see it.
public struct SettingDescription: Sendable {
    typealias Parse = @Sendable (String) throws(ValueMismatch) -> any Sendable

    /// Who may see the value.
    public enum Secrecy: Sendable, Hashable {
        /// Anybody.
        case open
        /// Anybody but for passwords inside it.
        case credentials
        /// Nobody; it may also stand in a file that `NAME_FILE` names, and never on a command line, which every user of
        /// the machine can read.
        case secret
    }

    /// The environment variable.
    public let name: String
    /// What help writes for the value, in capitals.
    public let placeholder: String
    /// What it does, in one sentence without a full stop.
    public let summary: String
    /// What is accepted, to follow "must be".
    public let accepted: String
    /// The default as people write it.
    public let defaultText: String
    /// Who may see the value.
    public let secrecy: Secrecy
    /// What kind of value it takes.
    public let kind: SettingKind
    let parse: Parse

    /// The variable that names a file with the value, where the value is a secret.
    public var fileName: String? { secrecy == .secret ? "\(name)_FILE" : nil }

    /// The variable that a flag stands for.
    var flagVariable: String { fileName ?? name }

    /// The flag that overrides it, for example `--index-dir` for `SEGUE_INDEX_DIR`.
    public var flag: String {
        let words = flagVariable.hasPrefix("SEGUE_") ? flagVariable.dropFirst(6) : flagVariable[...]
        return "--" + words.lowercased().replacing("_", with: "-")
    }

    /// The flag as an option of a command.
    public var option: Option<String> {
        let variable = "\(summary) (\(flagVariable), default: \(defaultText))"
        let isFile = fileName != nil
        let parser = ValueParser<String>(expected: isFile ? "a file's name" : accepted) { text in
            if isFile { return text.isEmpty ? nil : text }
            guard (try? parse(text)) != nil else { return nil }
            return text
        }
        return Option(flag, isFile ? "FILE" : placeholder, parser, variable)
    }
}
