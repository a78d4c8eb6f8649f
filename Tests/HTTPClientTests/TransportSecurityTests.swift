import Foundation
import HTTPClient
import Testing

/// A TLS server with a certificate that no authority signed, as `openssl s_server` gives it.
private final class SelfSignedServer {
    let directory: URL
    let port: Int
    private let process = Process()
    /// Kept open: a server that nobody reads from would end.
    private let output = Pipe()

    var certificate: String { directory.appending(path: "certificate.pem").path }

    init(name: String) throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "segue-tls-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let key = directory.appending(path: "key.pem").path
        let making = try Self.openssl([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=\(name)",
            "-addext", "subjectAltName=\(name.first?.isNumber == true ? "IP" : "DNS"):\(name)",
            "-keyout", key, "-out", directory.appending(path: "certificate.pem").path,
        ])
        making.waitUntilExit()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        let certificate = directory.appending(path: "certificate.pem").path
        process.arguments = ["s_server", "-accept", "127.0.0.1:0", "-key", key, "-cert", certificate, "-www"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        port = try Self.port(in: output)
    }

    /// The free port that it chose, which it tells once it listens: `ACCEPT 127.0.0.1:34505`.
    private static func port(in output: Pipe) throws -> Int {
        var text = ""
        while let bytes = try output.fileHandleForReading.read(upToCount: 1), !bytes.isEmpty {
            guard bytes[0] == UInt8(ascii: "\n") else {
                text += String(decoding: bytes, as: UTF8.self)
                continue
            }
            if text.hasPrefix("ACCEPT "), let port = Int(text.drop { $0 != ":" }.dropFirst()) { return port }
            text = ""
        }
        throw CocoaError(.fileReadUnknown)
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

    func status(trusting certificates: String?) async throws -> Int {
        var configuration = HTTPClientConfiguration(userAgent: "SegueTests/1.0")
        (configuration.usesEnvironmentProxy, configuration.trustedCertificates) = (false, certificates)
        let client = HTTPClient(configuration: configuration)
        return try await client.send(HTTPClientRequest(.get, "https://127.0.0.1:\(port)/")).status
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
