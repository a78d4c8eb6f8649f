// What reads strangers' bytes in the service itself, for libFuzzer; `benchmarks/audio/libfuzzer` builds and runs it. Without
// FUZZING this is a program that says so: what is fuzzed is internal to its module, and only debug builds show that.

#if FUZZING
    import Catalog
    import Foundation
    import JSONText
    import SoundDocument

    @testable import MusicFolder

    @_silgen_name("LLVMFuzzerRunDriver")
    private func runDriver(
        _ count: UnsafeMutablePointer<CInt>,
        _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
        _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
    ) -> CInt

    /// One input: its first byte says which reader it is for.
    private func fuzz(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
        guard let bytes, count > 0 else { return 0 }
        let content = Array(UnsafeBufferPointer(start: bytes + 1, count: count - 1))
        switch bytes[0] % 3 {
        case 0: fuzzDocument(content)
        case 1: fuzzTags(content)
        default: fuzzJSON(content)
        }
        return 0
    }

    /// What a process that a file has got the better of may write: never a crash, and never what cannot be stored.
    private func fuzzDocument(_ bytes: [UInt8]) {
        guard case .document(let document) = AnalyzerPool.answer(bytes) else { return }
        let file = MusicFile(path: "/m/a.ogg", size: 1, modified: 1, content: nil, version: 1)
        let record = FileTags(document.tags).record(of: file, duration: document.file.duration)
        let sound = try? document.soundRecord()
        precondition(sound?.sound.count == SoundDescriptors.soundCount && (record.duration ?? -1) >= 0)
        precondition(document.features[.tempo].map(\.isFinite) ?? true)
    }

    /// Tags, one to a line, `name=value`.
    private func fuzzTags(_ bytes: [UInt8]) {
        let pairs = String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
            line.firstIndex(of: "=").map { (line[..<$0].lowercased(), String(line[line.index(after: $0)...])) }
        }
        let file = MusicFile(
            path: "/music/\(pairs.first?.1 ?? "a").ogg", size: 1, modified: 1, content: nil, version: 1)
        let record = FileTags(Dictionary(pairs) { first, _ in first }).record(of: file, duration: 1)
        precondition(record.ids.allSatisfy { !$0.value.isEmpty } && record.artists.allSatisfy { !$0.name.isEmpty })
        precondition(record.genres.allSatisfy { !$0.isEmpty } && (1...9_999).contains(record.trackNumber ?? 1))
        precondition(record.ids.first?.namespace == "file" && record.name != "")
    }

    /// JSON of any kind: what our parser takes, Foundation's takes as well.
    private func fuzzJSON(_ bytes: [UInt8]) {
        guard (try? JSONParser.parse(bytes, 0..<bytes.count)) != nil else { return }
        let other = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
        // A number past the range of doubles, and half of a surrogate pair, are Foundation's to refuse.
        let mayOverflow = bytes.count > 300 || bytes.contains { $0 | 0x20 == UInt8(ascii: "e") }
        let mayBeHalf = String(decoding: bytes, as: UTF8.self).lowercased().contains("\\ud")
        precondition(other != nil || mayOverflow || mayBeHalf)
    }

    @main enum FuzzProgram {
        static func main() {
            var count = CommandLine.argc
            var arguments = CommandLine.unsafeArgv
            exit(runDriver(&count, &arguments, fuzz))
        }
    }
#else
    @main enum FuzzProgram {
        static func main() { print("run benchmarks/audio/libfuzzer, which builds this with libFuzzer") }
    }
#endif
