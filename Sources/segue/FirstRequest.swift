import Catalog
import Configuration
import Foundation
import Recommendation
import Rules
import Terminal

/// The one command to try: a request that works when it is pasted into another terminal.
struct FirstRequest: Sendable {
    let settings: Settings
    let port: Int

    /// Says that the service answers, and how to ask it.
    func show(_ serving: ServingCatalog?, on console: Console) {
        guard let serving, let seed = Self.seed(in: serving) else {
            return console.note("serving on \(address); there is no index yet")
        }
        let tracks = GroupedNumber.text(serving.generation.tracks)
        console.output.line(StyledText("Segue serves \(tracks) tracks on \(address). Try, in another terminal:", .bold))
        console.output.line()
        console.output.line(StyledText("  " + command(seed: seed)))
        console.output.line()
    }

    /// A `curl` command on one line; the token is minted as it runs, because tokens live five minutes at the most.
    func command(seed: String) -> String {
        let token = "Authorization: Bearer $(\(Self.quoted(Self.program)) token)"
        let text = (try? JSONEncoder().encode(seed)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
        let body = #"{"seeds": [\#(text)], "k": 5}"#
        let type = "'Content-Type: application/json'"
        return "curl -s \(address)/api/v1/recommend -H \"\(token)\" -H \(type) -d \(Self.quoted(body))"
    }

    private var address: String {
        let host = settings[.host]
        // What listens everywhere is reached here under the loopback address.
        let reached = ["0.0.0.0": "127.0.0.1", "::": "[::1]"][host] ?? (host.contains(":") ? "[\(host)]" : host)
        return "http://\(reached):\(port)"
    }

    /// The best known track that can be compared.
    static func seed(in serving: ServingCatalog) -> String? {
        guard let snapshot = serving.segments.first?.snapshot else { return nil }
        let candidates = (0..<min(snapshot.count, 50_000)).filter { snapshot.location($0) != nil }
        let best = candidates.max {
            (snapshot.number(.popularity, $0) ?? -1) < (snapshot.number(.popularity, $1) ?? -1)
        }
        return best.map { snapshot.publicID($0) }
    }

    /// `scripts/segue` of the clone that this binary was built in, which knows servers and keys; else the binary itself.
    static var program: String {
        let binary = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "segue"
        var folder = URL(fileURLWithPath: binary).deletingLastPathComponent()
        while folder.path != "/" {
            let script = folder.appendingPathComponent("scripts/segue").path
            if FileManager.default.isExecutableFile(atPath: script) { return script }
            folder.deleteLastPathComponent()
        }
        return binary
    }

    /// As one word of a shell: in single quotes unless all characters are plain.
    static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (97...122).contains(byte | 32) || [45, 46, 47, 95].contains(byte)
        }
        return isPlain && !text.isEmpty ? text : "'" + text.replacing("'", with: "'\\''") + "'"
    }
}
