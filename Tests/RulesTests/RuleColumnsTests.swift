import Catalog
import Rules
import Testing

@Suite("Rules over columns, a condition at a time") struct RuleColumnsTests {
    /// Random groups over the fields that the table has.
    private struct Trees {
        var draw: RandomTable.Generator

        mutating func group(_ depth: Int = 0) -> String {
            let match = ["all", "any", "none"].randomElement(using: &draw) ?? "all"
            let conditions = (0..<Int.random(in: depth == 0 ? 1...4 : 0...3, using: &draw)).map { _ in condition() }
            let count = depth < 3 ? Int.random(in: 0...2, using: &draw) : 0
            let groups = (0..<count).map { _ in group(depth + 1) }
            return """
                {"match":"\(match)","conditions":[\(conditions.joined(separator: ","))],
                 "groups":[\(groups.joined(separator: ","))]}
                """
        }

        private mutating func condition() -> String {
            let field = ["energy", "year", "name", "artist", "explicit"].randomElement(using: &draw) ?? "name"
            let (op, value) = operand(field)
            return #"{"field":"\#(field)","op":"\#(op)"\#(value.map { #","value":\#($0)"# } ?? "")}"#
        }

        private mutating func operand(_ field: String) -> (String, String?) {
            if Int.random(in: 0..<6, using: &draw) == 0 {
                return (
                    Bool.random(using: &draw) ? "exists" : "missing",
                    [nil, "true", "false"].randomElement(using: &draw) ?? nil
                )
            }
            switch field {
            case "explicit": return (Bool.random(using: &draw) ? "eq" : "ne", "\(Bool.random(using: &draw))")
            case "name", "artist":
                let text = #""\#(RandomTable.texts.randomElement(using: &draw) ?? "")""#
                let op =
                    ["eq", "ne", "contains", "not_contains", "starts_with", "ends_with", "in", "not_in"]
                    .randomElement(using: &draw) ?? "eq"
                return (op, op.hasSuffix("in") ? "[\(text)]" : text)
            default: return number(field)
            }
        }

        private mutating func number(_ field: String) -> (String, String?) {
            let values = field == "year" ? ["1999", "2000", "2020"] : ["-1", "0", "0.25", "0.5", "0.3", "1"]
            let one = values.randomElement(using: &draw) ?? "0"
            let op =
                ["eq", "ne", "gt", "gte", "lt", "lte", "in", "not_in", "between"].randomElement(using: &draw) ?? "eq"
            switch op {
            case "in", "not_in": return (op, "[\(one),\(values.randomElement(using: &draw) ?? "0")]")
            case "between": return (op, "[\(one),\(values[values.count - 1])]")
            default: return (op, one)
            }
        }
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func theBitmapIsWhatEachRowSaysOfItself(_ seed: UInt64) throws {
        let table = RandomTable(rows: 64 * Int(seed % 4) + Int(seed * 13 % 64), seed: seed)
        let facts = (0..<table.rowCount).map(table.facts)
        var trees = Trees(draw: RandomTable.Generator(seed: seed &* 7_919))
        for _ in 0..<400 {
            let text = trees.group()
            guard let rule = try? RuleGroup(parsing: text) else { continue }
            let expected = RowSet(rowCount: table.rowCount) { rule.holds(for: facts[$0], at: 0) }
            let found = try rule.rows(in: table)
            #expect(found == expected, "\(text)")
        }
    }

    private func asked(_ json: String) throws -> [String: Int] {
        let table = RandomTable(rows: 1_000, seed: 5)
        _ = try RuleGroup(parsing: json).rows(in: table)
        return table.asked
    }

    private static let year = #"{"field":"year","op":"eq","value":2020}"#
    private static let name = #"{"field":"name","op":"contains","value":"blue"}"#

    @Test func underAllTheDearConditionIsAskedOfWhatTheCheapOneLeft() throws {
        let asked = try asked(#"{"match":"all","conditions":[\#(Self.name),\#(Self.year)]}"#)
        let (year, name) = (try #require(asked["year"]), try #require(asked["name"]))
        #expect(year == 1_000)
        #expect((100..<500).contains(name), "\(name) of 1000 rows have the year")
    }

    @Test(arguments: ["any", "none"]) func underTheOthersItIsAskedOfWhatIsStillOpen(_ match: String) throws {
        let asked = try asked(#"{"match":"\#(match)","conditions":[\#(Self.name),\#(Self.year)]}"#)
        let (year, name) = (try #require(asked["year"]), try #require(asked["name"]))
        #expect(year == 1_000)
        #expect((500..<900).contains(name), "\(name) of 1000 rows are not of the year")
    }

    @Test func groupsAreAskedOfWhatIsLeftToo() throws {
        let asked = try asked(
            #"{"match":"all","groups":[{"match":"any","conditions":[\#(Self.name)]}],"conditions":[\#(Self.year)]}"#)
        #expect((asked["name"] ?? 1_000) < 500)
    }

    @Test func whatIsEmptyAsksNothingMore() throws {
        let never = #"{"field":"year","op":"gt","value":2020}"#
        #expect(try asked(#"{"match":"all","conditions":[\#(never),\#(Self.name)]}"#)["name"] == nil)
        let always = #"{"match":"none","conditions":[\#(never)]}"#
        #expect(try asked(#"{"match":"any","groups":[\#(always)],"conditions":[\#(Self.name)]}"#)["name"] == nil)
    }
}

@Suite("What lies outside of ranges") struct NumberRangeTests {
    private static let ends: [Double] = [-.infinity, -1, 0, 0.5, 1, 2, .infinity]

    @Test(arguments: 0..<60 as Range<UInt64>) func aNumberLiesInsideOrOutside(_ seed: UInt64) {
        var draw = RandomTable.Generator(seed: seed)
        let ranges = (0..<Int.random(in: 0...4, using: &draw)).map { _ in
            NumberRange(
                lower: Self.ends.randomElement(using: &draw) ?? 0, upper: Self.ends.randomElement(using: &draw) ?? 0,
                includesLower: Bool.random(using: &draw), includesUpper: Bool.random(using: &draw))
        }
        let outside = NumberRange.outside(ranges)
        for number in Self.ends.flatMap({ [$0, $0.nextUp, $0.nextDown] }) where !number.isNaN {
            let isInside = ranges.contains { $0.contains(number) }
            #expect(outside.contains { $0.contains(number) } == !isInside, "\(number) \(ranges)")
        }
        #expect(!outside.contains { $0.contains(.nan) }, "what is missing is neither")
        #expect(!outside.contains { $0.isEmpty })
    }

    @Test func emptinessIsKnown() {
        #expect(NumberRange(lower: 1, upper: 0).isEmpty)
        #expect(!NumberRange.only(1).isEmpty && !NumberRange().isEmpty)
        #expect(NumberRange(lower: 1, upper: 1, includesLower: false).isEmpty)
        #expect(NumberRange(lower: 1, upper: 1, includesUpper: false).isEmpty)
    }
}
