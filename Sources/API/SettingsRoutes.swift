internal import Catalog
internal import Configuration
internal import Foundation
internal import HTTPServer
internal import JSONText

/// `/api/v1/settings`: what may be changed while Segue runs.
struct SettingsRoutes: Sendable {
    let access: SettingsAccess
    let configuration: APIConfiguration

    var all: [Route] { [list, put, history] }

    private var list: Route {
        Route(
            "GET", "/api/v1/settings", access: .token,
            Operation(
                id: "listSettings", summary: "List settings",
                description:
                    "Lists the settings that may be changed while Segue runs, with what counts at this moment.",
                answers: [.init(200, "All of them.", .json(.reference("SettingList")))], problems: Self.problems)
        ) { _ in
            .later { try await current() }
        }
    }

    private var put: Route {
        Route(
            "PUT", "/api/v1/settings", access: .change,
            Operation(
                id: "putSettings", summary: "Change settings",
                description: """
                    Changes the settings that the body names, all or none; null gives a setting back to the environment. \
                    Every process follows at once. Each change is kept in the history with the token's issuer and key.
                    """,
                body: .reference("SettingsRequest"),
                answers: [.init(200, "All settings, as they are now.", .json(.reference("SettingList")))],
                problems: Self.problems)
        ) { call in
            let values = try values(call.request.body)
            return .later {
                _ = try await access.store.changeSettings(values, by: call.client)
                return try await current()
            }
        }
    }

    private var history: Route {
        Route(
            "GET", "/api/v1/settings/history", access: .token,
            Operation(
                id: "listSettingChanges", summary: "List changes of settings",
                description: "Lists who changed which setting when, from what to what, newest first.",
                parameters: [
                    .init("name", in: .query, Schemas.text, "One setting's history only."),
                    .init("before", in: .query, ["type": "integer", "minimum": 1], "`next` of the page before."),
                    .init(
                        "limit", in: .query,
                        [
                            "type": "integer", "minimum": 1, "maximum": .integer(configuration.maximumPageSize),
                            "default": .integer(configuration.pageSize),
                        ], "Entries on the page."),
                ],
                answers: [.init(200, "A page of the history.", .json(.reference("SettingChangePage")))],
                problems: Self.problems)
        ) { call in
            var reader = QueryReader(call.request)
            let limit = reader.whole("limit", in: 1...configuration.maximumPageSize, usual: configuration.pageSize)
            let before = reader.whole("before", in: 1...Int.max, usual: .max)
            try reader.check(limit: configuration.maximumFaults)
            let name = call.request.query("name")
            return .later {
                let found = try await access.store.settingChanges(of: name, before: Int64(before), limit: limit + 1)
                let next = found.count > limit ? found[limit - 1].id : nil
                return .json(
                    JSON.object(of: [
                        "changes": .array(found.prefix(limit).map(\.json)),
                        "next": next.map { .integer(Int($0)) } ?? .null,
                    ]).bytes)
            }
        }
    }

    private static let problems = [503: "The database cannot be reached."]

    /// What the database says counts for this process from here on, whether it heard of it or not.
    private func current() async throws -> HTTPResponse {
        let stored = Dictionary(try await access.refresh().stored.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        let settings = RuntimeSettings.all.map { $0.json(in: access.settings, stored[$0.name]) }
        return .json(JSON.object(of: ["settings": .array(settings)]).bytes)
    }

    /// The values that a body names, each checked against its setting.
    private func values(_ body: [UInt8]) throws(Problem) -> [String: String?] {
        let members = try JSONBody.object(body, maximumDepth: configuration.maximumDepth)
        var (values, faults): ([String: String?], [Fault]) = ([:], [])
        if members.isEmpty { faults.append(Fault([], .missing, "names no setting; send {\"SEGUE_MAX_K\": 100}")) }
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            guard let setting = RuntimeSettings.setting(name) else {
                faults.append(Fault([name], .unknownField, RuntimeSettings.refusal(of: name)))
                continue
            }
            guard value != .null else {
                values[name] = .some(nil)
                continue
            }
            do throws(SettingsError) {
                guard let text = Self.text(of: value, for: setting) else {
                    let mend = "not what is meant; send \(setting.accepted), as \(Self.form(of: setting)), or null"
                    faults.append(Fault([name], .wrongType, mend))
                    continue
                }
                try RuntimeSettings.check(text, for: name)
                values[name] = text
            } catch {
                faults.append(Fault([name], .outOfRange, error.description))
            }
        }
        guard faults.isEmpty else { throw Problem(faults: faults, limit: configuration.maximumFaults) }
        return values
    }

    /// What JSON value a setting takes.
    private static func form(of setting: SettingDescription) -> String {
        switch setting.kind {
        case .integer, .number: "a number without quotes"
        case .bytes, .seconds: "a number, or a text with a unit"
        case .text, .choice: "a text"
        }
    }

    /// Numbers are stored as people write them; nil for a value that is of another type than the setting.
    private static func text(of value: JSONValue, for setting: SettingDescription) -> String? {
        switch setting.kind {
        case .text, .choice: return value.string
        case .bytes, .seconds: if let text = value.string { return text }
        case .integer, .number: break
        }
        return value.number.map { number in Int(exactly: number).map(String.init) ?? String(number) }
    }
}

extension SettingChange {
    fileprivate var json: JSON {
        JSON.object(of: [
            "id": .integer(Int(id)), "name": .text(name), "changed_by": .text(changedBy),
            "changed_at": .text(changedAt.formatted(.iso8601)), "old_value": json(oldValue),
            "new_value": json(newValue),
        ])
    }

    /// In the setting's type; of a setting that there is no more as it was written.
    private func json(_ text: String?) -> JSON {
        guard let text else { return .null }
        return RuntimeSettings.setting(name).map { JSON($0.value(of: text)) } ?? .text(text)
    }
}

extension SettingDescription {
    fileprivate func json(in settings: Settings, _ stored: StoredSetting?) -> JSON {
        let text = settings.text(of: self)
        return JSON.object(of: [
            "name": .text(name), "value": JSON(value(of: text.now)),
            "source": .text(settings.source(of: self).description), "otherwise": JSON(value(of: text.otherwise)),
            "default": JSON(value(of: defaultText)), "type": .text(kind.name),
            "minimum": kind.range.minimum.map { .number($0) }, "maximum": kind.range.maximum.map { .number($0) },
            "choices": kind.choices.map { JSON.texts($0) }, "accepted": .text(accepted), "description": .text(summary),
            "changed_by": stored.map { .text($0.changedBy) } ?? .null,
            "changed_at": stored.map { .text($0.changedAt.formatted(.iso8601)) } ?? .null,
        ])
    }
}

extension JSON {
    fileprivate init(_ value: SettingValue) {
        switch value {
        case .integer(let number): self = .integer(number)
        case .number(let number): self = .number(number)
        case .text(let text): self = .text(text)
        }
    }
}
