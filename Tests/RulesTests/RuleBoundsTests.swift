import Catalog
import Foundation
import JSONText
import Rules
import Synchronization
import Testing

private func texts(_ count: Int, prefix: String = "t") -> String {
    "[" + (0..<count).map { "\"\(prefix)\($0)\"" }.joined(separator: ",") + "]"
}

private func condition(_ count: Int, op: String = "contains") -> String {
    #"{"field":"name","op":"\#(op)","value":\#(texts(count))}"#
}

private func all(_ conditions: [String], groups: [String] = []) -> String {
    #"{"match":"all","conditions":[\#(conditions.joined(separator: ","))],"groups":[\#(groups.joined(separator: ","))]}"#
}

private func faults(_ json: String, _ limits: RuleLimits = RuleLimits()) -> [RuleFault] {
    do throws(RuleFaults) { _ = try RuleGroup(parsing: json, limits: limits) } catch { return error.faults }
    return []
}

@Suite("How much a rule may ask") struct RuleBoundsTests {
    @Test func aHeavyRuleIsPointedOutWhereItBecomesTooHeavy() {
        let heavy = faults(all((0..<30).map { _ in condition(1_024) }))
        #expect(heavy.map(\.pointer) == ["/conditions/4/value"], "four lists of 1,024 are as many as may be")
        #expect(heavy.first?.message.contains("4096 values in all") == true)
        #expect(faults(all((0..<4).map { _ in condition(1_024) })).isEmpty)
    }

    @Test func valuesCountInAllGroupsTogether() {
        var limits = RuleLimits()
        limits.maximumOperands = 5
        let nested = all([condition(2)], groups: [all([condition(2), #"{"field":"year","op":"gt","value":1}"#])])
        #expect(faults(nested, limits).isEmpty == false)
        let light = all([condition(2)], groups: [all([condition(2), #"{"field":"year","op":"exists"}"#])])
        #expect(faults(light, limits).isEmpty, "five in all")
        limits.maximumOperands = 4
        #expect(faults(light, limits).map(\.pointer) == ["/groups/0/conditions/1/value"])
    }

    @Test func aListThatIsTooLongByItselfSaysSo() {
        let one = faults(all([condition(5_000)]))
        #expect(one.map(\.message) == ["5000 values; give at most 1024"])
    }

    @Test func groupsAreCountedWhereverTheyStand() {
        let empty = #"{"match":"all"}"#
        #expect(faults(all([], groups: Array(repeating: empty, count: 255))).isEmpty)
        let many = faults(all([], groups: Array(repeating: empty, count: 40_000)))
        #expect(many.map(\.pointer) == ["/groups/255"], "one fault, not forty thousand")
        #expect(many.first?.message.contains("256 groups") == true)
        var limits = RuleLimits()
        limits.maximumGroups = 3
        let deep = all([], groups: [all([], groups: [all([], groups: [empty])])])
        #expect(faults(deep, limits).map(\.pointer) == ["/groups/0/groups/0/groups/0"])
    }

    @Test func conditionsArePointedOutOnce() {
        let many = faults(all(Array(repeating: #"{"field":"year","op":"exists"}"#, count: 300)))
        #expect(many.map(\.pointer) == ["/conditions/256"])
    }

    @Test func theWeightOfARuleIsItsTexts() throws {
        let rule = try RuleGroup(
            parsing: all(
                [condition(3), #"{"field":"year","op":"in","value":[1999,2000]}"#], groups: [all([condition(4)])]))
        #expect(rule.textCount == 7 && rule.conditionCount == 3)
    }
}

/// A table that cancels the task that asks it at its `last` question.
private final class TiringTable: RuleColumns, Sendable {
    let rowCount = 256
    let asked = Mutex(0)
    let last: Int

    init(last: Int) { self.last = last }

    private func ask() {
        let count = asked.withLock { asked in
            asked += 1
            return asked
        }
        if count == last { withUnsafeCurrentTask { $0?.cancel() } }
    }

    func rows(where field: NumberField, in ranges: [NumberRange], among rows: RowSet) -> RowSet {
        ask()
        return rows
    }

    func rows(having field: NumberField, among rows: RowSet) -> RowSet { rows }

    func rows(where field: TextField, _ match: TextMatch, among rows: RowSet) -> RowSet {
        ask()
        return RowSet(rowCount: rowCount)
    }

    func rows(having field: TextField, among rows: RowSet) -> RowSet { rows }
    func rows(explicit: Bool, among rows: RowSet) -> RowSet { rows }
    func rows(of tracks: [TrackID]) -> RowSet { RowSet(rowCount: rowCount) }
}

@Suite("Rules that nobody waits for any more") struct RuleCancellationTests {
    @Test func anEvaluationOverColumnsEndsBetweenConditions() async throws {
        let rule = try RuleGroup(
            parsing: all((0..<200).map { _ in #"{"field":"year","op":"gt","value":1999}"# }))
        let table = TiringTable(last: 3)
        await #expect(throws: CancellationError.self) { try await Task { try rule.rows(in: table) }.value }
        #expect(table.asked.withLock { $0 } == 3)
    }

    @Test func anEvaluationEndsWithinOneLongList() async throws {
        let rule = try RuleGroup(parsing: all([condition(1_024)]))
        let table = TiringTable(last: 2)
        await #expect(throws: CancellationError.self) { try await Task { try rule.rows(in: table) }.value }
        #expect(table.asked.withLock { $0 } == 2, "of 64 pieces")
        let patient = TiringTable(last: 0)
        _ = try rule.rows(in: patient)
        #expect(patient.asked.withLock { $0 } == 64)
    }

    @Test func aTraceEnds() async throws {
        let rule = try RuleGroup(parsing: all((0..<200).map { _ in #"{"field":"year","op":"exists"}"# }))
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try rule.trace(RuleFacts(), at: 0)
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test(arguments: ["in", "not_in", "contains", "not_contains", "starts_with", "ends_with"])
    func aLongListMeansWhatItsPartsMean(_ op: String) throws {
        let table = RandomTable(rows: 300, seed: 11)
        let words = (0..<200).map { "w\($0)" } + RandomTable.texts.prefix(5) + (0..<150).map { "v\($0)" }
        let list = "[" + words.map { "\"\($0)\"" }.joined(separator: ",") + "]"
        let rule = try RuleGroup(parsing: all([#"{"field":"artist","op":"\#(op)","value":\#(list)}"#]))
        let expected = RowSet(rowCount: 300) { rule.holds(for: table.facts($0), at: 0) }
        let found = try rule.rows(in: table)
        #expect(found == expected && !expected.isEmpty && expected.count < 300)
    }
}
