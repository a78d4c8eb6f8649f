import Catalog
import Foundation
import JSONText
import Rules
import Testing

private let now = 1_800_000_000.0

private func facts(_ text: String) throws -> RuleFacts {
    let bytes = Array(text.utf8)
    return try RuleFacts(JSONParser.parse(bytes, 0..<bytes.count))
}

private func holds(_ condition: String, _ text: String) throws -> Bool {
    try RuleGroup(parsing: #"{"match":"all","conditions":[{\#(condition)}]}"#).holds(for: facts(text), at: now)
}

private func faults(_ condition: String) -> [String] {
    do {
        _ = try RuleGroup(parsing: #"{"match":"all","conditions":[{\#(condition)}]}"#)
        return []
    } catch { return error.faults.map(\.pointer) }
}

@Suite struct RuleLanguageTests {
    @Test(
        arguments: [
            (#""field":"released","op":"eq","value":"2019""#, "2019-05-17", true),
            (#""field":"released","op":"gt","value":"2019""#, "2019-12-31", false),
            (#""field":"released","op":"gt","value":"2019""#, "2020", true),
            (#""field":"released","op":"lte","value":"2019-05""#, "2019-05-31", true),
            (#""field":"released","op":"lt","value":"2019-05""#, "2019-05", false),
            (#""field":"released","op":"between","value":["1999","2000-02-29"]"#, "2000-02-29", true),
            (#""field":"released","op":"between","value":["1999","2000-02-28"]"#, "2000-02-29", false),
            (#""field":"released","op":"in","value":["1999","2001"]"#, "2001-07", true),
            (#""field":"released","op":"eq","value":"2019-05-17"#, "2019", false),
        ].map { ($0.0.hasSuffix("\"") || $0.0.hasSuffix("]") ? $0.0 : $0.0 + "\"", $0.1, $0.2) })
    func datesStandForAllOfTheirTime(_ condition: String, _ date: String, _ expected: Bool) throws {
        #expect(try holds(condition, #"{"released":"\#(date)"}"#) == expected)
    }

    @Test(arguments: [
        ("3:30", 210_000), ("1:02:03", 3_723_000), ("210 s", 210_000), ("3m30s", 210_000), ("3.5 min", 210_000),
        ("210000 ms", 210_000), ("0.5h", 1_800_000),
    ])
    func lengthsHaveUnits(_ text: String, _ milliseconds: Int) throws {
        let condition = #""field":"duration","op":"eq","value":"\#(text)""#
        #expect(try holds(condition, #"{"duration_ms":\#(milliseconds)}"#))
        #expect(try !holds(condition, #"{"duration_ms":\#(milliseconds + 1_000)}"#))
    }

    @Test func windowsCountFromNow() throws {
        let week = #""field":"last_played","op":"in_last_days","value":"1 week""#
        #expect(try holds(week, #"{"last_played":"2027-01-10T00:00:00Z"}"#))
        #expect(try !holds(week, #"{"last_played":"2027-01-01"}"#))
        #expect(try !holds(week, #"{"last_played":"2027-02-01"}"#), "the future is not lately")
        #expect(try holds(#""field":"released","op":"in_last_days","value":36525"#, #"{"released":"1930"}"#))
    }

    @Test func whatNeverHappenedDidNotHappenLately() throws {
        let not = #""op":"not_in_last_days","value":30"#
        #expect(try holds(#""field":"last_played",\#(not)"#, "{}"))
        #expect(try !holds(#""field":"released",\#(not)"#, "{}"), "nobody knows")
        #expect(try holds(#""field":"playlist","op":"not_in_playlist","value":"segue:playlist:1""#, "{}"))
        #expect(try !holds(#""field":"last_played","op":"ne","value":"2020""#, "{}"))
    }

    @Test(arguments: RuleValueKind.allCases.flatMap { kind in kind.operators.map { (kind, $0) } })
    func everyOperatorHasAMeaningForMissingValues(_ kind: RuleValueKind, _ op: RuleOperator) throws {
        let name =
            kind == .anything
            ? "enrichment.x"
            : RuleField.names.first { RuleField(name: $0)?.kind == kind && !$0.hasSuffix("_count") } ?? ""
        let single: String =
            switch kind {
            case .number, .anything: "1"
            case .text: #""a""#
            case .flag: "true"
            case .date: #""2020""#
            case .playlist: #""segue:playlist:1""#
            }
        let isTextual = [.contains, .notContains, .startsWith, .endsWith].contains(op)
        let value: String? =
            switch op {
            case .exists, .missing: nil
            case .between: "[\(single),\(single)]"
            case .in, .notIn: "[\(isTextual ? #""a""# : single)]"
            case .inLastDays, .notInLastDays: "7"
            default: isTextual ? #""a""# : single
            }
        let condition = #""field":"\#(name)","op":"\#(op.rawValue)"\#(value.map { ",\"value\":\($0)" } ?? "")"#
        let expected = op == .missing || op == .notInPlaylist
        #expect(try holds(condition, "{}") == expected, "\(condition)")
    }

    @Test(arguments: ["play_count", "skip_count", "like_count", "served_count", "artist_count", "playlist_count"])
    func noCountIsEverMissing(_ name: String) throws {
        for facts in ["{}", #"{"\#(name)":null}"#] {
            #expect(try holds(#""field":"\#(name)","op":"eq","value":0"#, facts))
            #expect(try holds(#""field":"\#(name)","op":"exists""#, facts))
            #expect(try !holds(#""field":"\#(name)","op":"missing""#, facts))
        }
        #expect(try holds(#""field":"\#(name)","op":"eq","value":3"#, #"{"\#(name)":3}"#))
    }

    @Test(arguments: [
        (#""field":"saved","op":"eq","value":false"#, "{}", true),
        (#""field":"saved","op":"missing""#, "{}", false),
        (#""field":"saved","op":"eq","value":true"#, #"{"saved_at":"2026-01-01"}"#, true),
        (#""field":"skip_rate","op":"missing""#, "{}", true),
        (#""field":"skip_rate","op":"eq","value":0.25"#, #"{"play_count":3,"skip_count":1}"#, true),
        (#""field":"skip_rate","op":"eq","value":0.5"#, #"{"play_count":3,"skip_count":1,"skip_rate":0.5}"#, true),
        (#""field":"play_count","op":"gte","value":1"#, #"{"last_played":"2026-01-01"}"#, true),
        (#""field":"artist_count","op":"eq","value":2"#, #"{"artist":["a","b"]}"#, true),
        (#""field":"playlist_count","op":"eq","value":1"#, #"{"playlists":["segue:playlist:1"]}"#, true),
    ])
    func whatFollowsFromFactsNeedNotBeSaid(_ condition: String, _ facts: String, _ expected: Bool) throws {
        #expect(try holds(condition, facts) == expected)
    }

    @Test func patternsAreTextsLikeAnyOther() throws {
        let dots = #""field":"name","op":"contains","value":".*""#
        #expect(try !holds(dots, #"{"name":"anything"}"#))
        #expect(try holds(dots, #"{"name":"a.*b"}"#))
        #expect(try !holds(#""field":"name","op":"starts_with","value":"%""#, #"{"name":"x"}"#))
        #expect(faults(#""field":"name","op":"matches","value":"x""#) == ["/conditions/0/op"])
    }

    @Test(arguments: [
        (#""field":"year","op":"eq","value":0"#, "/conditions/0/value"),
        (#""field":"released","op":"eq","value":"0000""#, "/conditions/0/value"),
        (#""field":"released","op":"eq","value":"2019-02-30""#, "/conditions/0/value"),
        (#""field":"last_played","op":"gte","value":"2026-02-30T10:00:00Z""#, "/conditions/0/value"),
        (#""field":"last_played","op":"gte","value":"2026-02-20T25:00:00Z""#, "/conditions/0/value"),
        (#""field":"last_played","op":"gte","value":"2026-02-20T10:60:00Z""#, "/conditions/0/value"),
        (#""field":"released","op":"between","value":["2020","2019"]"#, "/conditions/0/value"),
        (#""field":"last_played","op":"in_last_days","value":36526"#, "/conditions/0/value"),
        (#""field":"last_played","op":"in_last_days","value":0"#, "/conditions/0/value"),
        (#""field":"last_played","op":"in_last_days","value":"6 moons""#, "/conditions/0/value"),
        (#""field":"duration","op":"gt","value":210"#, "/conditions/0/value"),
        (#""field":"duration","op":"gt","value":"3:99""#, "/conditions/0/value"),
        (#""field":"name","op":"eq","value":"\u0301""#, "/conditions/0/value"),
        (#""field":"name","op":"in","value":["a",3]"#, "/conditions/0/value/1"),
        (
            #""field":"playlist","op":"in_playlist","value":"spotify:track:37i9dQZF1DX4sWSpwq3LiO""#,
            "/conditions/0/value"
        ),
        (#""field":"playlist","op":"eq","value":"x""#, "/conditions/0/op"),
        (#""field":"energy","op":"contains","value":"x""#, "/conditions/0/op"),
        (#""field":"name","op":"eq","value":"x","source":"lastfm""#, "/conditions/0/source"),
        (#""field":"energy","op":"eq","value":1,"min_confidence":0.5"#, "/conditions/0/min_confidence"),
        (#""field":"enrichment.mood","op":"eq","value":1,"min_confidence":2"#, "/conditions/0/min_confidence"),
        (#""field":"enrichment.","op":"exists""#, "/conditions/0/field"),
        (#""field":"moood","op":"exists""#, "/conditions/0/field"),
    ])
    func badConditionsAreRefusedAtTheirPlace(_ condition: String, _ place: String) {
        #expect(faults(condition) == [place])
    }

    @Test func allFaultsAreReportedAtOnce() throws {
        let rule = #"{"match":"sum","conditions":[{"field":"x"},{"op":"eq"}],"groups":[3],"more":1}"#
        let error = try #require(throws: RuleFaults.self) { try RuleGroup(parsing: rule) }
        #expect(
            Set(error.faults.map(\.pointer)) == [
                "/match", "/conditions/0/field", "/conditions/0/op", "/conditions/1/field", "/groups/0", "/more",
            ])
    }

    @Test func sourcesAndConfidenceChooseWhatCounts() throws {
        let said =
            #"{"enrichments":{"a":{"categories":{"mood":"Happy"},"confidence":0.4},"b":{"categories":{"mood":["sad"]}}}}"#
        #expect(try holds(#""field":"enrichment.mood","op":"eq","value":"HAPPY""#, said))
        #expect(try holds(#""field":"enrichment.mood","source":"b","op":"in","value":["sad"]"#, said))
        #expect(try !holds(#""field":"enrichment.mood","min_confidence":0.5,"op":"exists""#, said))
        #expect(try !holds(#""field":"enrichment.mood","op":"ne","value":"sad""#, said), "one of them is")
        #expect(try !holds(#""field":"enrichment.mood","op":"ne","value":3"#, said), "no number is known")
    }

    @Test func aTraceSaysWhatDecided() throws {
        let rule = try RuleGroup(
            parsing: #"""
                {"match":"all","conditions":[{"field":"year","op":"gte","value":2000}],"groups":[
                 {"match":"any","conditions":[{"field":"energy","op":"gt","value":0.5},{"field":"tempo","op":"gt","value":100}]},
                 {"match":"none","conditions":[{"field":"genre","op":"eq","value":"rock"}]}]}
                """#)
        let loud = try rule.trace(try facts(#"{"year":2001,"energy":0.2,"tempo":120,"genre":["Pop"]}"#), at: now)
        #expect(loud.matches)
        #expect(loud.decidedBy == ["/root/conditions/0", "/root/groups/0/conditions/1", "/root/groups/1/conditions/0"])
        let rock = try rule.trace(try facts(#"{"year":2001,"energy":0.7,"genre":["Rock"]}"#), at: now)
        #expect(!rock.matches && rock.decidedBy == ["/root/groups/1/conditions/0"])
        #expect(rock.steps.map(\.holds) == [true, true, false, true])
    }

    @Test func theSchemaNamesEveryFieldAndOperator() {
        let text = String(decoding: RuleSchema.document().bytes, as: UTF8.self)
        for name in RuleField.names { #expect(text.contains("\"\(name)\"")) }
        for op in RuleOperator.allCases { #expect(text.contains("\"\(op.rawValue)\"")) }
    }
}

@Suite struct ClassificationTests {
    private func ids(_ numbers: [Int64]) -> [TrackID] { numbers.map(TrackID.init(rawValue:)) }

    @Test func everyTrackIsCountedOnce() {
        let report = Classification(
            tracks: ids(Array(1...10)),
            sets: [("a", "A", ids([1, 2, 3])), ("b", "B", ids([3, 4, 99])), ("c", "C", ids([]))], sample: 2)
        #expect(report.tracks == 10 && report.matched == 4 && report.unmatched == 6 && report.inSeveral == 1)
        #expect(report.ruleSets.map(\.tracks) == [3, 2, 0] && report.ruleSets.map(\.only) == [2, 1, 0])
        #expect(report.overlaps.map(\.tracks) == [1] && report.overlaps.first?.second == "b")
        #expect(report.unmatchedSample == ids([10, 9]))
    }

    @Test func aDifferenceIsAsSmallAsCanBe() {
        let difference = PlaylistDifference(from: ["a", "b", "a", "c"], to: ["c", "d", "d", "a", "e"])
        #expect(difference.added == ["d", "e"] && difference.removed == ["b"] && difference.kept == ["a", "c"])
        #expect(PlaylistDifference(from: ["a", "a"], to: ["a"]).isEmpty)
    }
}
