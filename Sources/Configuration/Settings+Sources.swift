internal import Terminal

// Where catalogs are taken from, and what a night may ask.

extension Setting where Value == [String] {
    /// Folders that files may be taken from over the network.
    public static var sourceRoots: Setting {
        let parser = ValueParser<[String]>(expected: "absolute paths of folders, separated by colons") { text in
            let paths = text.split(separator: ":").map(String.init)
            return paths.isEmpty || !paths.allSatisfy { $0.hasPrefix("/") } ? nil : paths
        }
        return Setting(
            "SEGUE_SOURCE_ROOTS", parser, default: [], shown: "none: no files", "PATHS",
            "Folders that jobs may take files from, separated by colons")
    }
}

extension Setting where Value == Int {
    /// How much a night enriches.
    public static var nightlyEnrichment: Setting {
        Setting(
            "SEGUE_NIGHTLY_ENRICH", .integer(in: 0...10_000_000), default: 2_000, shown: "2000", "TRACKS",
            "Tracks that each outside service is asked about in a night, once SEGUE_CONTACT is set; 0 for none")
    }

    /// How long the making of a playlist may ask for similar tracks.
    public static var similarSeconds: Setting {
        Setting(
            "SEGUE_SIMILAR_SECONDS", .integer(in: 0...600), default: 3, shown: "3", "SECONDS",
            "How long a run of a playlist may ask each service for tracks similar to the listener's, once SEGUE_CONTACT is"
                + " set; 0 for what is stored alone", kind: .integer(0...600))
    }
}

extension SettingGroup {
    /// Sources.
    public static var sources: SettingGroup {
        SettingGroup(
            title: "Sources", settings: [Setting.sourceRoots.description, Setting.nightlyEnrichment.description])
    }
}
