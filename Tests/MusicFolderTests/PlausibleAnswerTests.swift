import Catalog
import Foundation
import SoundDocument
import SoundSamples
import Testing

@testable import MusicFolder

/// What the process that reads a stranger's file may answer once the file has got the better of it.
@Suite(.enabled(if: BuiltAnalyzer.path != nil, "segue-analyze was not built"))
struct PlausibleAnswerTests {
    /// A true answer, as an object to be bent.
    private func honest() async throws -> [String: Any] {
        let folder = try Folder()
        try WaveFile([Signal.chord([220, 277, 330], seconds: 6)], rate: 22_050).write(to: folder("a.wav"))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(BuiltAnalyzer.path))
        process.arguments = [folder("a.wav")]
        let output = folder("answer")
        try Data().write(to: URL(fileURLWithPath: output))
        process.standardOutput = FileHandle(forWritingAtPath: output)
        let (ends, continuation) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { continuation.yield($0.terminationStatus) }
        try process.run()
        _ = await ends.first { _ in true }
        let data = try Data(contentsOf: URL(fileURLWithPath: output))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    /// The answer with a member replaced, as bytes.
    private func bent(_ answer: [String: Any], _ path: [String], _ value: Any) throws -> [UInt8] {
        func replaced(_ object: Any?, _ path: ArraySlice<String>) -> Any {
            guard let name = path.first else { return value }
            var members = object as? [String: Any] ?? [:]
            members[name] = replaced(members[name], path.dropFirst())
            return members
        }
        return Array(try JSONSerialization.data(withJSONObject: replaced(answer, path[...])))
    }

    private static let lies: [(path: [String], value: any Sendable)] = [
        (["document", "file", "duration"], 1e300), (["document", "file", "duration"], -5),
        (["document", "version"], 77), (["document", "descriptors", "loudness", "integrated"], 4_000),
        (["document", "descriptors", "timbre", "mfcc", "mean"], [1.5]),
        (["document", "descriptors", "timbre", "contrast", "deviation"], [Double](repeating: 0, count: 500)),
        (
            ["document", "descriptors", "rhythm", "tempo"],
            ["bpm": -3, "confidence": 1, "alternatives": [Int]()] as [String: any Sendable]
        ),
        (["document", "descriptors", "tonality", "key"], ["pitch_class": 99, "mode": 1, "confidence": 1]),
        (["document", "descriptors", "timbre", "harmonic_ratio"], "loud"),
        (
            ["document", "fingerprint"],
            ["seconds": 3, "values": [Int](repeating: 1, count: 100_000)] as [String: any Sendable]
        ),
    ]

    @Test func anHonestAnswerIsTaken() async throws {
        let answer = try await honest()
        let bytes = Array(try JSONSerialization.data(withJSONObject: answer))
        guard case .document = AnalyzerPool.answer(bytes) else {
            Issue.record("refused")
            return
        }
    }

    @Test(arguments: lies.indices)
    func aLieIsARefusalAndNoCrash(_ index: Int) async throws {
        let lie = Self.lies[index]
        let answer = AnalyzerPool.answer(try bent(try await honest(), lie.path, lie.value))
        guard case .refusal(let refusal) = answer else {
            Issue.record("taken: \(lie.path)")
            return
        }
        #expect(refusal.code == "crashed")
    }

    @Test(arguments: ["", "{", "null", "[]", "{\"document\": 3}", "\u{0}\u{0}", "{\"refusal\": {\"code\": 1}}"])
    func whatIsNoAnswerIsARefusal(_ text: String) {
        guard case .refusal(let refusal) = AnalyzerPool.answer(Array(text.utf8)) else {
            Issue.record("taken")
            return
        }
        #expect(refusal.code == "crashed")
    }
}
