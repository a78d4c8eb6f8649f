import API
import Catalog
import Configuration
import Foundation
import HTTPServer
import Recommendation
import Storage
import TestSupport
import Testing

private let hasDatabase = !(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "").isEmpty

/// A service whose settings are in PostgreSQL.
private func withSettings(
    _ body: @escaping @Sendable (Service, Settings, PostgresStore) async throws -> Void
) async throws {
    try await withTestDatabase { store in
        let settings = try Settings(environment: ["SEGUE_MAX_K": "50"])
        var options = Service.Options()
        options.settings = SettingsAccess(settings: settings, store: store)
        try await Service.with(.handler, options) { try await body($0, settings, store) }
    }
}

private func put(_ service: Service, _ body: String) async throws -> Answer {
    try await service.send(
        "PUT", "/api/v1/settings", headers: ["Content-Type": "application/json"], body: Array(body.utf8))
}

private func setting(_ name: String, in answer: Answer) throws -> Value {
    try #require(answer.json["settings"].list.first { $0["name"].text == name })
}

@Suite("Settings over HTTP", .enabled(if: hasDatabase, "DATABASE_URL is not set")) struct SettingsRoutesTests {
    @Test func settingsAreListedWithTypeRangeDefaultAndSource() async throws {
        try await withSettings { service, _, _ in
            let answer = try await service.send("GET", "/api/v1/settings")
            #expect(answer.status == 200)
            #expect(answer.json["settings"].list.count == RuntimeSettings.all.count)
            let k = try setting("SEGUE_MAX_K", in: answer)
            #expect(k["value"].number == 50 && k["default"].number == 500 && k["source"].text == "SEGUE_MAX_K")
            #expect(k["type"].text == "integer" && k["minimum"].number == 1 && k["maximum"].number == 10_000)
            #expect(k["changed_by"] == .null)
            let level = try setting("SEGUE_LOG_LEVEL", in: answer)
            #expect(level["choices"].list.count == 4 && level["source"].text == "default")
        }
    }

    @Test func aChangeCountsAtOnceAndIsKeptWithItsAuthor() async throws {
        try await withSettings { service, settings, _ in
            let answer = try await put(service, #"{"SEGUE_MAX_K": 20, "SEGUE_LOG_LEVEL": "warning"}"#)
            #expect(answer.status == 200)
            let k = try setting("SEGUE_MAX_K", in: answer)
            #expect(k["value"].number == 20 && k["source"].text == "database" && k["otherwise"].number == 50)
            #expect(k["changed_by"].text == "tests/k1")
            #expect(settings[.maximumK] == 20 && settings[.logLevel] == .warning)
            let reset = try await put(service, #"{"SEGUE_MAX_K": null}"#)
            #expect(try setting("SEGUE_MAX_K", in: reset)["value"].number == 50)
            #expect(settings[.maximumK] == 50)
            let history = try await service.send("GET", "/api/v1/settings/history?limit=2")
            #expect(history.json["changes"].list.count == 2)
            #expect(history.json["changes"][0]["old_value"].number == 20)
            #expect(history.json["changes"][0]["new_value"] == .null)
            let next = Int(history.json["next"].number ?? 0)
            let rest = try await service.send("GET", "/api/v1/settings/history?before=\(next)&name=SEGUE_LOG_LEVEL")
            #expect(rest.json["changes"].list.count <= 1 && rest.json["next"] == .null)
        }
    }

    @Test func aBadChangeChangesNothingAndNamesEverythingAtFault() async throws {
        try await withSettings { service, _, store in
            let body =
                #"{"SEGUE_MAX_K": 0, "SEGUE_PORT": 1, "SEGUE_NONE": 1, "SEGUE_RATE": true, "SEGUE_MAX_SEEDS": 5}"#
            let answer = try await put(service, body)
            #expect(answer.status == 400)
            #expect(
                Set(answer.places) == ["/SEGUE_MAX_K", "/SEGUE_PORT", "/SEGUE_NONE", "/SEGUE_RATE"], "\(answer.text)")
            for body in ["{}", "[]", "{"] {
                let refused = try await put(service, body)
                #expect(refused.status == 400)
            }
            let page = try await service.send("GET", "/api/v1/settings/history?limit=0")
            #expect(page.status == 400)
            let stored = try await store.storedSettings()
            #expect(stored.isEmpty)
        }
    }

    @Test func aValueOfAnotherTypeIsRefusedAndTheRightOneNamed() async throws {
        let cases: [(String, String)] = [
            (#"{"SEGUE_MAX_K": "10"}"#, "a whole number from 1 to 10000, as a number without quotes"),
            (#"{"SEGUE_RATE": "0.5"}"#, "as a number without quotes"), (#"{"SEGUE_RATE": true}"#, "without quotes"),
            (#"{"SEGUE_LOG_LEVEL": 3}"#, "as a text"), (#"{"SEGUE_MAX_K": [10]}"#, "without quotes"),
        ]
        try await withSettings { service, settings, store in
            for (body, mend) in cases {
                let answer = try await put(service, body)
                #expect(answer.status == 400 && answer.text.contains(mend), "\(answer.text)")
                #expect(answer.text.contains("wrong_type"))
                let stored = try await store.storedSettings()
                #expect(stored.isEmpty && settings[.maximumK] == 50)
            }
        }
    }

    @Test func changesNeedATokenOfTheirOwn() async throws {
        try await withSettings { service, _, store in
            let none = try await service.send("PUT", "/api/v1/settings", .none, body: Array("{}".utf8))
            #expect(none.status == 401)
            let token = try service.token()
            let body = Array(#"{"SEGUE_MAX_K": 20}"#.utf8)
            let first = try await service.send("PUT", "/api/v1/settings", .token(token), body: body)
            #expect(first.status == 200)
            let second = try await service.send("PUT", "/api/v1/settings", .token(token), body: body)
            #expect(second.code == "token_replayed")
            let changes = try await store.settingChanges(of: nil, before: nil, limit: 9)
            #expect(changes.count == 1)
        }
    }

    @Test func boundsOnRequestsFollow() async throws {
        try await Service.with { service in
            let body = #"{"seeds": ["segue:1"], "k": 3}"#
            for (bound, status) in [(3, 200), (2, 400), (10, 200)] {
                service.api.reconfigure { $0.limits.maximumK = bound }
                let answer = try await service.recommend(body)
                #expect(answer.status == status)
            }
        }
    }

    @Test func aLogsLevelFollows() {
        let (lines, log) = (LogRecorder(), { (sink: LogRecorder) in Log(minimum: .info, to: sink) })
        let (one, copy) = { ($0, $0) }(log(lines))
        copy.minimum = .error
        one.write(.warning, "unheard")
        #expect(lines.text.isEmpty && one.minimum == .error)
        copy.minimum = .debug
        one.write(.debug, "heard")
        #expect(lines.text.contains("heard"))
    }
}
