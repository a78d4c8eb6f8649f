import Foundation
import HTTPClient
import Testing

/// A TLS server with a certificate that no authority signed, as `openssl s_server` gives it.
private final class SelfSignedServer {
    let directory: URL
    let port: Int
    private let process = Process()

    var certificate: String { directory.appending(path: "certificate.pem").path }

    init(name: String) throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "segue-tls-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        port = Int.random(in: 20_000..<60_000)
        let key = directory.appending(path: "key.pem").path
        let making = try Self.openssl([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=\(name)",
            "-addext", "subjectAltName=\(name.first?.isNumber == true ? "IP" : "DNS"):\(name)",
            "-keyout", key, "-out", directory.appending(path: "certificate.pem").path,
        ])
        making.waitUntilExit()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = ["s_server", "-accept", "127.0.0.1:\(port)", "-key", key, "-cert", certificate, "-www"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    deinit {
        kill(process.processIdentifier, SIGKILL)
        try? FileManager.default.removeItem(at: directory)
    }

    private static func openssl(_ arguments: [String]) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// Asks again while nobody listens yet.
    func status(trusting certificates: String?) async throws -> Int {
        var configuration = HTTPClientConfiguration(userAgent: "SegueTests/1.0")
        (configuration.usesEnvironmentProxy, configuration.trustedCertificates) = (false, certificates)
        let client = HTTPClient(configuration: configuration)
        for _ in 0..<6_000 {
            do {
                return try await client.send(HTTPClientRequest(.get, "https://127.0.0.1:\(port)/")).status
            } catch HTTPClientError.connect {
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        return 0
    }
}

@Suite(.enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/openssl"), "openssl is not installed"))
struct TransportSecurityTests {
    private func isTLSFailure(_ error: any Error) -> Bool {
        if case HTTPClientError.tls = error { true } else { false }
    }

    @Test func aCertificateThatNobodySignedIsRefused() async throws {
        let server = try SelfSignedServer(name: "127.0.0.1")
        await #expect { try await server.status(trusting: nil) } throws: { isTLSFailure($0) }
    }

    @Test func aCertificateIsTakenFromAnAuthorityOfOnesOwn() async throws {
        let server = try SelfSignedServer(name: "127.0.0.1")
        #expect(try await server.status(trusting: server.certificate) == 200)
    }

    @Test func aCertificateForAnotherNameIsRefused() async throws {
        let server = try SelfSignedServer(name: "example.org")
        await #expect { try await server.status(trusting: server.certificate) } throws: { isTLSFailure($0) }
    }
}
