import Foundation
import Terminal
import Testing

@testable import Configuration

private func settings(_ environment: [String: String], flags: [String: String] = [:]) throws -> Settings {
    try Settings(environment: environment, flags: flags)
}

private func problems(_ environment: [String: String], flags: [String: String] = [:]) -> [String] {
    do throws(SettingsError) {
        _ = try Settings(environment: environment, flags: flags)
        return []
    } catch {
        return error.problems
    }
}

@Suite("Settings") struct SettingsTests {
    @Test func withoutAnythingSetTheDefaultsCount() throws {
        let settings = try settings([:])
        #expect(settings[.host] == "127.0.0.1")
        #expect(settings[.port] == 8080)
        #expect(settings[.databaseURL] == nil)
        #expect(settings[.maximumBody] == 1 << 20)
        #expect(settings[.recallTarget] == 0.99)
        #expect(settings[.logLevel] == .info)
        #expect(settings.source(of: Setting.port.description) == .standard)
    }

    @Test func aFlagOverridesTheEnvironment() throws {
        let environment = ["SEGUE_PORT": "9000", "SEGUE_HOST": "::1"]
        let settings = try settings(environment, flags: ["--port": "9001"])
        #expect(settings[.port] == 9001)
        #expect(settings[.host] == "::1")
        #expect(settings.source(of: Setting.port.description) == .flag("--port"))
        #expect(settings.source(of: Setting.host.description) == .environment("SEGUE_HOST"))
    }

    @Test func anEmptyVariableCountsAsNotSet() throws {
        #expect(try settings(["SEGUE_PORT": "", "DATABASE_URL": ""])[.port] == 8080)
    }

    @Test("Values that are not accepted say what would be", arguments: ["SEGUE_PORT", "SEGUE_MAX_BODY", "SEGUE_RATE"])
    func badValuesSayWhatWouldBeAccepted(_ name: String) {
        let problems = problems([name: "plenty"])
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix("\(name) must be ") == true)
        #expect(problems.first?.hasSuffix("it is \"plenty\"") == true)
    }

    @Test func allThatIsWrongIsReportedAtOnce() {
        let problems = problems(["SEGUE_PORT": "70000", "SEGUE_MAX_K": "0", "SEGUE_LOG_LEVEL": "loud"])
        #expect(problems.count == 3)
        #expect(problems.contains { $0.contains("one of debug, info, warning, error") })
    }

    @Test("A mistyped variable is named with what was probably meant")
    func mistypedVariablesAreNamed() throws {
        let warnings = try settings(["SEGUE_PROT": "1", "SEGUE_SHARED": "/x", "HOME": "/root"]).warnings
        #expect(warnings == ["SEGUE_PROT is no setting and has no effect; did you mean SEGUE_PORT?"])
    }

    @Test func everyFlagIsUniqueAndEveryDefaultIsAccepted() {
        let all = Settings.all
        #expect(Set(all.map(\.flag)).count == all.count)
        #expect(Set(all.map(\.name)).count == all.count)
        for setting in all where !setting.defaultText.hasPrefix("none") {
            #expect(throws: Never.self) { try setting.parse(setting.defaultText) }
        }
    }

    @Test func flagsOfAnInvocationAreFound() throws {
        let command = Command("serve", "Serves", groups: SettingGroup.all.map(\.options)) { _ in .success }
        guard case .run(_, let invocation) = try ArgumentParser(command).parse(["--port=81", "--index-dir", "/x"])
        else {
            Issue.record("no command was found")
            return
        }
        let settings = try Settings(environment: ["SEGUE_PORT": "80"], invocation: invocation)
        #expect(settings[.port] == 81)
        #expect(settings[.indexDirectory] == "/x")
    }
}

@Suite("Secrets") struct SecretTests {
    private func file(_ content: String) throws -> String {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("settings-\(UUID().uuidString)").path
        try content.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    @Test func aSecretMayStandInAFile() throws {
        let path = try file("k1:c2VjcmV0\n")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let settings = try settings(["SEGUE_SIGNING_KEYS_FILE": path])
        #expect(settings[.signingKeys] == "k1:c2VjcmV0")
        #expect(settings.source(of: Setting.signingKeys.description) == .file(path))
        #expect(try Settings(environment: [:], flags: ["--signing-keys-file": path])[.signingKeys] == "k1:c2VjcmV0")
    }

    @Test func aFileThatIsMissingOrEmptyIsNamed() throws {
        #expect(problems(["SEGUE_SIGNING_KEYS_FILE": "/nowhere/at/all"]).first?.contains("cannot be read") == true)
        let path = try file(" \n")
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(problems(["SEGUE_SIGNING_KEYS_FILE": path]).first?.contains("is empty") == true)
    }

    @Test func aSecretInTwoPlacesIsRefused() throws {
        let path = try file("k1:c2VjcmV0")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let problems = problems(["SEGUE_SIGNING_KEYS": "k2:eA", "SEGUE_SIGNING_KEYS_FILE": path])
        #expect(problems == ["both SEGUE_SIGNING_KEYS and SEGUE_SIGNING_KEYS_FILE are set; unset one of them"])
    }

    @Test func noFlagTakesASecretItself() {
        #expect(Setting.signingKeys.description.flag == "--signing-keys-file")
        #expect(Setting.databaseURL.description.flag == "--database-url")
    }

    @Test func secretsAreNeverShown() throws {
        let settings = try settings(["SEGUE_SIGNING_KEYS": "k1:topsecret", "DATABASE_URL": "postgres://u:hush@h/db"])
        #expect(!settings.shown(Setting.signingKeys.description).contains("topsecret"))
        #expect(settings.shown(Setting.databaseURL.description) == "postgres://u:****@h/db")
    }

    @Test(
        "Passwords are masked wherever they stand",
        arguments: [
            ("redis://:hush@localhost:6379", "redis://:****@localhost:6379"),
            ("postgres://u:hu@sh@h/db", "postgres://u:****@h/db"),
            ("host=/tmp user=u password=hush dbname=d", "host=/tmp user=u password=**** dbname=d"),
            ("password='hu sh' host=h", "password=**** host=h"),
            ("postgres://h/db?user=u&password=hush&x=1", "postgres://h/db?user=u&password=****&x=1"),
            ("PASSWORD = hush", "PASSWORD=****"), ("unix:///run/redis.sock", "unix:///run/redis.sock"),
            ("sslpassword=hush", "sslpassword=****"),
        ])
    func passwordsAreMasked(_ text: String, _ masked: String) {
        #expect(Masking.credentials(in: text) == masked)
    }
}

@Suite("Configuration page") struct ConfigurationPageTests {
    @Test func thePageInTheRepositoryIsCurrent() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appendingPathComponent("docs/configuration.md"), encoding: .utf8)
        #expect(page == ConfigurationPage.text, "write it anew with: segue doctor --settings-page")
    }

    @Test func everySettingIsOnThePage() {
        for setting in Settings.all {
            #expect(ConfigurationPage.text.contains("`\(setting.name)`"))
            #expect(ConfigurationPage.text.contains("`\(setting.flag)`"))
        }
    }
}
