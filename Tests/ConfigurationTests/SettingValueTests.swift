import Foundation
import Testing

@testable import Configuration

@Suite("Values of settings in their types") struct SettingValueTests {
    @Test func everyDefaultHasTheTypeThatTheSettingNames() {
        for setting in RuntimeSettings.all {
            switch (setting.kind, setting.value(of: setting.defaultText)) {
            case (.integer, .integer), (.bytes, .integer), (.number, .number), (.seconds, .number), (.choice, .text):
                break
            case (let kind, let value): Issue.record("\(setting.name) of type \(kind.name) is \(value)")
            }
        }
    }

    @Test func sizesAreBytesAndLengthsAreSeconds() throws {
        let size = try #require(Settings.all.first { $0.name == "SEGUE_MAX_BODY" })
        #expect(size.value(of: "1MiB") == .integer(1_048_576))
        let time = try #require(Settings.all.first { $0.name == "SEGUE_REQUEST_TIMEOUT" })
        #expect(time.value(of: "10s") == .number(10) && time.value(of: "soon") == .text("soon"))
        let level = Setting.logLevel.description
        #expect(level.value(of: "debug") == .text("debug"))
    }

    @Test func theyAreWrittenAsThemselves() throws {
        let values: [SettingValue] = [.integer(3), .number(0.5), .text("a")]
        #expect(String(decoding: try JSONEncoder().encode(values), as: UTF8.self) == #"[3,0.5,"a"]"#)
    }

    @Test(arguments: [
        "SEGUE_MAX_PLAYLISTS", "SEGUE_MAX_PLAYLIST", "SEGUE_MAX_POOL", "SEGUE_MAX_RULE_DEPTH", "SEGUE_MAX_RULE_GROUPS",
        "SEGUE_MAX_RULE_CONDITIONS", "SEGUE_MAX_RULE_VALUES", "SEGUE_SIMILAR_SECONDS",
    ]) func boundsOnRulesAndPlaylistsMayBeChangedWhileSegueRuns(_ name: String) throws {
        let setting = try #require(RuntimeSettings.setting(name))
        #expect(setting.kind.name == "integer" && !setting.summary.isEmpty)
        let (minimum, maximum) = setting.kind.range
        for outside in [(minimum ?? 0) - 1, (maximum ?? 0) + 1] {
            #expect(throws: SettingsError.self) { try RuntimeSettings.check("\(Int(outside))", for: name) }
        }
    }
}
