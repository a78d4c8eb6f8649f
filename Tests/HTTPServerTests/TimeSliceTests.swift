import Foundation
import HTTPServer
import Testing

/// How long Linux lets a thread compute before another's turn comes, as it says itself.
@Suite(.enabled(if: TimeSlice.isTold, "this system does not tell threads' time slices"))
struct TimeSliceTests {
    @Test func threadsThatAnswerHaveTheShortestSlices() async throws {
        let handler = TestHandler { _ in .now(.text(TimeSlice.ofThisThread.map(String.init) ?? "")) }
        try await withServer(handler) { server in
            let answer = try await ask(server, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(answer?.text == "100000")
        }
        #expect(TimeSlice.ofThisThread != 100_000)
    }
}

private enum TimeSlice {
    /// In nanoseconds, or nil where the system does not tell.
    static var ofThisThread: Int? {
        guard let text = try? String(contentsOfFile: "/proc/thread-self/sched", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("se.slice") })
        else { return nil }
        return line.split(separator: " ").last.flatMap { Int($0) }
    }

    /// Linux grants what is asked for from 6.12 on.
    static var isTold: Bool {
        let version = ProcessInfo.processInfo.operatingSystemVersion
        return ofThisThread != nil && (version.majorVersion, version.minorVersion) >= (6, 12)
    }
}
