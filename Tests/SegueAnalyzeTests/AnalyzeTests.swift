import Foundation
import SoundDocument
import SoundSamples
import Testing

@Suite(.enabled(if: Analyzer.path != nil, "segue-analyze was not built"))
struct AnalyzeTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    private func wave(_ name: String, _ channels: [[Float]], rate: Int = 44_100) throws -> String {
        try WaveFile(channels, rate: rate).write(to: folder(name))
        return folder(name)
    }

    @Test func aFileBecomesADocument() async throws {
        let path = try wave("a.wav", [Signal.clicks(bpm: 120, seconds: 8, rate: 44_100)])
        let document = try #require(try await Analyzer.document([path]))
        #expect(document.version == SoundDocument.currentVersion)
        #expect(document.file.channels == 1 && document.file.sampleRate == 44_100 && document.file.failures == 0)
        #expect(abs(document.file.duration - 8) < 0.01)
        #expect(document.fingerprint?.values.isEmpty == false)
        #expect(document.descriptors.timbre.mfcc.mean.count == 20)
        #expect(document.descriptors.loudness.integrated != nil)
    }

    @Test func theSameFileGivesTheSameDocument() async throws {
        let path = try wave("a.wav", [Signal.noise(seconds: 3, rate: 44_100)])
        let (first, second) = (try await Analyzer.run([path]).output, try await Analyzer.run([path]).output)
        #expect(first == second && !first.isEmpty)
    }

    @Test func channelsAndRateDoNotChangeTheSound() async throws {
        let one = try #require(
            try await Analyzer.document([try wave("1.wav", [Signal.sine(440, seconds: 4, rate: 44_100)])]))
        let high = Signal.sine(440, seconds: 4, rate: 192_000)
        let path = try wave("12.wav", Array(repeating: high, count: 12), rate: 192_000)
        let twelve = try #require(try await Analyzer.document([path]))
        #expect(twelve.file.channels == 12 && twelve.file.sampleRate == 192_000)
        #expect(abs(one.descriptors.timbre.centroid.mean - twelve.descriptors.timbre.centroid.mean) < 5)
        #expect(abs(one.descriptors.loudness.rms.mean - twelve.descriptors.loudness.rms.mean) < 0.005)
    }

    /// The string orchestra changes its tempo with every phrase, and the whale keeps none.
    @Test(.enabled(if: SharedClips.folder != nil, "SEGUE_SHARED is not set"))
    func clipsWithABeatAreSureOfIt() async throws {
        for path in SharedClips.paths {
            let document = try #require(try await Analyzer.document([path]))
            let confidence = document.descriptors.rhythm.tempo?.confidence ?? 0
            let hasBeat = ["Fishin", "Sugar_Plum", "Vibe_Ace"].contains { path.contains($0) }
            #expect(hasBeat ? confidence > 0.2 : confidence < 0.15, "\(path): \(confidence)")
        }
    }

    @Test func channelsThatCancelEachOtherOutAreHeard() async throws {
        let tune = Signal.chord([220, 277, 330], seconds: 4, rate: 44_100)
        let inverse = tune.map { -$0 }
        let alone = try #require(try await Analyzer.document([try wave("alone.wav", [tune])]))
        let both = try #require(try await Analyzer.document([try wave("both.wav", [tune, inverse])]))
        #expect(both.descriptors.timbre == alone.descriptors.timbre)
        #expect(both.fingerprint == alone.fingerprint && both.file.channels == 2)
        let silence = [Float](repeating: 0, count: 44_100 * 2)
        let refusal = try await Analyzer.refusal([try wave("none.wav", [silence, silence])])
        #expect(refusal == "silent")
    }

    @Test func whatIsFarOverFullScaleIsDescribed() async throws {
        let loud = Signal.chord([220, 277, 330], seconds: 4, rate: 44_100).map { $0 * 100 }
        let document = try #require(try await Analyzer.document([try wave("loud.wav", [loud])]))
        #expect(try #require(document.descriptors.loudness.integrated) > 20)
    }

    @Test func badInputHasItsReason() async throws {
        var broken = Signal.noise(seconds: 2, rate: 44_100)
        broken[20_000] = .nan
        try Data().write(to: URL(fileURLWithPath: folder("empty.mp3")))
        try Data(String(repeating: "words and words ", count: 4_000).utf8)
            .write(to: URL(fileURLWithPath: folder("text.mp3")))
        let silence = [Float](repeating: 0, count: 44_100 * 5)
        let cases = [
            ("empty", folder("empty.mp3")), ("silent", try wave("silence.wav", [silence])),
            ("too_short", try wave("one.wav", [[0.5]])),
            ("too_short", try wave("short.wav", [Signal.noise(seconds: 0.1, rate: 44_100)])),
            ("not_finite", try wave("nan.wav", [broken])), ("unreadable", folder("absent.ogg")),
        ]
        for (code, path) in cases {
            let refusal = try await Analyzer.refusal([path])
            #expect(refusal == code, "\(path)")
        }
        let text = try await Analyzer.refusal([folder("text.mp3")])
        #expect(text != nil)
        let directory = try await Analyzer.refusal([folder.path])
        #expect(directory != nil)
    }

    @Test func anHourOfSilenceIsRefusedAsSilence() async throws {
        let path = try wave("hour.wav", [[Float](repeating: 0, count: 8_000 * 3_600)], rate: 8_000)
        let refusal = try await Analyzer.refusal([path])
        #expect(refusal == "silent")
    }

    @Test func whatLastsTooLongIsRefused() async throws {
        let path = try wave("long.wav", [Signal.noise(seconds: 70, rate: 8_000)], rate: 8_000)
        let refusal = try await Analyzer.refusal(["--longest", "1", path])
        #expect(refusal == "too_long")
    }

    @Test func whatSaysThatItLastsTooLongIsRefusedUnheard() async throws {
        let hours = try wave("hours.wav", [[Float](repeating: 0, count: 100)], rate: 8_000)
        var header = try Data(contentsOf: URL(fileURLWithPath: hours)).prefix(44)
        let size = 8_000 * 4 * 3_600 * 10
        header.replaceSubrange(40..<44, with: withUnsafeBytes(of: UInt32(size).littleEndian) { Data($0) })
        try header.write(to: URL(fileURLWithPath: hours))
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: hours))
        try file.truncate(atOffset: UInt64(size + 44))
        try file.close()
        let refusal = try await Analyzer.refusal(["--seconds", "2", hours])
        #expect(refusal == "too_long", "to hear two hours takes longer than two seconds")
    }

    @Test func rubbishUnderTheNameOfACodecIsNoSoundAndNoCodecThatIsMissing() async throws {
        let path = try wave("rubbish.flac", [[0]])
        var state: UInt64 = 7
        let bytes = (0..<100_000).map { _ -> UInt8 in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let refusal = try await Analyzer.refusal([path])
        #expect(refusal == "not_audio")
    }

    @Test(arguments: [["--seconds", "x", "a"], ["a", "b"], ["--nonsense"], ["--memory"]])
    func aWrongCommandLineIsAUsageError(arguments: [String]) async throws {
        let (answer, status, output) = try await Analyzer.run(arguments)
        #expect(answer == nil && status == 2 && output.isEmpty)
    }

    @Test func helpIsPrinted() async throws {
        let (_, status, output) = try await Analyzer.run(["--help"])
        #expect(status == 0 && output.hasPrefix("usage: segue-analyze"))
    }
}
