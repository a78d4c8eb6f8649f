internal import Terminal

// How music is analysed.

extension Setting where Value == String? {
    /// The program that decodes and measures.
    public static var analyzer: Setting {
        Setting(
            "SEGUE_ANALYZER", ValueParser.path("a program's path").optional, default: nil,
            shown: "segue-analyze beside segue", "PATH", "The program that decodes music and measures it")
    }
}

extension Setting where Value == Int {
    private static func count(
        _ name: String, _ range: ClosedRange<Int>, default value: Int, _ unit: String, _ summary: String
    ) -> Setting {
        Setting(name, .integer(in: range), default: value, shown: "\(value)", unit, summary)
    }

    /// Files at a time.
    public static var analysisWorkers: Setting {
        count(
            "SEGUE_ANALYZE_WORKERS", 0...1_024, default: 0, "COUNT",
            "Files that are analysed at the same time; 0: one for each processor")
    }

    /// Processor time for a file.
    public static var analysisSeconds: Setting {
        count(
            "SEGUE_ANALYZE_SECONDS", 1...86_400, default: 300, "SECONDS",
            "Processor time that the analysis of one file may take")
    }

    /// Memory for a file.
    public static var analysisMemory: Setting {
        count(
            "SEGUE_ANALYZE_MEMORY", 256...1_000_000, default: 2_048, "MIB",
            "Address space that the analysis of one file may take")
    }

    /// The longest recording.
    public static var analysisLongest: Setting {
        count(
            "SEGUE_ANALYZE_LONGEST", 1...1_440, default: 120, "MINUTES", "How long a recording may be that is analysed")
    }
}

extension SettingGroup {
    /// How music is analysed.
    public static var analysis: SettingGroup {
        SettingGroup(
            title: "Analysis of music",
            settings: [
                Setting.analyzer.description, Setting.analysisWorkers.description,
                Setting.analysisSeconds.description, Setting.analysisMemory.description,
                Setting.analysisLongest.description,
            ])
    }
}
