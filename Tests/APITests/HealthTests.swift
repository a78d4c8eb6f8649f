import API
import Foundation
import HTTPServer
import Testing

@Suite struct HealthTests {
    @Test(arguments: Transport.allCases)
    func theProcessSaysThatItIsAlive(_ transport: Transport) async throws {
        try await Service.with(transport, Service.Options(catalog: nil, postgresIsUp: false)) { service in
            let answer = try await service.send("GET", "/api/v1/health/live", .none)
            #expect(answer.status == 200)
            #expect(answer.json["status"].text == "alive")
        }
    }

    @Test(arguments: [
        (true, true as Bool?, "ready", "up", "up"), (true, nil, "ready", "up", "off"),
        (false, true, "degraded", "down", "up"), (true, false, "degraded", "up", "down"),
    ])
    func whileAnIndexServesTheServiceIsReady(
        _ postgres: Bool, _ redis: Bool?, _ status: String, _ postgresState: String, _ redisState: String
    ) async throws {
        let options = Service.Options(postgresIsUp: postgres, redisIsUp: redis)
        try await Service.with(.handler, options) { service in
            let answer = try await service.send("GET", "/api/v1/health/ready", .none)
            #expect(answer.status == 200)
            #expect(answer.json["status"].text == status)
            #expect(answer.json["postgres"].text == postgresState)
            #expect(answer.json["redis"].text == redisState)
            #expect(answer.json["index"]["generation"].text == "g-test")
            #expect(answer.json["index"]["tracks"].number == Double(SmallCatalog.tracks.count))
        }
    }

    @Test(arguments: Transport.allCases)
    func withoutAnIndexTheServiceIsNotReadyAndSaysWhy(_ transport: Transport) async throws {
        try await Service.with(transport, Service.Options(catalog: nil)) { service in
            let answer = try await service.send("GET", "/api/v1/health/ready", .none)
            #expect(answer.status == 503)
            #expect(answer.code == "no_index")
            #expect(answer.json["postgres"].text == "up")
            #expect(answer.json["request_id"].text == answer.headers["X-Request-Id"])
        }
    }

    @Test(arguments: Transport.allCases)
    func metricsCountRequestsByRouteAndStatus(_ transport: Transport) async throws {
        try await Service.with(transport) { service in
            _ = try await service.send("GET", "/api/v1/health/live", .none)
            _ = try await service.send("GET", "/api/v1/tracks?q=x")
            _ = try await service.send("DELETE", "/api/v1/tracks/secret-id")
            _ = try await service.send("GET", "/some/other/path", .none)
            let text = try await service.send("GET", "/metrics", .none).text
            for line in [
                #"segue_http_requests_total{route="/api/v1/health/live",method="GET",status="200"} 1"#,
                #"segue_http_requests_total{route="/api/v1/tracks/{id}",method="DELETE",status="400"} 1"#,
                #"segue_http_requests_total{route="unmatched",method="GET",status="404"} 1"#,
                #"segue_http_request_duration_seconds_count{route="/api/v1/tracks"} 1"#,
                #"segue_http_request_duration_seconds_bucket{route="/api/v1/tracks",le="+Inf"} 1"#,
                "segue_http_requests_in_flight 1", "segue_index_tracks \(SmallCatalog.tracks.count)",
                #"segue_index_info{generation="g-test",built_at="2025-01-01T00:00:00Z"} 1"#,
            ] {
                #expect(text.contains(line + "\n"), "\(line) is not in \(text)")
            }
            #expect(!text.contains("secret-id"))
            let memory = text.split(separator: "\n").first { $0.hasPrefix("process_resident_memory_bytes ") }
            #expect((memory?.split(separator: " ").last.flatMap { Int($0) } ?? 0) > 1_000_000)
        }
    }
}
