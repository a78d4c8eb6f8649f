/// The page `docs/configuration.md`, made from the table of settings so that it cannot be out of date.
public enum ConfigurationPage {
    /// The page as Markdown.
    public static var text: String {
        (introduction + SettingGroup.all.map(section)).joined(separator: "\n\n") + "\n"
    }

    private static let introduction = [
        "# Configuration",
        """
        Every setting is an environment variable, and a flag of the commands that it concerns overrides it.
        `segue doctor` prints all of them with their values and where each came from, secrets masked. A value that is not
        accepted ends the program with exit status 1 before anything is done; a variable that begins with `SEGUE_` and is
        none of these is named in a warning.
        """,
        """
        A secret is better put into a file, which the variable with `_FILE` at its end names: other users of the machine
        can often read a process's arguments, and its environment is inherited by its children. Lengths of time are
        numbers of seconds or have a unit (`500ms`, `30s`, `5m`, `1h`); numbers of bytes may have one too (`64k`, `1MiB`).
        """,
        """
        Settings marked with * may also be changed while Segue runs, over HTTP (`GET` and `PUT /api/v1/settings`) or with
        `segue settings list`, `set`, `reset` and `history`. Such a value is kept in the database with everything that was
        there before and who changed it; it counts over the environment's in every process that uses the database, at
        once, and a flag counts over both for its process. Settings without the mark take effect at the next start.
        """,
        """
        This page is made from the program's own table: `segue doctor --settings-page > docs/configuration.md` writes it
        anew.
        """,
    ]

    private static func section(_ group: SettingGroup) -> String {
        let rows = group.settings.map { setting in
            let names = [setting.name, setting.fileName].compactMap(\.self).map { "`\($0)`" }.joined(separator: ", ")
            let mark = RuntimeSettings.setting(setting.name) == nil ? "" : " *"
            return
                "| \(names)\(mark) | `\(setting.flag)` | \(setting.summary); \(setting.accepted) | \(setting.defaultText) |"
        }
        let heading = ["## \(group.title)", "", "| Variable | Flag | Meaning | Default |", "|---|---|---|---|"]
        return (heading + rows).joined(separator: "\n")
    }
}
