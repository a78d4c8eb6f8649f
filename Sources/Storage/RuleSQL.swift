internal import Catalog
internal import Features
internal import Postgres
internal import Rules

/// A rule as one SQL condition over `tracks t` and what is joined to it. Every value is bound.
///
/// Each condition is true or false and never null, so that groups can be negated.
struct RuleSQL {
    /// What `FROM` needs: `tracks t` and what conditions look at.
    private(set) var joins: [String: SQL] = [:]
    private var order: [String] = []
    private var providers: [String] = []
    /// Seconds since 1970 that count as now.
    let moment: Double
    /// How providers' features become comparable, by provider.
    let calibrations: [ProviderCalibration]
    /// Whose listening and library are asked; nil for everybody's.
    let listener: String?

    /// Stands between the texts of a list: drawn for each statement, so that no text of the catalog can hold it.
    let separator = "\u{1f}\(UInt64.random(in: 0...(.max)))\u{1f}"

    init(moment: Double, calibrations: [ProviderCalibration], listener: String? = nil) {
        (self.moment, self.calibrations, self.listener) = (moment, calibrations, listener)
    }

    /// `tracks t` and its joins.
    var source: SQL { order.reduce("tracks t") { "\(fragment: $0) \(fragment: joins[$1] ?? "")" } }

    /// Joins a table once and gives its alias.
    mutating func join(_ alias: String, _ text: SQL) -> String {
        if joins.updateValue(text, forKey: alias) == nil { order.append(alias) }
        return alias
    }

    /// The alias under which one provider's features are joined.
    mutating func provider(_ name: String) -> String {
        let number = providers.firstIndex(of: name) ?? providers.count
        if number == providers.count { providers.append(name) }
        let alias = "f\(number)"
        return join(
            alias,
            """
            LEFT JOIN audio_features \(unsafeRaw: alias)
            ON \(unsafeRaw: alias).track_id = t.id AND \(unsafeRaw: alias).provider = \(name)
            """)
    }

    /// The condition for a group.
    mutating func condition(_ group: RuleGroup) -> SQL {
        var members: [SQL] = []
        for condition in group.conditions { members.append(self.condition(condition)) }
        for nested in group.groups { members.append(self.condition(nested)) }
        switch group.match {
        case .all: return members.isEmpty ? "true" : Self.joined(members, by: " AND ")
        case .any: return members.isEmpty ? "false" : Self.joined(members, by: " OR ")
        case .none: return members.isEmpty ? "true" : "NOT \(fragment: Self.joined(members, by: " OR "))"
        }
    }

    static func joined(_ parts: [SQL], by word: String) -> SQL {
        let all = parts.dropFirst().reduce(parts[0]) { "\(fragment: $0)\(unsafeRaw: word)\(fragment: $1)" }
        return "(\(fragment: all))"
    }

    /// The condition for one comparison.
    mutating func condition(_ condition: RuleCondition) -> SQL {
        let values = values(of: condition.field)
        switch condition.test {
        case .known(let wanted):
            let known = values.known
            return wanted ? known : "NOT \(fragment: known)"
        case .passes(let predicate, let negated):
            let fixed = predicate.fixed(at: moment)
            let passing = values.passing(fixed)
            guard negated else { return passing }
            guard !condition.holdsForNothing else { return "NOT \(fragment: passing)" }
            return "(\(fragment: values.comparable(with: fixed)) AND NOT \(fragment: passing))"
        }
    }
}

/// The values that a field has for a track, as SQL.
enum RuleValues {
    /// One expression: null where nothing is known. Texts are folded, numbers and moments are `float8`.
    case scalar(SQL)
    /// A list of texts in one column.
    case joined(FoldedTexts)
    /// Ids of tracks from a table, with a text column.
    case listed(track: SQL, from: SQL, text: SQL)
    /// What sources say: rows of `enrichments e` under a condition, with the value as `jsonb`.
    case said(where: SQL, value: SQL)
    /// The playlists that hold the track.
    case playlists
}

extension RuleValues {
    /// Whether anything is known.
    var known: SQL {
        switch self {
        case .scalar(let value): "(\(fragment: value) IS NOT NULL)"
        case .joined(let texts): texts.known
        case .listed(let track, let from, let text):
            "(t.id IN (SELECT \(fragment: track) FROM \(fragment: from) WHERE fold_text(\(fragment: text)) <> ''))"
        case .said(_, let value):
            said(
                """
                (CASE jsonb_typeof(\(fragment: value)) WHEN 'number' THEN true WHEN 'boolean' THEN true
                 ELSE \(fragment: Self.words(in: value, "fold_text(w.text) <> ''")) END)
                """)
        case .playlists: "(t.id IN (SELECT track_id FROM playlist_entries))"
        }
    }

