internal import Foundation
internal import Terminal

/// The settings of a process: environment variables, overridden by flags.
public struct Settings: Sendable {
    /// Where a value came from.
    public enum Source: Sendable, Hashable, CustomStringConvertible {
        /// Nothing was set.
        case standard
        /// An environment variable.
        case environment(String)
        /// A file that an environment variable names.
        case file(String)
        /// A flag on the command line.
        case flag(String)
        /// The database, where it was changed while Segue runs.
        case database

        /// As `doctor` writes it.
        public var description: String {
            switch self {
            case .standard: "default"
            case .environment(let name): name
            case .file(let path): "file \(path)"
            case .flag(let name): name
            case .database: "database"
            }
        }
    }

    private struct Resolved {
        var value: any Sendable
        var text: String
        var source: Source
    }

    private var resolved: [String: Resolved] = [:]
    /// What may change while the process runs; copies share it.
    public let runtime = RuntimeSettings()
    /// Variables that look like settings and are none, each with what was probably meant.
    public private(set) var warnings: [String] = []

    /// Reads an environment and flags (by flag, for example `--port`).
    ///
    /// An empty variable counts as not set.
    /// - Throws: `SettingsError` with every setting that is not as it must be, not only the first.
    public init(environment: [String: String], flags: [String: String] = [:]) throws(SettingsError) {
        var problems: [String] = []
        for setting in Self.all {
            do throws(SettingsError) {
                resolved[setting.name] = try Self.resolve(setting, environment, flags)
            } catch {
                problems += error.problems
            }
        }
        guard problems.isEmpty else { throw SettingsError(problems: problems) }
        warnings = Self.strangers(in: environment)
    }

    static var all: [SettingDescription] { SettingGroup.all.flatMap(\.settings) }

    /// The value of a setting at this moment: a flag's, else the database's, else the environment's, else the default.
    public subscript<Value>(setting: Setting<Value>) -> Value {
        if let stored = override(of: setting.description) { return stored.value as? Value ?? setting.defaultValue }
        return (resolved[setting.description.name]?.value as? Value) ?? setting.defaultValue
    }

    /// Where a setting's value came from.
    public func source(of setting: SettingDescription) -> Source {
        override(of: setting) == nil ? sourceAtStart(of: setting) : .database
    }

    /// Where a setting's value comes from as long as the database has none.
    private func sourceAtStart(of setting: SettingDescription) -> Source { resolved[setting.name]?.source ?? .standard }

    /// The database's value, unless a flag says otherwise for this process.
    private func override(of setting: SettingDescription) -> RuntimeSettings.Value? {
        if case .flag = sourceAtStart(of: setting) { return nil }
        return runtime[setting.name]
    }

    /// A setting's value as people write it, and as it would be without the database's.
    /// - Precondition: The setting is no secret.
    public func text(of setting: SettingDescription) -> (now: String, otherwise: String) {
        precondition(setting.secrecy == .open, "secrets are not shown")
        let otherwise = resolved[setting.name]?.text ?? setting.defaultText
        return (override(of: setting)?.text ?? otherwise, otherwise)
    }

    /// A setting's value as it may be shown: secrets and passwords masked.
    public func shown(_ setting: SettingDescription) -> String {
        if let stored = override(of: setting) { return stored.text }
        guard let found = resolved[setting.name] else { return setting.defaultText }
        return switch setting.secrecy {
        case .open: found.text
        case .credentials: Masking.credentials(in: found.text)
        case .secret: "(set, not shown)"
        }
    }

    private static func resolve(
        _ setting: SettingDescription, _ environment: [String: String], _ flags: [String: String]
    ) throws(SettingsError) -> Resolved? {
        guard let (text, source, place) = try find(setting, environment, flags) else { return nil }
        do throws(ValueMismatch) {
            return Resolved(value: try setting.parse(text), text: text, source: source)
        } catch {
            let shown = setting.secrecy == .open ? "; it is \"\(Printable.text(text).prefix(80))\"" : ""
            throw SettingsError(problems: ["\(place) must be \(error.expected)\(shown)"])
        }
    }

    private static func find(
        _ setting: SettingDescription, _ environment: [String: String], _ flags: [String: String]
    ) throws(SettingsError) -> (text: String, source: Source, place: String)? {
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let text = flags[setting.flag] {
            guard setting.fileName != nil else { return (text, .flag(setting.flag), setting.flag) }
            return (try contents(of: text, namedBy: setting.flag), .file(text), setting.flag)
        }
        guard let fileName = setting.fileName, let path = variable(fileName) else {
            return variable(setting.name).map { ($0, .environment(setting.name), setting.name) }
        }
        guard variable(setting.name) == nil else {
            throw SettingsError(problems: ["both \(setting.name) and \(fileName) are set; unset one of them"])
        }
        return (try contents(of: path, namedBy: fileName), .file(path), fileName)
    }

    /// Secrets are short: a file past a megabyte is a mistake.
    private static func contents(of path: String, namedBy name: String) throws(SettingsError) -> String {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw SettingsError(problems: ["\(name) names \(path), which cannot be read; check path and permissions"])
        }
        defer { try? handle.close() }
        let data = (try? handle.read(upToCount: 1 << 20)) ?? Data()
        let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.isEmpty else { throw SettingsError(problems: ["\(name) names \(path), which is empty"]) }
        return text
    }

    /// Variables that scripts and tests around the service use.
    static let foreign = ["SEGUE_BINARY", "SEGUE_SHARED"]

    private static func strangers(in environment: [String: String]) -> [String] {
        let known = all.map(\.name) + all.compactMap(\.fileName)
        let strangers = environment.keys.filter {
            $0.hasPrefix("SEGUE_") && !known.contains($0) && !foreign.contains($0)
        }
        return strangers.sorted().map { name in
            let mend = NearestName.of(name, among: known).map { "did you mean \($0)?" } ?? "see docs/configuration.md"
            return "\(Printable.text(name)) is no setting and has no effect; \(mend)"
        }
    }
}

/// Settings that are not as they must be.
public struct SettingsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One line each, naming the setting and the mend.
    public let problems: [String]

    /// All of them, one after the other.
    public var description: String { problems.joined(separator: "; ") }
}
