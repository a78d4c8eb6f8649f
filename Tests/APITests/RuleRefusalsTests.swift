import API
import Catalog
import Foundation
import HTTPServer
import Jobs
import Rules
import Storage
import Testing

private let hasDatabase = !(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "").isEmpty
private let root = #"{"match":"all","conditions":[{"field":"year","op":"gte","value":2010}]}"#

private func send(_ service: Service, _ method: String, _ path: String, _ body: String = "") async throws -> Answer {
    try await service.send(
        method, "/api/v1/rules\(path)", headers: ["Content-Type": "application/json"], body: Array(body.utf8))
}

private func rule(_ condition: String) -> String { #"{"match":"all","conditions":[\#(condition)]}"# }

@Suite("Rules that cannot be", .enabled(if: hasDatabase, "DATABASE_URL is not set")) struct RuleRefusalsTests {
    @Test func aHeavyRuleIsRefusedWhereItBecomesTooHeavy() async throws {
        try await withRules { service, _ in
            let texts = (0..<1_024).map { "\"text \($0)\"" }.joined(separator: ",")
            let condition = #"{"field":"name","op":"contains","value":[\#(texts)]}"#
            let heavy =
                #"{"match":"any","conditions":[\#(Array(repeating: condition, count: 30).joined(separator: ","))]}"#
            let answer = try await send(service, "PUT", "/heavy", #"{"name":"x","root":\#(heavy)}"#)
            #expect(answer.status == 400 && answer.places == ["/root/conditions/4/value"], "\(answer.text.prefix(300))")
            let evaluated = try await send(service, "POST", "/evaluate", #"{"root":\#(heavy),"facts":{"name":"a"}}"#)
            #expect(evaluated.status == 400 && evaluated.places == ["/root/conditions/4/value"])
            let id = SmallCatalog.tracks[0].id.rawValue
            let filtered = try await service.recommend(#"{"seeds":["segue:\#(id)"],"filter":\#(heavy)}"#)
            #expect(filtered.status == 400 && filtered.places == ["/filter/conditions/4/value"])
            let missing = try await send(service, "GET", "/heavy")
            #expect(missing.status == 404, "nothing half-written")
        }
    }

    @Test func aLongFilterMeansTheSameAsItsShortForm() async throws {
        try await Service.with { service in
            let id = SmallCatalog.tracks[0].id.rawValue
            func ids(_ value: String) async throws -> [String] {
                let filter = rule(#"{"field":"name","op":"in","value":\#(value)}"#)
                let answer = try await service.recommend(
                    #"{"seeds":["segue:\#(id)"],"k":10,"explain":"none","filter":\#(filter)}"#)
                #expect(answer.status == 200, "\(answer.text)")
                return answer.json["items"].list.compactMap { $0["track"]["id"].text }
            }
            let names = SmallCatalog.tracks[5..<9].compactMap(\.name).map { "\"\($0.replacing("\"", with: "\\\""))\"" }
            let filler = (0..<200).map { "\"none \($0)\"" }
            let (short, long) = (
                try await ids("[\(names.joined(separator: ","))]"),
                try await ids("[\((filler + names).joined(separator: ","))]")
            )
            #expect(short == long && !short.isEmpty)
        }
    }

    @Test func boundsFollowSettingsAtOnce() async throws {
        try await withRules { service, _ in
            let two = #"{"name":"x","root":{"match":"all","groups":[{"match":"all"}]}}"#
            for (depth, status) in [(1, 400), (2, 201)] {
                service.api.reconfigure { $0.ruleLimits.maximumDepth = depth }
                let answer = try await send(service, "PUT", "/deep", two)
                #expect(answer.status == status, "\(answer.text)")
            }
            service.api.reconfigure { $0.ruleLimits.maximumConditions = 0 }
            let many = try await send(service, "POST", "/evaluate", #"{"root":\#(root),"facts":{}}"#)
            #expect(many.places == ["/root/conditions/0"])
        }
    }

    @Test func aVersionThatThereIsNotIsToldFromARuleSetThatThereIsNot() async throws {
        try await withRules { service, _ in
            _ = try await send(service, "PUT", "/a", #"{"name":"a","root":\#(root)}"#)
            for (method, path, body) in [("GET", "/a?version=99", ""), ("POST", "/a/rollback", #"{"version":99}"#)] {
                let answer = try await send(service, method, path, body)
                #expect(answer.status == 404 && answer.text.contains("no version 99"), "\(answer.text)")
            }
            let nobody = try await send(service, "GET", "/b?version=1")
            #expect(nobody.status == 404 && nobody.text.contains("there is no such rule set"))
            let rolled = try await send(service, "POST", "/b/rollback", #"{"version":1}"#)
            #expect(rolled.status == 404 && rolled.text.contains("there is no such rule set"))
            _ = try await send(service, "DELETE", "/a")
            let removed = try await send(service, "GET", "/a?version=2")
            #expect(removed.status == 404 && removed.text.contains("no version 2"), "the second is the removal")
        }
    }

    /// Whatever a job cannot do, it is not the list of rule sets that is at fault.
    @Test func aJobThatIsRefusedPointsToTheRequestAsAWhole() async throws {
        try await withRules(refusing: JobRefused(reason: "not today")) { service, _ in
            let answer = try await send(service, "POST", "/classify", #"{"sync":true}"#)
            #expect(
                answer.status == 400 && answer.places == [""] && answer.text.contains("not today"), "\(answer.text)")
        }
    }

    @Test func rulesAreNotRunThatThereAreNot() async throws {
        try await withRules { service, store in
            _ = try await send(service, "PUT", "/a", #"{"name":"a","root":\#(root)}"#)
            let answer = try await send(service, "POST", "/classify", #"{"rule_sets":["a","b"]}"#)
            #expect(answer.status == 404 && answer.code == "unknown_rule_set" && answer.places == ["/rule_sets/1"])
            let jobs = try await store.jobs(JobFilter())
            #expect(jobs.isEmpty, "no job was made of it")
            let good = try await send(service, "POST", "/classify", #"{"rule_sets":["a"]}"#)
            #expect(good.status == 202)
        }
    }

    @Test func whatIsWrongHasItsPlaceAndNothingIsWritten() async throws {
        let cases: [(String, String)] = [
            (#"{"name":"x","root":\#(root),"target":"segue:playlist:"}"#, "/target"),
            (#"{"name":"x","root":\#(root),"target":{"playlist":"segue:playlist:"}}"#, "/target/playlist"),
            (#"{"name":"x","root":\#(root),"target":{"playlist":"segue:playlist:a","limit":0}}"#, "/target/limit"),
            (
                #"{"name":"x","root":{"match":"all","conditions":[{"field":"released","op":"eq","value":"0000"}]}}"#,
                "/root/conditions/0/value"
            ),
            (
                #"{"name":"x","root":{"match":"all","conditions":[{"field":"name","op":"between","value":["a","b"]}]}}"#,
                "/root/conditions/0/op"
            ),
        ]
        try await withRules { service, store in
            for (body, place) in cases {
                let answer = try await send(service, "POST", "", body)
                #expect(answer.status == 400 && answer.places == [place], "\(answer.text)")
                let there = try await store.ruleSets()
                #expect(there.isEmpty)
            }
        }
    }

    @Test func zeroCharactersInTextsAreRefused() async throws {
        let cases: [String] = [
            #"{"name":"a\u0000b","root":\#(root)}"#, #"{"name":"x","description":"\u0000","root":\#(root)}"#,
            #"{"name":"x","root":{"match":"all","conditions":[{"field":"name","op":"eq","value":"a\u0000"}]}}"#,
        ]
        try await withRules { service, store in
            for body in cases {
                let answer = try await send(service, "POST", "", body)
                #expect(answer.status == 400 && answer.code == "malformed_json", "\(answer.text)")
                #expect(answer.text.contains("zero character"))
                let there = try await store.ruleSets()
                #expect(there.isEmpty)
            }
        }
    }

    @Test func whatOnlyLooksLikeAZeroCharacterIsTaken() async throws {
        try await withRules { service, _ in
            let answer = try await send(service, "POST", "", #"{"name":"a\\u0000b","root":\#(root)}"#)
            #expect(answer.status == 201 && answer.json["name"].text == #"a\u0000b"#, "\(answer.text)")
        }
    }

    @Test func zeroCharactersInAddressesAreNoFailures() async throws {
        let cases: [String] = ["/a%00b", "/a%00b/versions", "/a?version=1%00"]
        try await withRules { service, _ in
            for path in cases {
                let answer = try await send(service, "GET", path)
                #expect([400, 404].contains(answer.status), "\(answer.status) \(answer.text)")
            }
        }
    }

    @Test func numbersAreShownAsTheyWereWritten() async throws {
        try await withRules { service, _ in
            let conditions = #"{"field":"year","op":"gte","value":2010},{"field":"energy","op":"lt","value":0.4}"#
            let put = try await send(service, "PUT", "/n", #"{"name":"n","root":\#(rule(conditions))}"#)
            #expect(put.text.contains(#""value":2010}"#) && put.text.contains(#""version":1"#), "\(put.text)")
            #expect(!put.text.contains("2010.0") && put.text.contains(#""value":0.4}"#))
            let trace = try await send(
                service, "POST", "/evaluate", #"{"rule_set":"n","facts":{"year":2011,"energy":0.3}}"#)
            #expect(
                trace.text.contains(#""values":[2011]"#) && trace.text.contains(#""values":[0.3]"#), "\(trace.text)")
        }
    }
}
