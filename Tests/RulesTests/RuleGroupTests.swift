import Catalog
import Foundation
import Rules
import Testing

/// A table of four tracks that shows every kind of field, known and missing.
struct SmallTable: RuleColumns {
    let rowCount = 4
    let numbers: [NumberField: [Float?]] = [
        .feature(.energy): [0.1, 0.5, 0.9, nil], .year: [1999, 2010, nil, 2020],
        .feature(.tempo): [90, 120, 128.5, 120],
    ]
    let texts: [TextField: [[String]]] = [
        .artist: [["abba"], ["beyonce", "jay-z"], ["кино"], []], .name: [["one"], ["two"], ["three"], []],
    ]
    let explicits: [Bool?] = [true, false, nil, true]

    func rows(where field: NumberField, in ranges: [NumberRange], among rows: RowSet) -> RowSet {
        RowSet(among: rows) { row in
            numbers[field]?[row].map { number in ranges.contains { $0.contains(Double(number)) } } ?? false
        }
    }

    func rows(having field: NumberField, among rows: RowSet) -> RowSet {
        RowSet(among: rows) { numbers[field]?[$0] != nil }
    }

    func rows(where field: TextField, _ match: TextMatch, among rows: RowSet) -> RowSet {
        RowSet(among: rows) { row in (texts[field]?[row] ?? []).contains { match.fits($0) } }
    }

    func rows(explicit: Bool, among rows: RowSet) -> RowSet { RowSet(among: rows) { explicits[$0] == explicit } }

    func rows(having field: TextField, among rows: RowSet) -> RowSet {
        RowSet(among: rows) { !(texts[field]?[$0] ?? []).isEmpty }
    }

    func rows(of tracks: [TrackID]) -> RowSet {
        RowSet(rowCount: rowCount) { tracks.contains(TrackID(rawValue: Int64($0))) }
    }
}

func decodeRule(_ json: String) throws -> RuleGroup { try RuleGroup(parsing: json) }

@Suite struct RuleGroupTests {
    func rows(_ json: String) throws -> [Int] {
        var rows: [Int] = []
        try decodeRule(json).rows(in: SmallTable()).forEachRow { rows.append($0) }
        return rows
    }

