import Synchronization
import Testing

@testable import Configuration

@Suite("Settings that change while a process runs") struct RuntimeSettingsTests {
    private let settings: Settings

    init() throws {
        settings = try Settings(environment: ["SEGUE_MAX_K": "50"], flags: ["--max-seeds": "7"])
    }

    @Test func aStoredValueCountsOverTheEnvironmentUntilItIsForgotten() {
        let copy = settings
        #expect(settings.runtime.replace(with: [("SEGUE_MAX_K", "20"), ("SEGUE_RATE", "3.5")]).isEmpty)
        #expect(copy[.maximumK] == 20 && copy[.ratePerSecond] == 3.5)
        #expect(copy.source(of: Setting.maximumK.description) == .database)
        #expect(copy.text(of: Setting.maximumK.description) == ("20", "50"))
        #expect(copy.shown(Setting.maximumK.description) == "20")
        #expect(settings.runtime.replace(with: []).isEmpty)
        #expect(copy[.maximumK] == 50 && copy[.ratePerSecond] == 200)
        #expect(copy.source(of: Setting.maximumK.description) == .environment("SEGUE_MAX_K"))
    }

    @Test func aFlagCountsOverAStoredValue() {
        _ = settings.runtime.replace(with: [("SEGUE_MAX_SEEDS", "9")])
        #expect(settings[.maximumSeeds] == 7)
        #expect(settings.source(of: Setting.maximumSeeds.description) == .flag("--max-seeds"))
    }

    @Test func storedValuesThatMakeNoSenseAreNamedAndDoNotCount() {
        let stored = [("SEGUE_MAX_K", "many"), ("SEGUE_PORT", "80"), ("SEGUE_MAX_STEP", "3"), ("SEGUE_RATE", "9")]
        let problems = settings.runtime.replace(with: stored)
        #expect(problems.count == 3)
        #expect(problems[0].hasPrefix("SEGUE_MAX_K must be a whole number"))
        #expect(problems[1].contains("SEGUE_PORT cannot be changed while Segue runs"))
        #expect(problems[2].contains("did you mean SEGUE_MAX_STEPS?"))
        #expect(settings[.maximumK] == 50 && settings[.port] == 8080 && settings[.ratePerSecond] == 9)
    }

    @Test func observersAreCalledAtOnceAndOnChangesOnly() {
        let calls = Mutex<[Int]>([])
        settings.runtime.observe { [settings] in calls.withLock { $0.append(settings[.maximumK]) } }
        for _ in 0..<2 { _ = settings.runtime.replace(with: [("SEGUE_MAX_K", "20")]) }
        _ = settings.runtime.replace(with: [])
        #expect(calls.withLock { $0 } == [50, 20, 50])
    }

    @Test func everySettingThatMayChangeSaysWhatItTakes() throws {
        let names = Set(Settings.all.map(\.name))
        #expect(Set(RuntimeSettings.all.map(\.name)).count == RuntimeSettings.all.count)
        for setting in RuntimeSettings.all {
            #expect(names.contains(setting.name) && setting.secrecy == .open)
            #expect(setting.kind.name != "text", "\(setting.name) has a type")
            try RuntimeSettings.check(setting.defaultText, for: setting.name)
            let (minimum, maximum) = setting.kind.range
            #expect(setting.kind.choices != nil || (minimum ?? 0) < (maximum ?? .infinity))
        }
        #expect(Setting.logLevel.description.kind.choices == ["debug", "info", "warning", "error"])
        #expect(Setting.maximumK.description.kind == .integer(1...10_000))
    }

    @Test func valuesOutsideTheRangeAreRefused() {
        for (name, value) in [("SEGUE_MAX_K", "0"), ("SEGUE_LOG_LEVEL", "loud"), ("SEGUE_GATE_LOSS", "2")] {
            #expect(throws: SettingsError.self) { try RuntimeSettings.check(value, for: name) }
        }
    }
}
