import Configuration
import Foundation
import Signing
import Terminal

/// `segue token`: mints a service token.
struct TokenCommand: Sendable {
    let context: Context

    private let issuer = Option("--issuer", "NAME", .text, "Who calls, for logs and rate limits (default: cli)")
    private let lifetime = Option(
        "--lifetime", "SECONDS", .integer(in: 1...ServiceTokenVerifier.maximumLifetime),
        "How long it is good, in seconds, \(ServiceTokenVerifier.maximumLifetime) at most (default: 300)")
    private let body = Option("--body", "FILE", .path(), "Bind it to a body: good for a request with exactly this file")

    init(context: Context) { self.context = context }

    var command: Command {
        Command(
            "token", "Mints a service token",
            discussion: "Prints the token alone, so that it can stand inside another command.",
            options: [issuer.description, lifetime.description, body.description],
            groups: [SettingGroup.keys.options],
            examples: [
                Command.Example(
                    "curl -H \"Authorization: Bearer $(segue token)\" http://127.0.0.1:8080/api/v1/tracks",
                    "Call the service")
            ], action: run)
    }

    @Sendable private func run(_ invocation: Invocation) async throws -> ExitStatus {
        let keys = try context.settings(invocation).keys()
        let token = try ServiceTokenSigner.mint(
            key: keys.signing, issuer: invocation[issuer] ?? "cli",
            lifetime: invocation[lifetime] ?? ServiceTokenVerifier.maximumLifetime,
            bodyHash: try invocation[body].map(digest))
        context.console.output.write(token + "\n")
        return .success
    }

    private func digest(ofFile path: String) throws -> SHA256Digest {
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw CommandFailure("--body names \(path), which cannot be read; check path and permissions")
        }
        return try SHA256Digest(contentsOfFile: path)
    }
}