    func condition(_ field: String, _ op: String, _ value: String?) throws -> [Int] {
        let value = value.map { #","value":\#($0)"# } ?? ""
        return try rows(#"{"match":"all","conditions":[{"field":"\#(field)","op":"\#(op)"\#(value)}]}"#)
    }

    @Test(arguments: [
        ("eq", "0.5", [1]), ("ne", "0.5", [0, 2]), ("gt", "0.5", [2]), ("gte", "0.5", [1, 2]), ("lt", "0.5", [0]),
        ("lte", "0.5", [0, 1]), ("between", "[0.1,0.5]", [0, 1]), ("in", "[0.1,0.9,7]", [0, 2]),
    ])
    func numbersCompareAndMissingOnesNeverMatch(_ op: String, _ value: String, _ expected: [Int]) throws {
        #expect(try condition("energy", op, value) == expected)
    }

    @Test func textsCompareWithoutCaseAndAccents() throws {
        #expect(try condition("artist", "eq", #""BEYONCÉ""#) == [1])
        #expect(try condition("artist", "in", #"["ABBA","Кино"]"#) == [0, 2])
        #expect(try condition("artist", "ne", #""abba""#) == [1, 2])
    }

    @Test func presenceCanBeAskedFor() throws {
        #expect(try condition("year", "exists", nil) == [0, 1, 3])
        #expect(try condition("year", "missing", nil) == [2])
        #expect(try condition("explicit", "missing", nil) == [2])
        #expect(try condition("name", "exists", nil) == [0, 1, 2])
    }

    @Test func presenceTakesTrueAndFalse() throws {
        for (op, opposite) in [("exists", "missing"), ("missing", "exists")] {
            let plain = try condition("year", op, nil)
            #expect(try condition("year", op, "true") == plain && condition("year", op, "null") == plain)
            #expect(try condition("year", op, "false") == condition("year", opposite, nil))
            let rule = try decodeRule(
                #"{"match":"all","conditions":[{"field":"year","op":"\#(op)","value":false}]}"#)
            #expect(rule.conditions.map(\.op.rawValue) == [opposite], "traces say what is asked")
        }
    }

    @Test func aNumberBeyondAFloatIsOutOfRangeAndATextIsNoNumber() throws {
        for (value, word) in [
            ("1e39", "out of range"), ("-1e300", "out of range"), ("[0.1, 1e39]", "out of range"),
            (#""x""#, "not a number"),
        ] {
            let op = value.hasPrefix("[") ? "in" : "lt"
            let json = #"{"match":"all","conditions":[{"field":"energy","op":"\#(op)","value":\#(value)}]}"#
            let error = try #require(throws: RuleFaults.self) { try decodeRule(json) }
            #expect(error.faults.count == 1 && error.faults[0].message.hasPrefix(word), "\(value): \(error)")
        }
        #expect(try condition("energy", "lt", "3.4e38").count == condition("energy", "exists", nil).count)
    }

    @Test func flagsCompare() throws {
        #expect(try condition("explicit", "eq", "true") == [0, 3])
        #expect(try condition("explicit", "ne", "true") == [1])
    }

    @Test func groupsCombine() throws {
        let inner = #"{"field":"tempo","op":"gte","value":120}"#
        let other = #"{"field":"energy","op":"lt","value":0.6}"#
        #expect(try rows(#"{"match":"all","conditions":[\#(inner),\#(other)]}"#) == [1])
        #expect(try rows(#"{"match":"any","conditions":[\#(inner),\#(other)]}"#) == [0, 1, 2, 3])
        #expect(try rows(#"{"match":"none","conditions":[\#(other)]}"#) == [2, 3])
        #expect(try rows(#"{"match":"all","groups":[{"match":"none","conditions":[\#(inner)]}]}"#) == [0])
    }

    @Test func emptyGroupsHaveTheMeaningThatTheWordsHave() throws {
        #expect(try rows(#"{"match":"all"}"#) == [0, 1, 2, 3])
        #expect(try rows(#"{"match":"any"}"#) == [])
        #expect(try rows(#"{"match":"none"}"#) == [0, 1, 2, 3])
    }

    static let refusals: [(json: String, path: String)] = [
        (#"{"match":"some"}"#, "match"), (#"{}"#, "match"), (#"{"match":"all","extra":1}"#, "extra"),
        (#"{"match":"all","conditions":[{"field":"energie","op":"eq","value":1}]}"#, "conditions/0/field"),
        (#"{"match":"all","conditions":[{"field":"energy","op":"like","value":1}]}"#, "conditions/0/op"),
        (#"{"match":"all","conditions":[{"field":"energy","op":"eq","value":"high"}]}"#, "conditions/0/value"),
        (#"{"match":"all","conditions":[{"field":"energy","op":"eq","value":true}]}"#, "conditions/0/value"),
        (#"{"match":"all","conditions":[{"field":"energy","op":"eq"}]}"#, "conditions/0/value"),
        (#"{"match":"all","conditions":[{"field":"energy","op":"eq","value":1e300}]}"#, "conditions/0/value"),
        (#"{"match":"all","conditions":[{"field":"energy","op":"between","value":[1,0]}]}"#, "conditions/0/value"),
        (#"{"match":"all","conditions":[{"field":"energy","op":"between","value":[1]}]}"#, "conditions/0/value"),
        (#"{"match":"all","conditions":[{"field":"energy","op":"in","value":[]}]}"#, "conditions/0/value"),
        (#"{"match":"all","conditions":[{"field":"energy","op":"missing","value":3}]}"#, "conditions/0/value"),
        (#"{"match":"all","conditions":[{"field":"energy","op":"exists","value":"no"}]}"#, "conditions/0/value"),
        (#"{"match":"all","conditions":[{"field":"name","op":"gt","value":"a"}]}"#, "conditions/0/op"),
        (#"{"match":"all","conditions":[{"field":"explicit","op":"gt","value":true}]}"#, "conditions/0/op"),
        (
            #"{"match":"all","groups":[{"match":"all","conditions":[{"field":"energy","op":"??","value":1}]}]}"#,
            "groups/0/conditions/0/op"
        ),
    ]

    @Test(arguments: refusals)
    func aBadRuleIsRefusedAtItsPlace(_ json: String, _ path: String) throws {
        let error = try #require(throws: RuleFaults.self) { try decodeRule(json) }
        #expect(error.faults.map(\.pointer) == ["/" + path])
        #expect(error.faults.allSatisfy { !$0.message.isEmpty })
    }

    @Test(arguments: [17, 18, 100, 10_000]) func noDepthOverflowsTheStack(_ depth: Int) {
        let deep =
            String(repeating: #"{"match":"all","groups":["#, count: depth) + String(repeating: "]}", count: depth)
        let error = #expect(throws: RuleFaults.self) { try decodeRule(deep) }
        #expect(error?.description.contains("deeper") == true)
    }

    @Test func depthAndSizeAreBounded() {
        let deep = String(repeating: #"{"match":"all","groups":["#, count: 17) + String(repeating: "]}", count: 17)
        #expect(throws: RuleFaults.self) { try decodeRule(deep) }
        let many = Array(repeating: #"{"field":"energy","op":"exists"}"#, count: 257).joined(separator: ",")
        #expect(throws: RuleFaults.self) { try decodeRule(#"{"match":"all","conditions":[\#(many)]}"#) }
    }
}
