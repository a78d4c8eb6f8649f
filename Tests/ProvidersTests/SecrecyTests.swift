import FakeServices
import Foundation
import HTTPClient
import Testing

@testable import Providers

@Suite struct SecrecyTests {
    private let secret = "S3CR3T-T0K3N"

    /// Every fault, so that every path to a log line or an error's text is taken.
    @Test(arguments: [
        nil, Fault.status(500), .status(400), .forbidden, .cut, .truncated, .wrongContentType, .brokenJSON,
        .tooManyRequests(retryAfter: 90_000), .redirect(to: "http://other.invalid/?api_key=S3CR3T-T0K3N", status: 302),
        .redirect(to: "/things/1?api_key=S3CR3T-T0K3N", status: 302),
    ])
    func noLineMetricOrErrorHoldsASecret(_ fault: Fault?) async throws {
        let (bench, server) = (Bench(), try things())
        defer { server.stop() }
        if let fault { server.setFaults([FaultRule(fault, .every(1))]) }
        let client = bench.client(server) { $0.headers = [("Authorization", "Bearer \(secret)")] }
        var call = ServiceCall.thing()
        call.secretQuery = [("api_key", secret)]
        call.headers = [("X-Token", secret)]
        let error = await serviceError { _ = try await client.value(call, as: Thing.self) }
        #expect((error == nil) == (fault == nil))
        #expect(server.log.first?.contains(secret) == true)
        let texts = [
            error?.description ?? "", bench.support.metrics.exposition,
            bench.records.all.map { "\($0.fields)" }.joined(), "\(bench.records.all)",
        ]
        for text in texts { #expect(!text.contains(secret)) }
        #expect(!bench.records.all.isEmpty)
    }

    /// Some services say which credentials they refuse.
    @Test func aSecretThatAServiceRepeatsIsHidden() {
        var call = ServiceCall.thing()
        call.headers = [("Authorization", "Bearer \(secret)")]
        call.secretQuery = [("api_key", "K3Y-0F-0URS")]
        call.body = (Array("grant_type=refresh_token&refresh_token=R3FR%2FSH-1T".utf8), ServiceCall.formType)
        let said = String(repeating: "x", count: 190) + " \(secret) K3Y-0F-0URS R3FR\\/SH-1T refresh_token"
        let body = Array(#"{"error":{"message":"\#(said)"}}"#.utf8)
        let reason = ProblemText.reason(in: HTTPClientResponse(status: 400, body: body), to: call)
        #expect(reason.hasSuffix("x … … … ref"))
    }

    @Test func whatAServiceSaysIsShortAndOnOneLine() {
        let long = "line\none\u{1B}[31m" + String(repeating: "x", count: 500)
        let body = try? JSONSerialization.data(withJSONObject: ["error": ["message": long]])
        let reason = ProblemText.reason(in: HTTPClientResponse(status: 400, body: Array(body ?? Data())), to: .thing())
        #expect(reason.count < 230)
        #expect(!reason.contains("\n") && !reason.contains("\u{1B}"))
    }

    @Test(arguments: [
        (#"{"error":{"status":429,"message":"Too many","reason":"Q"}}"#, "status 400: Too many: Q"),
        (#"{"error":"invalid_grant","error_description":"Expired"}"#, "status 400: invalid_grant: Expired"),
        (#"{"error":6,"message":"Track not found"}"#, "status 400: Track not found"), ("<html>", "status 400"),
        ("", "status 400"), ("[]", "status 400"),
    ])
    func everyShapeOfRefusalIsRead(_ body: String, _ reason: String) {
        #expect(ProblemText.reason(in: HTTPClientResponse(status: 400, body: Array(body.utf8)), to: .thing()) == reason)
    }
}
