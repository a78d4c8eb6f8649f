import Foundation
import HTTPServer
import TestSupport
import Testing

@testable import API

@Suite struct PressureTests {
    /// The lines of requests for a route.
    func lines(_ service: Service, _ route: String) throws -> [Value] {
        try service.log.entries.filter { $0["route"].text == route }
    }

    @Test func anAnswerThatTakesTooLongIsReplacedAndCountedOnce() async throws {
        try await Service.with(.socket, Service.Options(requestTimeout: .milliseconds(300))) { service in
            service.store.delay(by: .seconds(3_600))
            var answer = try await service.send("GET", "/api/v1/tracks")
            // On a machine that is slow the time may be over before the request is read.
            while answer.status == 408 { answer = try await service.send("GET", "/api/v1/tracks") }
            #expect(answer.status == 503)
            #expect(answer.code == "answer_timeout")
            #expect(answer.headers["Retry-After"] == "1")
            try await eventually { service.api.metrics.counts.inFlight == 0 }
            let lines = try lines(service, "/api/v1/tracks")
            #expect(lines.compactMap { $0["code"].text } == ["answer_timeout"])
        }
    }

    @Test func whatCannotWaitAnyMoreIsRefusedAndKnownTracksAreAnsweredStill() async throws {
        try await Service.with(.socket, Service.Options(maximumInFlight: 0)) { service in
            let refused = try await service.send("GET", "/api/v1/tracks")
            #expect(refused.status == 503)
            #expect(refused.code == "overloaded")
            let answered = try await service.recommend(#"{"url": "\#(SmallCatalog.spotifyID(1))"}"#)
            #expect(answered.status == 200)
            #expect(service.api.metrics.counts.inFlight == 0)
            #expect(try lines(service, "/api/v1/tracks").count == 1)
        }
    }

    @Test func manyCallersAtOnceAllGetTheirOwnAnswer() async throws {
        try await Service.with(.socket) { service in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 3..<43 {
                    group.addTask {
                        let seed = SmallCatalog.spotifyID(number)
                        let answer = try await service.recommend(#"{"url": "\#(seed)", "k": 3}"#)
                        #expect(answer.json["seeds"][0]["track"]["id"].text == seed)
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func aProbeThatHangsCountsAsDown() async throws {
        try await Service.with { service in
            var dependencies = service.api.dependencies
            dependencies.postgres = {
                try? await Task.sleep(for: .seconds(3_600))
                return true
            }
            var configuration = APIConfiguration()
            configuration.probeTimeout = .milliseconds(50)
            let api = SegueAPI(configuration: configuration, dependencies: dependencies)
            let request = HTTPRequest(method: "GET", target: "/api/v1/health/ready")
            guard case .later(let work) = api.handle(request) else { throw CancellationError() }
            let state = try Value(parsing: await work().body)
            #expect(state["postgres"].text == "down")
            #expect(state["status"].text == "degraded")
        }
    }
}
