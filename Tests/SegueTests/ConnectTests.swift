import FakeServices
import Foundation
import FoundationNetworking
import Storage
import TestSupport
import Testing

@testable import segue

private let hasDatabase = !(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "").isEmpty

@Suite(
    "Connecting an account", .serialized,
    .enabled(if: hasDatabase && BuiltBinary.path != nil, "no database, or not built"))
struct ConnectTests {
    /// `segue accounts connect` under way, and what its browser would bring.
    private func connecting(
        _ body:
            @Sendable (BuiltBinary.Running, [String: String], @Sendable ([String: String]) async throws -> Page)
            async throws
            -> Void
    ) async throws {
        try await OutsideSurroundings.with { surroundings in
            let command = try BuiltBinary.Running(["accounts", "connect"], environment: surroundings.environment)
            let isAsking = try await command.writes("/authorize?")
            try #require(isAsking, "\(command.errors)")
            let address = try #require(command.output.split(separator: "\n").first { $0.contains("/authorize?") })
            let port = surroundings.environment["SEGUE_SPOTIFY_REDIRECT_PORT"] ?? ""
            try await body(command, surroundings.spotify.permitting(String(address))) { fields in
                let query = fields.map { "\($0.key)=\($0.value)" }.joined(separator: "&")
                let url = try #require(URL(string: "http://127.0.0.1:\(port)/callback?\(query)"))
                let (data, response) = try await URLSession.shared.data(from: url)
                let status = (response as? HTTPURLResponse)?.statusCode ?? 0
                return Page(status: status, text: String(decoding: data, as: UTF8.self))
            }
        }
    }

    private struct Page: Sendable {
        var status: Int
        var text: String
    }

    @Test func anAnswerToAnotherRequestIsTurnedAwayAndWaitingGoesOn() async throws {
        try await connecting { command, fields, visit in
            for stranger in [["code": "x", "state": "another"], ["error": "access_denied", "state": "another"], [:]] {
                let page = try await visit(stranger)
                #expect(page.status == 400 && !page.text.contains("Thank you"), "\(page)")
                #expect(page.text.contains("another request"))
            }
            let page = try await visit(fields)
            #expect(page.status == 200 && page.text.contains("Thank you"), "\(page)")
            let status = await command.end()
            #expect(status == 0, "\(command.errors)")
            #expect(command.output.contains("connected The Listener"))
        }
    }

    @Test func whoDoesNotPermitIsNotThanked() async throws {
        try await connecting { command, fields, visit in
            let page = try await visit(["error": "access_denied", "state": fields["state"] ?? ""])
            #expect(page.status == 403 && !page.text.contains("Thank you"), "\(page)")
            #expect(page.text.contains("permission was not given: access_denied"), "\(page)")
            let status = await command.end()
            #expect(status == 1)
            #expect(command.errors.contains("permission was not given: access_denied"), "\(command.errors)")
        }
    }
}
