/// A table of tracks that rules can be evaluated over, a column at a time.
public protocol RuleColumns {
    /// Number of tracks.
    var rowCount: Int { get }
    /// The rows whose number is known and passes `test`.
    func rows(where field: NumberField, _ test: (Float) -> Bool) -> RowSet
    /// The rows of which a text, folded, is one of `texts`.
    func rows(where field: TextField, isOneOf texts: [String]) -> RowSet
    /// The rows that are known to be explicit, or known not to be.
    func rows(explicit: Bool) -> RowSet
    /// The rows that have a text of this field.
    func rows(having field: TextField) -> RowSet
}

extension RuleGroup {
    /// The rows of `columns` for which the group holds.
    public func rows(in columns: some RuleColumns) -> RowSet {
        let members = conditions.map { $0.rows(in: columns) } + groups.map { $0.rows(in: columns) }
        var result = RowSet(rowCount: columns.rowCount, all: match == .all)
        for member in members {
            if match == .all { result.formIntersection(member) } else { result.formUnion(member) }
        }
        return match == .none ? result.inverted : result
    }
}

extension RuleCondition {
    /// The rows of `columns` for which the condition holds.
    func rows(in columns: some RuleColumns) -> RowSet {
        switch (test, field) {
        case (.range(let range, negated: false), .number(let field)):
            columns.rows(where: field) { range.contains($0) }
        case (.range(let range, negated: true), .number(let field)):
            columns.rows(where: field) { !range.contains($0) }
        case (.numbers(let numbers), .number(let field)):
            columns.rows(where: field) { numbers.contains($0) }
        case (.texts(let texts, let negated), .text(let field)):
            select(texts, of: field, negated: negated, in: columns)
        case (.flag(let flag), _): columns.rows(explicit: flag)
        case (.known(let wanted), _): wanted ? known(in: columns) : known(in: columns).inverted
        default: preconditionFailure("a test of another type than its field cannot be made")
        }
    }

    private func select(_ texts: [String], of field: TextField, negated: Bool, in columns: some RuleColumns) -> RowSet {
        let matching = columns.rows(where: field, isOneOf: texts)
        guard negated else { return matching }
        var others = columns.rows(having: field)
        others.subtract(matching)
        return others
    }

    private func known(in columns: some RuleColumns) -> RowSet {
        switch field {
        case .number(let field): return columns.rows(where: field) { _ in true }
        case .text(let field): return columns.rows(having: field)
        case .explicit:
            var known = columns.rows(explicit: true)
            known.formUnion(columns.rows(explicit: false))
            return known
        }
    }
}
