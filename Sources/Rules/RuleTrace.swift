/// Why a rule holds for a track or does not: what became of every condition, and which of them decided.
public struct RuleTrace: Hashable, Sendable {
    /// What became of a condition.
    public struct Step: Hashable, Sendable {
        /// Where it stands in the rule, as a JSON pointer.
        public var pointer: String
        /// What it compares.
        public var field: RuleField
        /// How.
        public var op: RuleOperator
        /// Whether it holds.
        public var holds: Bool
        /// The track's values; none where nothing is known.
        public var values: [RuleValue]
        /// Whether the outcome of the whole would be in doubt without it.
        public var decided: Bool
    }

    /// Whether the whole holds.
    public private(set) var matches = false
    /// Every condition, in the order of the rule.
    public private(set) var steps: [Step] = []

    /// Pointers of the conditions that decided, in the order of the rule.
    public var decidedBy: [String] { steps.filter(\.decided).map(\.pointer) }
}

extension RuleGroup {
    /// What becomes of every condition for a track at a moment, in seconds since 1970.
    /// - Parameter path: where the group stands in the document, for the pointers.
    /// - Throws: `CancellationError`, soon after the task was cancelled.
    public func trace(
        _ facts: RuleFacts, at moment: Double, path: [String] = ["root"]
    ) throws(CancellationError) -> RuleTrace {
        var steps: [RuleTrace.Step] = []
        let outcome = try walk(facts, moment, path, &steps)
        for place in outcome.deciding { steps[place].decided = true }
        return RuleTrace(matches: outcome.holds, steps: steps)
    }

    private typealias Outcome = (holds: Bool, deciding: [Int])

    /// The first member that settles a group decides it; where none does, all of them do.
    private func walk(
        _ facts: RuleFacts, _ moment: Double, _ path: [String], _ steps: inout [RuleTrace.Step]
    ) throws(CancellationError) -> Outcome {
        var outcomes: [Outcome] = []
        for (place, condition) in conditions.enumerated() {
            try Cancellation.check()
            let holds = condition.holds(for: facts, at: moment)
            outcomes.append((holds, [steps.count]))
            steps.append(
                RuleTrace.Step(
                    pointer: RulePointer.text(path + ["conditions", String(place)]), field: condition.field,
                    op: condition.op, holds: holds, values: facts.values(of: condition.field), decided: false))
        }
        for (place, group) in groups.enumerated() {
            outcomes.append(try group.walk(facts, moment, path + ["groups", String(place)], &steps))
        }
        let settling = outcomes.first { $0.holds == (match != .all) }
        let holds = match == .any ? settling != nil : settling == nil
        return (holds, settling?.deciding ?? outcomes.flatMap(\.deciding))
    }
}
