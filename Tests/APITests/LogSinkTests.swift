import Foundation
import TestSupport
import Testing

@testable import API

/// What reaches the file, and when.
@Suite struct LogSinkTests {
    private func withSink(_ body: (StandardErrorSink, URL) async throws -> Void) async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "segue-log-\(UUID().uuidString)")
        try Data().write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let handle = try FileHandle(forWritingTo: file)
        try await body(StandardErrorSink(file: handle), file)
    }

    private func text(_ file: URL) throws -> String { String(decoding: try Data(contentsOf: file), as: UTF8.self) }

    @Test func aLineThatMayNotWaitTakesThoseBeforeItAlongInOrder() async throws {
        try await withSink { sink, file in
            for number in 1...3 { sink.write(line: Array("waiting \(number)\n".utf8), mayWait: true) }
            sink.write(line: Array("urgent\n".utf8), mayWait: false)
            let written = try text(file)
            #expect(written == "waiting 1\nwaiting 2\nwaiting 3\nurgent\n")
        }
    }

    @Test func aLineThatMayWaitArrivesByItself() async throws {
        try await withSink { sink, file in
            for round in 1...3 {
                sink.write(line: Array("line\n".utf8), mayWait: true)
                try await eventually { try text(file).count >= 5 * round }
                let written = try text(file)
                #expect(written == String(repeating: "line\n", count: round))
            }
        }
    }

    @Test func manyLinesDoNotPileUpInMemory() async throws {
        try await withSink { sink, file in
            let line = Array((String(repeating: "x", count: 999) + "\n").utf8)
            for _ in 0..<100 { sink.write(line: line, mayWait: true) }
            let written = try text(file)
            #expect(written.utf8.count >= 64 << 10)
        }
    }

    @Test func linesOfSeveralThreadsStayWhole() async throws {
        try await withSink { sink, file in
            await withTaskGroup(of: Void.self) { group in
                for name in ["a", "b", "c", "d"] {
                    group.addTask {
                        let line = Array((String(repeating: name, count: 99) + "\n").utf8)
                        for number in 0..<500 { sink.write(line: line, mayWait: number % 7 > 0) }
                    }
                }
            }
            sink.write(line: Array("end\n".utf8), mayWait: false)
            let lines = try text(file).split(separator: "\n")
            #expect(lines.count == 2_001)
            #expect(lines.dropLast().allSatisfy { $0.count == 99 && Set($0).count == 1 })
        }
    }
}
