import FakeServices
import Foundation
import HTTPClient
import Synchronization
import Testing

@testable import Providers

@Suite struct VerdictTests {
    private let json = (name: "content-type", value: "application/json")

    /// Says a reason, and how often it was asked for one.
    private final class Reason: Sendable {
        private let asked = Mutex(0)
        var count: Int { asked.withLock { $0 } }

        func text(_ text: String = "because") -> String {
            asked.withLock { $0 += 1 }
            return text
        }
    }

    private func response(_ status: Int) -> HTTPClientResponse {
        HTTPClientResponse(status: status, headers: [json], body: Array(#"{"items": []}"#.utf8))
    }

    /// Decoding a page a second time costs as much as the first.
    @Test(arguments: [200, 201, 204, 404, 410]) func anAnswerIsNotSearchedForAReasonOfRefusal(_ status: Int) {
        let (call, reason) = (ServiceCall.thing(), Reason())
        let expected: Verdict = status >= 400 ? .missing : .success
        #expect(Verdict.standard(response(status), call, reason: reason.text()) == expected)
        #expect(SpotifyVerdict.judge(response(status), call, reason: reason.text()) == expected)
        #expect(reason.count == 0)
    }

    @Test func whatWasSetUpWronglyIsSaidWithItsMend() {
        let call = ServiceCall.thing()
        func answer(_ status: Int, _ body: String) -> HTTPClientResponse {
            HTTPClientResponse(status: status, headers: [json], body: Array(body.utf8))
        }
        let scope = answer(403, #"{"error": {"status": 403, "message": "Insufficient client scope"}}"#)
        guard case .forbidden(let reason) = ServiceConfiguration.spotify().judge(scope, call) else {
            Issue.record("not forbidden")
            return
        }
        #expect(reason.contains("Insufficient client scope; connect the account again by `segue accounts connect`"))
        let client = answer(400, #"{"error": "invalid_client", "error_description": "Invalid client secret"}"#)
        guard case .rejected(let reason) = ServiceConfiguration.spotifyAccounts().judge(client, call) else {
            Issue.record("not rejected")
            return
        }
        #expect(reason.contains("Invalid client secret; check SEGUE_SPOTIFY_CLIENT_ID and SEGUE_SPOTIFY_CLIENT_SECRET"))
        let other = answer(403, #"{"error": {"status": 403, "message": "Forbidden"}}"#)
        #expect(ServiceConfiguration.spotify().judge(other, call) == .forbidden(reason: "status 403: Forbidden"))
    }

    @Test(arguments: [400, 401, 403, 429, 500, 503]) func aRefusalIsReadOnce(_ status: Int) {
        let (call, reason) = (ServiceCall.thing(), Reason())
        _ = SpotifyVerdict.judge(response(status), call, reason: reason.text())
        #expect(reason.count == 1)
    }

    @Test(arguments: ["not found", "analysis not found"]) func aClosedEndpointIsToldFromAMissingAnalysis(_ said: String)
    {
        let call = ServiceCall(endpoint: "/audio-analysis/{id}", path: ["audio-analysis", "1"])
        let reason = Reason()
        let verdict = SpotifyVerdict.judge(response(404), call, reason: reason.text(said))
        #expect(verdict == (said == "not found" ? .forbidden(reason: said) : .missing))
        #expect(reason.count == 1)
    }

    @Test func aLongAnswerOfLastFMIsNotSearchedForARefusal() {
        let call = ServiceCall(endpoint: "e", path: [])
        let refusal = { (links: Int) in
            Array((#"{"error":6,"message":"Track not found","links":[\#(String(repeating: " ", count: links))]}"#).utf8)
        }
        let verdict = { LastFM.judge(HTTPClientResponse(status: $0, headers: [json], body: refusal($1)), call) }
        #expect(verdict(200, 0) == .missing)
        #expect(verdict(200, LastFM.longestProblem) == .success)
        #expect(verdict(400, LastFM.longestProblem) == .missing)
    }

    /// Last.fm and Deezer say it in shapes of their own.
    @Test func aKeyThatAServiceRepeatsIsHiddenInEveryShape() {
        var call = ServiceCall(endpoint: "e", path: [])
        call.secretQuery = [("api_key", "K3Y-0F-0URS")]
        let lastFM = Array(#"{"error":10,"message":"no such key: K3Y-0F-0URS"}"#.utf8)
        #expect(
            LastFM.judge(HTTPClientResponse(status: 403, headers: [json], body: lastFM), call)
                == .unauthorized(reason: "error 10: no such key: …"))
        let deezer = Array(#"{"error":{"code":300,"message":"no such key:\nK3Y-0F-0URS"}}"#.utf8)
        #expect(
            DeezerVerdict.judge(HTTPClientResponse(status: 200, headers: [json], body: deezer), call)
                == .rejected(reason: "no such key: …"))
    }

    @Test func whatRedirectsForeverWasAskedAndGivenUp() async throws {
        let (bench, server) = (Bench(), try things())
        defer { server.stop() }
        server.setFaults([FaultRule(.redirect(to: "/things/1", status: 302), .every(1))])
        let error = await serviceError { _ = try await bench.client(server).value(.thing(), as: Thing.self) }
        #expect(error?.kind == .refusedHere && server.callCount() > 1)
        #expect(error?.description == "trial /things/{id}: was given up: more than 3 redirects", "\(error as Any)")
    }
}
