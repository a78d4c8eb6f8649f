import AudioDecoding
import Foundation
import SoundSamples
import Testing

struct AudioFileTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    /// Everything that is decoded of a file with this content.
    private func decoded(_ data: Data, name: String = "a.wav") throws -> (facts: AudioFacts, samples: [Float]) {
        let path = folder(name)
        try data.write(to: URL(fileURLWithPath: path))
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        var file = try AudioFile(descriptor: handle.fileDescriptor, name: name)
        var samples: [Float] = []
        try file.decode {
            samples.append(contentsOf: $0)
            return true
        }
        return (file.facts, samples)
    }

    private func refusal(_ data: Data, name: String = "a.wav") -> DecodingError? {
        #expect(throws: DecodingError.self) { try decoded(data, name: name) }
    }

    @Test func samplesComeOutAsTheyWentIn() throws {
        let (left, right) = (Signal.noise(seconds: 0.5, rate: 44_100), Signal.sine(300, seconds: 0.5, rate: 44_100))
        let (facts, samples) = try decoded(WaveFile([left, right]).data)
        #expect(samples == zip(left, right).flatMap { [$0, $1] })
        #expect(facts.channels == 2 && facts.sampleRate == 44_100)
        #expect(facts.container == "wav" && facts.codec == "pcm_f32le")
        #expect(abs(try #require(facts.duration) - 0.5) < 0.001)
    }

    @Test(arguments: [(12, 44_100), (1, 192_000), (1, 8_000), (6, 48_000)])
    func manyChannelsAndRatesAreDecoded(channels: Int, rate: Int) throws {
        let signal = Signal.sine(300, seconds: 0.2, rate: rate)
        let (facts, samples) = try decoded(WaveFile(Array(repeating: signal, count: channels), rate: rate).data)
        #expect(facts.channels == channels && facts.sampleRate == rate)
        #expect(samples.count == signal.count * channels)
    }

    @Test func nothingIsNotAudio() {
        #expect(refusal(Data()) == .empty)
    }

    @Test func textIsNotAudioWhateverItsName() {
        #expect(refusal(Data(String(repeating: "Lorem ipsum dolor. ", count: 500).utf8), name: "a.mp3") != nil)
    }

    @Test(arguments: ["#EXTM3U\n#EXTINF:1,a\n/etc/passwd\n", "ffconcat version 1.0\nfile '/etc/passwd'\n"])
    func listsOfOtherFilesOpenNothing(text: String) {
        #expect(refusal(Data(text.utf8), name: "a.m3u8") != nil)
    }

    @Test func decodingEndsWhereTheCallerHasEnough() throws {
        let path = folder("long.wav")
        try WaveFile([Signal.noise(seconds: 10, rate: 44_100)]).write(to: path)
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        var file = try AudioFile(descriptor: handle.fileDescriptor, name: "long.wav")
        var calls = 0
        try file.decode { _ in
            calls += 1
            return calls < 3
        }
        #expect(calls == 3)
    }

    @Test func aTruncatedFileIsDecodedAsFarAsItGoes() throws {
        let whole = WaveFile([Signal.noise(seconds: 2, rate: 44_100)]).data
        let (_, samples) = try decoded(whole.prefix(whole.count / 2))
        #expect(abs(samples.count - 44_100) < 4_096)
    }

    /// A socket whose other side is gone with something unread fails once everything was read, as a drive does that goes away.
    @Test func anErrorOfReadingIsNoEnd() throws {
        var ends: [Int32] = [0, 0]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        defer { close(ends[1]) }
        let whole = WaveFile([Signal.noise(seconds: 1, rate: 22_050)], rate: 22_050).data
        let part = Array(whole.prefix(60_000))
        #expect(write(ends[0], part, part.count) == part.count && write(ends[1], "x", 1) == 1)
        close(ends[0])
        let failure = #expect(throws: DecodingError.self) {
            var file = try AudioFile(descriptor: ends[1], name: "a.wav")
            try file.decode { _ in true }
        }
        #expect(failure?.code == "unreadable")
    }

    @Test func resamplingKeepsASineAndItsLength() throws {
        var resampler = try Resampler(from: 44_100, to: 22_050)
        let signal = Signal.sine(1_000, seconds: 1, rate: 44_100)
        var output: [Float] = []
        for start in stride(from: 0, to: signal.count, by: 1_000) {
            resampler.resample(Array(signal[start..<min(start + 1_000, signal.count)])) {
                output.append(contentsOf: $0)
            }
        }
        resampler.resample([]) { output.append(contentsOf: $0) }
        #expect(abs(output.count - 22_050) <= 2)
        let wanted = Signal.sine(1_000, seconds: 1)
        #expect(zip(output, wanted).dropFirst(500).dropLast(500).allSatisfy { abs($0 - $1) < 1e-3 })
    }

    @Test(.enabled(if: SharedClips.folder != nil, "SEGUE_SHARED holds no clips"))
    func tagsOfAStreamAreRead() throws {
        let path = try #require(SharedClips.paths.first { $0.contains("Hobbs") })
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        let file = try AudioFile(descriptor: handle.fileDescriptor, name: path)
        let facts = file.facts
        #expect(facts.container == "ogg" && facts.codec == "vorbis")
        #expect(facts.tags.keys.allSatisfy { $0 == $0.lowercased() })
    }
}
