public import Catalog

/// A table of tracks that rules can be evaluated over, a column at a time.
///
/// Every question is asked of some rows only, `among`, and answered with those of them for which it holds: what other
/// conditions have decided already need not be looked at.
public protocol RuleColumns {
    /// Number of tracks.
    var rowCount: Int { get }
    /// The rows whose number is known and lies in one of the ranges.
    func rows(where field: NumberField, in ranges: [NumberRange], among rows: RowSet) -> RowSet
    /// The rows whose number is known.
    func rows(having field: NumberField, among rows: RowSet) -> RowSet
    /// The rows of which a text, folded, fits.
    func rows(where field: TextField, _ match: TextMatch, among rows: RowSet) -> RowSet
    /// The rows that have a text of this field.
    func rows(having field: TextField, among rows: RowSet) -> RowSet
    /// The rows that are known to be explicit, or known not to be.
    func rows(explicit: Bool, among rows: RowSet) -> RowSet
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
    /// - Throws: `CancellationError`, soon after the task was cancelled.
    public func rows(
        in columns: some RuleColumns, resolved: ResolvedConditions = ResolvedConditions()
    ) throws(CancellationError) -> RowSet {
        try rows(in: columns, resolved: resolved, among: RowSet(rowCount: columns.rowCount, all: true))
    }

    /// The rows among some for which the group holds.
    ///
    /// What costs little is asked first, and each further member only of the rows that are still undecided: under `all`
    /// those that met every member so far, under `any` and `none` those that met not one.
    func rows(
        in columns: some RuleColumns, resolved: ResolvedConditions, among rows: RowSet
    ) throws(CancellationError) -> RowSet {
        var undecided = rows
        for member in membersByCost where !undecided.isEmpty {
            let holding = try member.rows(in: columns, resolved: resolved, among: undecided)
            if match == .all { undecided = holding } else { undecided.subtract(holding) }
        }
        guard match == .any else { return undecided }
        var found = rows
        found.subtract(undecided)
        return found
    }

    private enum Member {
        case condition(RuleCondition)
        case group(RuleGroup)

        func rows(
            in columns: some RuleColumns, resolved: ResolvedConditions, among rows: RowSet
        ) throws(CancellationError) -> RowSet {
            switch self {
            case .condition(let condition): try condition.rows(in: columns, resolved: resolved, among: rows)
            case .group(let group): try group.rows(in: columns, resolved: resolved, among: rows)
            }
        }
    }

    /// All members, those that cost least first; of equal ones the first first.
    private var membersByCost: [Member] {
        let members =
            conditions.map { (cost: $0.field.cost, member: Member.condition($0)) }
            + groups.map { (cost: $0.cost, member: Member.group($0)) }
        return members.enumerated().sorted { ($0.element.cost, $0.offset) < ($1.element.cost, $1.offset) }
            .map(\.element.member)
    }

    private var cost: Int { allConditions.reduce(0) { $0 + $1.field.cost } }
}

extension RuleField {
    /// About how long a condition on the field takes for a row, beside one on a number (`segue-bench rules`).
    fileprivate var cost: Int {
        switch self {
        case .number, .explicit: 1
        case .stored, .feature, .enrichment, .playlist: 1
        case .text(.genre): 2
        case .text(.artist): 4
        case .text(.album), .text(.name): 8
        }
    }
}

extension RuleCondition {
    /// The rows among some for which the condition holds.
    func rows(
        in columns: some RuleColumns, resolved: ResolvedConditions, among rows: RowSet
    ) throws(CancellationError) -> RowSet {
        try Cancellation.check()
        guard field.isInColumns else {
            guard let tracks = resolved.tracks[self] else {
                preconditionFailure("the condition on \(field.name) was not resolved")
            }
            var found = columns.rows(of: tracks)
            found.formIntersection(rows)
            return found
        }
        switch test {
        // Known and not the one is the other, without looking three times.
        case .passes(.flag(let flag), negated: true): return columns.rows(explicit: !flag, among: rows)
        case .known(true): return known(in: columns, among: rows)
        case .known(false): return rows.subtracting(known(in: columns, among: rows))
        case .passes(.numbers(let ranges), negated: true):
            guard case .number(let field) = field else { break }
            return columns.rows(where: field, in: NumberRange.outside(ranges), among: rows)
        case .passes(let predicate, negated: true):
            let known = known(in: columns, among: rows)
            return known.subtracting(try passing(predicate, in: columns, among: known))
        case .passes(let predicate, negated: false): return try passing(predicate, in: columns, among: rows)
        }
        preconditionFailure("a test of another type than its field cannot be made")
    }

    private func passing(
        _ predicate: RulePredicate, in columns: some RuleColumns, among rows: RowSet
    ) throws(CancellationError) -> RowSet {
        switch (predicate, field) {
        case (.numbers(let ranges), .number(let field)): columns.rows(where: field, in: ranges, among: rows)
        case (.texts(let match), .text(let field)): try fitting(match, field, in: columns, among: rows)
        case (.flag(let flag), .explicit): columns.rows(explicit: flag, among: rows)
        default: preconditionFailure("a test of another type than its field cannot be made")
        }
    }

    /// How many texts are looked for between two looks at whether anybody still waits: a tenth of a second over a
    /// million tracks.
    private static let textsAtOnce = 16

    /// Looks for a few texts at a time, and for the later ones only where none before was found.
    private func fitting(
        _ match: TextMatch, _ field: TextField, in columns: some RuleColumns, among rows: RowSet
    ) throws(CancellationError) -> RowSet {
        guard match.texts.count > Self.textsAtOnce else { return columns.rows(where: field, match, among: rows) }
        var undecided = rows
        for part in match.parts(of: Self.textsAtOnce) where !undecided.isEmpty {
            try Cancellation.check()
            undecided.subtract(columns.rows(where: field, part, among: undecided))
        }
        return rows.subtracting(undecided)
    }

    private func known(in columns: some RuleColumns, among rows: RowSet) -> RowSet {
        switch field {
        case .number(let field): return columns.rows(having: field, among: rows)
        case .text(let field): return columns.rows(having: field, among: rows)
        default:
            var known = columns.rows(explicit: true, among: rows)
            known.formUnion(columns.rows(explicit: false, among: rows))
            return known
        }
    }
}

/// Whether anybody still waits for an outcome.
enum Cancellation {
    /// - Throws: `CancellationError` where the task was cancelled; outside of tasks nothing is.
    static func check() throws(CancellationError) { if Task.isCancelled { throw CancellationError() } }
}
