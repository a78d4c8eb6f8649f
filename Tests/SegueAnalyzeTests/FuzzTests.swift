import Foundation
import SoundDocument
import SoundSamples
import Testing

/// Files that were cut short or changed at random places; `SEGUE_FUZZ_FILES` says how many, 60 by default.
@Suite(
    .enabled(if: Analyzer.path != nil, "segue-analyze was not built"),
    .enabled(if: SharedClips.folder != nil, "SEGUE_SHARED holds no clips"))
struct FuzzTests {
    private static let count = ProcessInfo.processInfo.environment["SEGUE_FUZZ_FILES"].flatMap(Int.init) ?? 60

    @Test func everyDamagedFileEndsInAnAnswer() async throws {
        let folder = try Folder()
        let clips = try SharedClips.paths.map { try Data(contentsOf: URL(fileURLWithPath: $0)).prefix(60_000) }
        var outcomes: [String: Int] = [:]
        for number in 0..<Self.count {
            var damage = Damage(seed: UInt64(number))
            let path = folder("\(number).ogg")
            try damage.applied(to: Data(clips[number % clips.count])).write(to: URL(fileURLWithPath: path))
            let (answer, status, _) = try await Analyzer.run(["--seconds", "20", path])
            switch answer {
            case .document(let document): outcomes["analysed", default: 0] += document.file.duration >= 1 ? 1 : 0
            case .refusal(let refusal): outcomes[refusal.code, default: 0] += 1
            case nil:
                outcomes["crashed", default: 0] += 1
                Issue.record("file \(number) ended with status \(status) and no answer")
            }
            try FileManager.default.removeItem(atPath: path)
        }
        #expect(outcomes.values.reduce(0, +) == Self.count, "\(outcomes)")
        print(
            "damaged files: \(outcomes.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", "))"
        )
    }
}

/// One way of damaging a file, the same for the same seed.
private struct Damage {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 1 }

    private mutating func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % max(1, bound)
    }

    mutating func applied(to data: Data) -> Data {
        var bytes = Array(data)
        switch next(3) {
        case 0: bytes.removeLast(next(bytes.count))
        case 1: for _ in 0...next(40) { bytes[next(bytes.count)] ^= UInt8(1 << next(8)) }
        default:
            // The headers decide most of what a decoder believes.
            for _ in 0...next(8) { bytes[next(min(bytes.count, 6_000))] = UInt8(next(256)) }
        }
        return Data(bytes)
    }
}
