import Foundation
import Testing

@testable import API

@Suite struct OpenAPITests {
    @Test(arguments: Transport.allCases)
    func everyRouteAndStatusIsDescribed(_ transport: Transport) async throws {
        try await Service.with(transport) { service in
            let document = try await service.send("GET", "/openapi.json", .none).json
            #expect(document["openapi"].text == "3.1.0")
            for route in service.api.router.routes {
                let operation = document["paths"][route.path.text][route.method.lowercased()]
                #expect(operation != .null, "\(route.path.text)")
                let statuses =
                    route.operation.answers.map { String($0.status) }
                    + OpenAPIDocument.problems(of: route).keys.map { String($0) }
                #expect(Set(statuses) == operation["responses"].names)
                #expect((operation["security"].list.isEmpty) == (route.access == .open))
                #expect(
                    Set(route.path.parameters)
                        == Set(
                            operation["parameters"].list.filter { $0["in"].text == "path" }.compactMap {
                                $0["name"].text
                            }))
            }
            #expect(document["paths"].names == Set(service.api.router.routes.map(\.path.text)))
        }
    }

    @Test func everyReferenceLeadsSomewhere() async throws {
        try await Service.with { service in
            let text = try await service.send("GET", "/openapi.json", .none).text
            let document = try Value(parsing: Array(text.utf8))
            let names = text.matches(of: /"#\/components\/schemas\/(\w+)"/).map { String($0.1) }
            #expect(!names.isEmpty)
            #expect(Set(names).isSubset(of: document["components"]["schemas"].names))
        }
    }

    @Test func everyCodeOfAProblemIsDescribedOnce() {
        let codes = Problem.codes.map(\.code)
        #expect(Set(codes).count == codes.count)
        #expect(Problem.codes.allSatisfy { (400...599).contains($0.status) && !$0.title.isEmpty })
    }

    @Test func theRequestsSchemaHasTheFieldsThatAreRead() async throws {
        try await Service.with { service in
            let document = try await service.send("GET", "/openapi.json", .none).json
            let schema = document["components"]["schemas"]["RecommendRequest"]
            #expect(schema["properties"].names == Set(RecommendBody.fields))
            let check = SchemaCheck(document: document)
            let example = #"""
                {"seeds": ["x"], "k": 20, "min": {"tempo": 90}, "explain": "brief", "negative": [], "strategy": "auto",
                 "filter": {"match": "all", "conditions": [{"field": "genre", "op": "in", "value": ["rock"]}]}}
                """#
            #expect(check.violations(of: try Value(parsing: Array(example.utf8)), schema).isEmpty)
            for bad in [#"{"k": 0}"#, #"{"k": "1"}"#, #"{"foo": 1}"#, #"{"min": {"foo": 1}}"#, #"{"filter": {}}"#] {
                #expect(!check.violations(of: try Value(parsing: Array(bad.utf8)), schema).isEmpty, "\(bad)")
            }
        }
    }

    @Test func theDocumentationListsEveryCode() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "docs/api.md"), encoding: .utf8)
        for (code, status, _) in Problem.codes {
            #expect(page.contains("| `\(code)` | \(status) |"), "\(code) with \(status) is not in docs/api.md")
        }
        for code in Fault.Code.allCases { #expect(page.contains("`\(code.rawValue)`"), "\(code.rawValue)") }
        for field in RecommendBody.fields { #expect(page.contains("`\(field)`"), "\(field)") }
    }
}
