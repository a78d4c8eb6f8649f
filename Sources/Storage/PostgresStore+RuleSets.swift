internal import Catalog
internal import Foundation
internal import JSONText
internal import Postgres
public import Rules

extension PostgresStore: RuleStore {
    /// All rule sets, by id.
    /// - Throws: `CatalogStoreError`.
    public func ruleSets() async throws -> [RuleSet] {
        let rows = try await withSession { session in
            try await session.rows("SELECT \(unsafeRaw: RuleSetRow.columns) FROM rule_sets ORDER BY id") {
                try RuleSetRow($0)
            }
        }
        return try rows.map { try $0.ruleSet() }
    }

    /// A rule set, as it is or as it was in a version; nil where there is none.
    /// - Throws: `CatalogStoreError`.
    public func ruleSet(_ id: String, version: Int?) async throws -> RuleSet? {
        try await withSession { session in
            guard let version else { return try await RuleSetRow.current(id, on: session)?.ruleSet() }
            return try await RuleSetRow.version(version, of: id, on: session)?.ruleSet()
        }
    }

    /// All versions of a rule set, newest first, of a removed one too.
    /// - Throws: `CatalogStoreError`.
    public func versions(of id: String) async throws -> [RuleSetVersion] {
        try await withSession { session in
            try await session.rows(
                """
                SELECT version, change, extract(epoch FROM changed_at)::float8, content FROM rule_set_versions
                WHERE rule_set_id = \(id) ORDER BY version DESC
                """
            ) { row in
                let word: String = try row[1]
                guard let change = RuleSetVersion.Change(rawValue: word) else {
                    throw CatalogStoreError.failed(
                        "a version of a rule set is \(word), which this program does not know")
                }
                return RuleSetVersion(
                    version: try row[0], change: change, changedAt: Date(timeIntervalSince1970: try row[2]),
                    content: try RuleSetRow.json(row[3]))
            }
        }
    }

    /// Stores a rule set under its id: as a new one, or as a new version.
    /// - Throws: `CatalogStoreError`.
    public func save(_ draft: RuleSet.Draft, mayReplace: Bool) async throws -> RuleSetChange {
        let wanted = draft.ruleSet
        return try await changingRuleSets { session in
            let current = try await RuleSetRow.current(wanted.id, on: session)
            if let current, !mayReplace || (wanted.version > 0 && wanted.version != current.version) {
                return .conflict(version: current.version)
            }
            if current == nil, wanted.version > 0 { return .unknown }
            return try await Self.store(wanted, over: current, as: .written, on: session)
        }
    }

    /// Makes an earlier version the newest one, of a removed rule set too.
    /// - Throws: `CatalogStoreError`.
    public func rollBack(_ id: String, to version: Int) async throws -> RuleSetChange {
        try await changingRuleSets { session in
            guard let earlier = try await RuleSetRow.version(version, of: id, on: session) else { return .unknown }
            let current = try await RuleSetRow.current(id, on: session)
            return try await Self.store(earlier.ruleSet(), over: current, as: .rolledBack, on: session)
        }
    }

    /// Removes a rule set; its versions stay. False where there is none.
    /// - Throws: `CatalogStoreError`.
    public func removeRuleSet(_ id: String) async throws -> Bool {
        try await changingRuleSets { session in
            let removed = try await session.first("DELETE FROM rule_sets WHERE id = \(id) RETURNING version, content") {
                (version: try $0[0] as Int, content: try $0[1] as String)
            }
            guard let removed else { return false }
            try await Self.note(id, removed.version + 1, .removed, removed.content, on: session)
            return true
        }
    }

    private static func store(
        _ wanted: RuleSet, over current: RuleSetRow?, as change: RuleSetVersion.Change, on session: PostgresSession
    ) async throws -> RuleSetChange {
        let content = String(decoding: wanted.content.bytes, as: UTF8.self)
        if let current, try RuleSetRow.json(current.content) == wanted.content {
            return .unchanged(try current.ruleSet())
        }
        let keys = try await keys(of: wanted.target, on: session)
        let holder = try await session.first(
            "SELECT id FROM rule_sets WHERE target_key = ANY(\(keys)) AND id <> \(wanted.id)"
        ) { try $0[0] as String }
        if let holder { return .targetClaimed(by: holder) }
        let version = try await session.first(
            "SELECT coalesce(max(version), 0) + 1 FROM rule_set_versions WHERE rule_set_id = \(wanted.id)"
        ) { try $0[0] as Int }
        let row = try await session.first(
            """
            INSERT INTO rule_sets (id, version, enabled, target_key, content)
            VALUES (\(wanted.id), \(version ?? 1)::integer, \(wanted.isEnabled), \(wanted.target?.key), \(content)::json)
            ON CONFLICT (id) DO UPDATE SET (version, changed_at, enabled, target_key, content)
                = (excluded.version, excluded.changed_at, excluded.enabled, excluded.target_key, excluded.content)
            RETURNING \(unsafeRaw: RuleSetRow.columns)
            """
        ) { try RuleSetRow($0) }
        guard let row else { throw CatalogStoreError.failed("the database gave no rule set back") }
        try await note(wanted.id, row.version, change, content, on: session)
        return current == nil ? .created(try row.ruleSet()) : .changed(try row.ruleSet())
    }

