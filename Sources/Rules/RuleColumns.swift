public import Catalog

/// A table of tracks that rules can be evaluated over, a column at a time.
public protocol RuleColumns {
    /// Number of tracks.
    var rowCount: Int { get }
    /// The rows whose number is known and lies in one of the ranges.
    func rows(where field: NumberField, in ranges: [NumberRange]) -> RowSet
    /// The rows whose number is known.
    func rows(having field: NumberField) -> RowSet
    /// The rows of which a text, folded, fits.
    func rows(where field: TextField, _ match: TextMatch) -> RowSet
    /// The rows that have a text of this field.
    func rows(having field: TextField) -> RowSet
    /// The rows that are known to be explicit, or known not to be.
    func rows(explicit: Bool) -> RowSet
    /// The rows of these tracks, which come in ascending order; those that are not in the table are left out.
    func rows(of tracks: [TrackID]) -> RowSet
}

/// For conditions that no columns answer, the tracks that meet them, as the database said at some moment.
public struct ResolvedConditions: Hashable, Sendable {
    /// The tracks that meet a condition, ascending.
    public var tracks: [RuleCondition: [TrackID]]

    /// Takes what the database said.
    public init(_ tracks: [RuleCondition: [TrackID]] = [:]) { self.tracks = tracks }

    /// Whether there is an answer for every condition that `group` needs one for.
    public func cover(_ group: RuleGroup) -> Bool { group.storedConditions.allSatisfy { tracks[$0] != nil } }
}

extension RuleGroup {
    /// The rows of `columns` for which the group holds.
    ///
    /// - Parameter resolved: must cover the group.
    public func rows(
        in columns: some RuleColumns, resolved: ResolvedConditions = ResolvedConditions()
    ) -> RowSet {
        var result = RowSet(rowCount: columns.rowCount, all: match == .all)
        for condition in conditions {
            if isSettled(result) { break }
            take(condition.rows(in: columns, resolved: resolved), into: &result)
        }
        for group in groups {
            if isSettled(result) { break }
            take(group.rows(in: columns, resolved: resolved), into: &result)
        }
        return match == .none ? result.inverted : result
    }

    private func take(_ member: RowSet, into result: inout RowSet) {
        if match == .all { result.formIntersection(member) } else { result.formUnion(member) }
    }

    /// What is empty stays empty under `all`.
    private func isSettled(_ result: RowSet) -> Bool { match == .all && result.isEmpty }
}

extension RuleCondition {
    /// The rows of `columns` for which the condition holds.
    func rows(in columns: some RuleColumns, resolved: ResolvedConditions) -> RowSet {
        guard field.isInColumns else {
            guard let tracks = resolved.tracks[self] else {
                preconditionFailure("the condition on \(field.name) was not resolved")
            }
            return columns.rows(of: tracks)
        }
        switch test {
        // Known and not the one is the other, without looking three times.
        case .passes(.flag(let flag), negated: true): return columns.rows(explicit: !flag)
        case .known(let wanted): return wanted ? known(in: columns) : known(in: columns).inverted
        case .passes(let predicate, negated: false): return passing(predicate, in: columns)
        case .passes(let predicate, negated: true):
            var others = known(in: columns)
            others.subtract(passing(predicate, in: columns))
            return others
        }
    }

    private func passing(_ predicate: RulePredicate, in columns: some RuleColumns) -> RowSet {
        switch (predicate, field) {
        case (.numbers(let ranges), .number(let field)): columns.rows(where: field, in: ranges)
        case (.texts(let match), .text(let field)): columns.rows(where: field, match)
        case (.flag(let flag), .explicit): columns.rows(explicit: flag)
        default: preconditionFailure("a test of another type than its field cannot be made")
        }
    }

    private func known(in columns: some RuleColumns) -> RowSet {
        switch field {
        case .number(let field): return columns.rows(having: field)
        case .text(let field): return columns.rows(having: field)
        default:
            var known = columns.rows(explicit: true)
            known.formUnion(columns.rows(explicit: false))
            return known
        }
    }
}
