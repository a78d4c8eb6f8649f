/// A command line that was understood: the values of a command's options and parameters.
public struct Invocation: Sendable {
    var values: [String: [any Sendable]] = [:]

    /// The value of an option, the last where it was given several times; nil where it was not given.
    public subscript<Value>(option: Option<Value>) -> Value? {
        values[option.description.name]?.last as? Value
    }

    /// All values of an option that may be repeated, in order.
    public func all<Value>(_ option: Option<Value>) -> [Value] {
        (values[option.description.name] ?? []).compactMap { $0 as? Value }
    }

    /// Whether a flag was given.
    public subscript(flag: Flag) -> Bool { values[flag.description.name] != nil }

    /// All values of a parameter, in order.
    public subscript<Value>(parameter: Parameter<Value>) -> [Value] {
        (values[parameter.description.name] ?? []).compactMap { $0 as? Value }
    }
}
