public import Terminal

extension SettingGroup {
    /// The settings as options of a command.
    public var options: Command.OptionGroup {
        Command.OptionGroup("Settings, \(title.lowercased())", settings.map { $0.option.description })
    }
}

extension Settings {
    /// Reads an environment and whatever flags of settings an invocation has.
    /// - Throws: `SettingsError`.
    public init(environment: [String: String], invocation: Invocation) throws(SettingsError) {
        var flags: [String: String] = [:]
        for setting in Self.all { flags[setting.flag] = invocation[setting.option] }
        try self.init(environment: environment, flags: flags)
    }
}