    /// Whether any value can be compared as the predicate does.
    func comparable(with predicate: RulePredicate) -> SQL {
        guard case .said(_, let value) = self else { return known }
        switch predicate {
        case .numbers: return said("(jsonb_typeof(\(fragment: value)) = 'number')")
        case .flag: return said("(jsonb_typeof(\(fragment: value)) = 'boolean')")
        default: return said(Self.words(in: value, "fold_text(w.text) <> ''"))
        }
    }

    /// Whether any value passes.
    func passing(_ predicate: RulePredicate) -> SQL {
        switch self {
        case .scalar(let value): return "coalesce(\(fragment: predicate.sql(value)), false)"
        case .joined(let texts):
            guard case .texts(let match) = predicate else { return "false" }
            return texts.passing(match)
        case .listed(let track, let from, let text):
            return """
                (t.id IN (SELECT \(fragment: track) FROM \(fragment: from)
                 WHERE \(fragment: predicate.sql("fold_text(\(fragment: text))"))))
                """
        case .said(_, let value): return said(Self.said(value, predicate))
        case .playlists: return predicate.membership
        }
    }

    private func said(_ condition: SQL) -> SQL {
        guard case .said(let place, _) = self else { return "false" }
        return """
            (t.id IN (SELECT e.track_id FROM enrichments e
             WHERE e.retry_at IS NULL AND \(fragment: place) AND \(fragment: condition)))
            """
    }

    private static func said(_ value: SQL, _ predicate: RulePredicate) -> SQL {
        switch predicate {
        case .numbers:
            let number: SQL =
                "(CASE WHEN jsonb_typeof(\(fragment: value)) = 'number' THEN (\(fragment: value))::float8 END)"
            return "coalesce(\(fragment: predicate.sql(number)), false)"
        case .flag(let flag): return "(\(fragment: value) = to_jsonb(\(flag)))"
        default: return words(in: value, predicate.sql("fold_text(w.text)"))
        }
    }

    private static func words(in value: SQL, _ condition: SQL) -> SQL {
        """
        EXISTS (SELECT FROM jsonb_array_elements_text(CASE jsonb_typeof(\(fragment: value)) WHEN 'array' THEN \(fragment: value)
            WHEN 'string' THEN jsonb_build_array(\(fragment: value)) ELSE '[]'::jsonb END) AS w (text)
            WHERE \(fragment: condition))
        """
    }
}

extension RulePredicate {
    /// The predicate over an expression; null or false where it does not hold.
    fileprivate func sql(_ value: SQL) -> SQL {
        switch self {
        case .numbers(let ranges), .dates(let ranges): Self.sql(value, ranges)
        case .texts(let match): match.sql(value)
        case .flag(let flag): "(\(fragment: value) = \(flag))"
        case .lastDays, .playlists: "false"
        }
    }

    private static func sql(_ value: SQL, _ ranges: [NumberRange]) -> SQL {
        if ranges.count > 1, ranges.allSatisfy({ $0.lower == $0.upper }) {
            return "(\(fragment: value) = ANY(\(ranges.map(\.lower))))"
        }
        return RuleSQL.joined(ranges.map { sql(value, $0) }, by: " OR ")
    }

    private static func sql(_ value: SQL, _ range: NumberRange) -> SQL {
        let (above, below) = (range.includesLower ? ">=" : ">", range.includesUpper ? "<=" : "<")
        if range.lower == range.upper { return "(\(fragment: value) = \(range.lower))" }
        if range.lower == -.infinity { return "(\(fragment: value) \(unsafeRaw: below) \(range.upper))" }
        if range.upper == .infinity { return "(\(fragment: value) \(unsafeRaw: above) \(range.lower))" }
        return
            "(\(fragment: value) \(unsafeRaw: above) \(range.lower) AND \(fragment: value) \(unsafeRaw: below) \(range.upper))"
    }

    fileprivate var membership: SQL {
        guard case .playlists(let names) = self else { return "false" }
        let foreign = names.filter { $0.number == nil }.map(\.id)
        return """
            (t.id IN (SELECT p.track_id FROM playlist_entries p WHERE p.playlist_id = ANY(\(names.compactMap(\.number)))
             OR p.playlist_id IN (SELECT x.entity_id FROM external_ids x
                JOIN unnest(\(foreign.map(\.namespace)), \(foreign.map(\.value))) AS g (namespace, value)
                ON x.kind = 'playlist' AND x.namespace = g.namespace AND x.value = g.value)))
            """
    }
}

extension TextMatch {
    /// The match over a folded expression; literal, byte by byte.
    fileprivate func sql(_ value: SQL) -> SQL {
        if place == .whole { return "(\(fragment: value) = ANY(\(texts)))" }
        return RuleSQL.joined(
            texts.map { text in
                switch place {
                case .start: "starts_with(\(fragment: value), \(text))"
                case .end: "(right(\(fragment: value), char_length(\(text))) = \(text))"
                default: "(strpos(\(fragment: value), \(text)) > 0)"
                }
            }, by: " OR ")
    }
}
