import FakeServices
import Foundation
import Storage
import TestSupport
import Testing

@testable import segue

private let hasDatabase = !(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "").isEmpty

@Suite(
    "What the doctor finds of accounts",
    .enabled(if: hasDatabase && BuiltBinary.path != nil, "no database, or not built"))
struct AccountFindingTests {
    private struct Health: Decodable {
        struct Finding: Decodable {
            var subject: String
            var state: String
            var text: String
            var mend: String?
        }
        var findings: [Finding]
    }

    private func finding(_ environment: [String: String]) async throws -> Health.Finding {
        let outcome = await segue(["doctor", "--json"], environment: environment)
        return try #require(try outcome.json(Health.self).findings.first { $0.subject == "Spotify account" })
    }

    @Test func tokensThatNobodyCanOpenAreNamedWithTheMend() async throws {
        try await OutsideSurroundings.with { surroundings in
            try await surroundings.connect()
            var environment = surroundings.environment
            let good = try await finding(environment)
            #expect(good.state == "good" && good.text.hasPrefix("The Listener, until "), "\(good)")
            let other = Data(repeating: 9, count: 32).base64EncodedString()
            for (keys, words) in [
                (nil, "SEGUE_SECRET_KEYS is not set"), ("k1:\(other)", "does not open"),
                ("k2:\(other)", "needs the key k1"), ("k1", "no colon"),
            ] {
                environment["SEGUE_SECRET_KEYS"] = keys
                let bad = try await finding(environment)
                #expect(bad.state == "failed" && bad.text.contains(words), "\(bad)")
                #expect(bad.text.contains("The Listener"))
                #expect(bad.mend?.contains("k1 in SEGUE_SECRET_KEYS_FILE") == true)
                #expect(bad.mend?.contains("segue accounts connect") == true)
                #expect(!bad.text.contains(other))
            }
        }
    }
}
