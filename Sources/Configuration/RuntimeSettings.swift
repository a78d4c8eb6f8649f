internal import Synchronization
internal import Terminal

/// The settings of a process that may be changed while it runs: values from the database over those of its environment.
///
/// All copies of one `Settings` share one of these, so whoever reads `settings[.maximumK]` when it is needed, instead of
/// once at the start, reads the value of that moment. A setting becomes one that may be changed by a line in `all`.
public final class RuntimeSettings: Sendable {
    /// A value that is stored, by the name of its setting.
    public typealias Stored = (name: String, value: String)

    struct Value {
        var value: any Sendable
        var text: String
    }

    private struct State {
        var values: [String: Value] = [:]
        var observers: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())

    init() {}

    /// The stored value of a setting, or nil where there is none.
    subscript(name: String) -> Value? { state.withLock { $0.values[name] } }

    /// Takes over all stored values; those that are not there any more are the environment's again.
    ///
    /// Observers are called where anything changed.
    /// - Returns: what is wrong with stored values that do not count therefore: a newer program may have written them.
    public func replace(with stored: [Stored]) -> [String] {
        var (values, problems): ([String: Value], [String]) = ([:], [])
        for (name, text) in stored {
            do throws(SettingsError) {
                values[name] = Value(value: try Self.value(of: text, for: name), text: text)
            } catch {
                problems += error.problems
            }
        }
        let observers = state.withLock { [values] state in
            let isChanged = state.values.mapValues(\.text) != values.mapValues(\.text)
            state.values = values
            return isChanged ? state.observers : []
        }
        for observer in observers { observer() }
        return problems
    }

    /// Calls `body` now and whenever values have changed, on whichever thread changed them.
    public func observe(_ body: @escaping @Sendable () -> Void) {
        state.withLock { $0.observers.append(body) }
        body()
    }

    /// Checks a value that is to be stored.
    /// - Throws: `SettingsError` that says what would be accepted, or that the setting cannot be changed while Segue runs.
    public static func check(_ text: String, for name: String) throws(SettingsError) {
        _ = try value(of: text, for: name)
    }

    /// The setting of a name that may be changed while Segue runs, or nil.
    public static func setting(_ name: String) -> SettingDescription? { all.first { $0.name == name } }

    private static func value(of text: String, for name: String) throws(SettingsError) -> any Sendable {
        guard let setting = setting(name) else { throw SettingsError(problems: ["\(name) \(Self.refusal(of: name))"]) }
        do throws(ValueMismatch) { return try setting.parse(text) } catch {
            throw SettingsError(problems: ["\(name) must be \(error.expected)"])
        }
    }

    /// Why a name is none of a setting that may be changed while Segue runs.
    public static func refusal(of name: String) -> String {
        if Settings.all.contains(where: { $0.name == name }) {
            return "cannot be changed while Segue runs; set it in the environment and start again"
        }
        let mend = NearestName.of(name, among: all.map(\.name)).map { "did you mean \($0)?" }
        return "is no setting; \(mend ?? "GET /api/v1/settings and segue settings list show what there is")"
    }
}
