import Foundation
import HTTPServer
import Testing

@testable import API

@Suite struct RoutingTests {
    @Test(arguments: Transport.allCases)
    func unknownPathsAndMethodsSayWhatThereIs(_ transport: Transport) async throws {
        try await Service.with(transport) { service in
            for path in ["/", "/api/v1", "/api/v1/recommend/", "/api/v2/recommend", "/api/v1/tracks/a/b", "//"] {
                let answer = try await service.send("GET", path, .none)
                #expect(answer.status == 404, "\(path)")
                #expect(answer.code == "not_found")
            }
            let wrong = try await service.send("GET", "/api/v1/recommend")
            #expect(wrong.status == 405)
            #expect(wrong.code == "method_not_allowed")
            #expect(wrong.headers["Allow"] == "POST")
            let other = try await service.send("PUT", "/api/v1/tracks")
            #expect(other.headers["Allow"] == "GET, HEAD")
        }
    }

    @Test(arguments: Transport.allCases)
    func headGoesWhereGetGoes(_ transport: Transport) async throws {
        try await Service.with(transport) { service in
            let answer = try await service.send("HEAD", "/api/v1/health/live", .none)
            #expect(answer.status == 200)
            #expect(answer.body.isEmpty)
        }
    }

    @Test func templatesTakeOneSegmentForAParameter() {
        let template = PathTemplate("/tracks/{id}/x")
        #expect(template.match(["tracks", "a b", "x"]) == ["id": "a b"])
        #expect(template.match(["tracks", "", "x"]) == nil)
        #expect(template.match(["tracks", "a", "b", "x"]) == nil)
        #expect(template.match(["Tracks", "a", "x"]) == nil)
        #expect(template.parameters == ["id"])
    }

    @Test func everyRefusalOfTheServersOwnIsAProblem() async throws {
        try await Service.with { service in
            let request = HTTPRequest(method: "POST", target: "/api/v1/recommend")
            let rejections: [HTTPRejection] = [
                .malformed(reason: "x"), .bodyTooLarge(limit: 1), .headersTooLarge(limit: 1), .requestTimeout,
                .handlerTimeout, .overloaded, .stopping,
            ]
            for rejection in rejections {
                for request in [request, nil] {
                    let response = service.api.reject(rejection, request: request)
                    let problem = try Value(parsing: response.body)
                    #expect(response.status == rejection.status)
                    #expect(problem["code"].text == rejection.code)
                    #expect(response.headers["Content-Type"] == "application/problem+json")
                }
            }
            let routes = try service.log.entries.compactMap { $0["route"].text }
            #expect(routes.count { $0 == "/api/v1/recommend" } == rejections.count)
        }
    }
}