    /// Every way to name a target: a playlist that a rule set has named and made has a number too.
    private static func keys(of target: RuleTarget?, on session: PostgresSession) async throws -> [String] {
        guard let target else { return [] }
        let name = target.playlist
        guard name.id.namespace == PlaylistName.ownNamespace else { return [target.key] }
        let others = try await session.rows(
            """
            WITH named AS (SELECT entity_id, value FROM external_ids WHERE kind = 'playlist' AND namespace = \(name.id.namespace))
            SELECT n.entity_id, n.value FROM named n WHERE n.entity_id = coalesce(
                \(name.number), (SELECT entity_id FROM named WHERE value = \(name.id.value)))
            """
        ) {
            (
                number: PlaylistID(rawValue: try $0[0]),
                name: PlaylistName(ExternalID(namespace: name.id.namespace, value: try $0[1]))
            )
        }
        return [target.key] + others.flatMap { [PlaylistName($0.number).description, $0.name.description] }
    }

    private static func note(
        _ id: String, _ version: Int, _ change: RuleSetVersion.Change, _ content: String, on session: PostgresSession
    ) async throws {
        try await session.execute(
            """
            INSERT INTO rule_set_versions (rule_set_id, version, change, content)
            VALUES (\(id), \(version)::integer, \(change.rawValue), \(content)::json)
            """)
    }

    /// Changes come one after the other: whether a target is free must not change while it is being taken.
    private func changingRuleSets<Value: Sendable>(
        _ body: @Sendable (PostgresSession) async throws -> Value
    ) async throws -> Value {
        try await withSession { session in
            try await session.withTransaction { session in
                try await session.execute("LOCK TABLE rule_sets IN SHARE ROW EXCLUSIVE MODE")
                return try await body(session)
            }
        }
    }
}

/// A rule set as the database keeps it.
struct RuleSetRow: Sendable {
    static let columns = "id, version, extract(epoch FROM changed_at)::float8, content"

    let id: String
    let version: Int
    let changedAt: Double
    let content: String

    init(_ row: borrowing PostgresRow) throws {
        (id, version, changedAt, content) = (try row[0], try row[1], try row[2], try row[3])
    }

    static func current(_ id: String, on session: PostgresSession) async throws -> RuleSetRow? {
        try await session.first("SELECT \(unsafeRaw: columns) FROM rule_sets WHERE id = \(id)") { try RuleSetRow($0) }
    }

    /// A version in which the rule set was written, not removed.
    static func version(_ version: Int, of id: String, on session: PostgresSession) async throws -> RuleSetRow? {
        try await session.first(
            """
            SELECT rule_set_id, version, extract(epoch FROM changed_at)::float8, content FROM rule_set_versions
            WHERE rule_set_id = \(id) AND version = \(version) AND change <> 'removed'
            """
        ) { try RuleSetRow($0) }
    }

    /// What was stored was read once, so it can be read again, whatever limits hold meanwhile.
    func ruleSet() throws -> RuleSet {
        var limits = RuleLimits()
        (limits.maximumDepth, limits.maximumConditions, limits.maximumValues) = (64, 100_000, 100_000)
        (limits.maximumGroups, limits.maximumOperands, limits.maximumTextBytes) = (100_000, 1 << 20, 1 << 20)
        do throws(RuleFaults) {
            var ruleSet = try RuleSet.draft(Self.json(content), id: id, limits: limits).ruleSet
            ruleSet.version = version
            ruleSet.changedAt = Date(timeIntervalSince1970: changedAt)
            return ruleSet
        } catch {
            throw CatalogStoreError.failed("the rule set \(id) cannot be read: \(error)")
        }
    }

    static func json(_ text: String) throws(RuleFaults) -> JSONValue {
        let bytes = Array(text.utf8)
        do throws(JSONFailure) {
            return try JSONParser.parse(bytes, 0..<bytes.count, maximumNesting: 256)
        } catch {
            throw RuleFaults([RuleFault([], .badRule, "no JSON: \(error.reason)")])
        }
    }
}
