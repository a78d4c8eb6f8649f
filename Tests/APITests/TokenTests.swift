import API
import Cache
import Foundation
import HTTPServer
import Signing
import Testing

@Suite struct TokenTests {
    static let body = #"{"url": "\#(SmallCatalog.spotifyID(1))"}"#

    @Test(arguments: Transport.allCases)
    func withoutATokenNothingIsToldButThatOneIsNeeded(_ transport: Transport) async throws {
        try await Service.with(transport) { service in
            for (method, target) in [
                ("POST", "/api/v1/recommend"), ("GET", "/api/v1/tracks"),
                ("DELETE", "/api/v1/tracks/\(SmallCatalog.spotifyID(1))"),
            ] {
                let answer = try await service.send(method, target, .none)
                #expect(answer.status == 401)
                #expect(answer.code == "token_missing")
                #expect(answer.headers["WWW-Authenticate"] == "Bearer")
            }
            #expect(service.store.calls == 0)
        }
    }

    enum Bad: String, CaseIterable, Sendable {
        case expired = "token_expired"
        case future = "token_from_future"
        case forged = "token_signature"
        case unknownKey = "token_key_unknown"
        case noAlgorithm = "token_algorithm"
        case malformed = "token_malformed"
        case oversized = "token_oversized"
        case otherBody = "token_body_mismatch"
        case audience = "token_audience"

        func token(for service: Service) throws -> String {
            switch self {
            case .expired: return try service.token(now: UnixTime.now - 3_600)
            case .future: return try service.token(now: UnixTime.now + 3_600)
            case .forged: return try ServiceTokenSigner.mint(key: .random(id: service.key.id), issuer: "tests")
            case .unknownKey: return try ServiceTokenSigner.mint(key: .random(id: "other"), issuer: "tests")
            case .noAlgorithm:
                let payload = try service.token().split(separator: ".")[1]
                return Base64URL.encode(Array(#"{"alg":"none","typ":"JWT","kid":"k1"}"#.utf8)) + ".\(payload)."
            case .malformed: return "nonsense"
            case .oversized: return String(repeating: "a", count: 5_000)
            case .otherBody: return try service.token(body: Array("{}".utf8))
            case .audience: return try ServiceTokenSigner.mint(key: service.key, issuer: "tests", audience: "other")
            }
        }
    }

    @Test(arguments: Bad.allCases)
    func aBadTokenIsRefusedWithItsOwnCode(_ bad: Bad) async throws {
        try await Service.with { service in
            let token = try bad.token(for: service)
            let answer = try await service.recommend(Self.body, .token(token))
            #expect(answer.status == 401)
            #expect(answer.code == bad.rawValue)
            #expect(answer.headers["WWW-Authenticate"] == #"Bearer error="invalid_token""#)
            #expect(!answer.text.contains(token))
            #expect(!service.log.text.contains(token))
        }
    }

    @Test func aTokenBoundToItsBodyIsGood() async throws {
        try await Service.with { service in
            let token = try service.token(body: Array(Self.body.utf8))
            let status1 = try await service.recommend(Self.body, .token(token)).status
            #expect(status1 == 200)
        }
    }

    @Test func readingCallsMayUseATokenAgainAndChangingCallsMayNot() async throws {
        try await Service.with { service in
            let token = try service.token()
            for _ in 0..<2 {
                let status = try await service.recommend(Self.body, .token(token)).status
                #expect(status == 200)
            }
            let first = try await service.send(
                "DELETE", "/api/v1/tracks/\(SmallCatalog.spotifyID(5))", .token(token))
            #expect(first.status == 204)
            let second = try await service.send(
                "DELETE", "/api/v1/tracks/\(SmallCatalog.spotifyID(6))", .token(token))
            #expect(second.status == 401)
            #expect(second.code == "token_replayed")
            let third = try await service.send("DELETE", "/api/v1/tracks/\(SmallCatalog.spotifyID(6))")
            #expect(third.status == 204)
        }
    }

    @Test func aBadRequestDoesNotUseItsTokenUp() async throws {
        try await Service.with { service in
            let token = try service.token()
            let status3 = try await service.send("DELETE", "/api/v1/tracks/nonsense", .token(token)).status
            #expect(status3 == 400)
            let answer = try await service.send(
                "DELETE", "/api/v1/tracks/\(SmallCatalog.spotifyID(5))", .token(token))
            #expect(answer.status == 204)
        }
    }

    @Test(arguments: Transport.allCases)
    func whoAsksTooOftenIsToldWhenToGoOn(_ transport: Transport) async throws {
        let options = Service.Options(rate: RateLimit(perSecond: 0.2, burst: 2))
        try await Service.with(transport, options) { service in
            for _ in 0..<2 {
                let status = try await service.recommend(Self.body).status
                #expect(status == 200)
            }
            let answer = try await service.recommend(Self.body)
            #expect(answer.status == 429)
            #expect(answer.code == "rate_limited")
            #expect((1...5).contains(Int(answer.headers["Retry-After"] ?? "") ?? 0))
            let other = try await service.recommend(Self.body, .token(try service.token(issuer: "other")))
            #expect(other.status == 200)
        }
    }

    @Test func attemptsWithBadTokensAreLimitedByAddressAndCostNoGoodCallerAnything() async throws {
        let options = Service.Options(rate: RateLimit(perSecond: 0.2, burst: 2))
        try await Service.with(.handler, options) { service in
            for _ in 0..<2 {
                let status = try await service.recommend(Self.body, .none).status
                #expect(status == 401)
            }
            let status6 = try await service.recommend(Self.body, .none).status
            #expect(status6 == 429)
            let status7 = try await service.recommend(Self.body).status
            #expect(status7 == 200)
        }
    }
}
