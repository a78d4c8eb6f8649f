import Foundation
import Terminal

/// `segue-bench bandwidth`: bytes a second that a plain sum reads from memory, the limit of every scan.
struct BandwidthCommand: Sendable {
    let console: Console
    private let threads = Option("--threads", "COUNT", .integer(in: 1...256), "Threads that read (default: 1)")
    private let size = Option(
        "--mebibytes", "COUNT", .integer(in: 1...65_536), "What each thread reads, beyond any cache (default: 512)")

    init(console: Console) { self.console = console }

    var command: Command {
        Command(
            "bandwidth", "Measures how fast memory can be read", options: [threads.description, size.description],
            action: run)
    }

    @Sendable private func run(_ invocation: Invocation) async throws -> ExitStatus {
        let count = invocation[threads] ?? 1
        let bytes = (invocation[size] ?? 512) << 20
        let arrays = (0..<count).map { _ in
            [SIMD16<Float>](repeating: SIMD16(repeating: 0.5), count: bytes / 64)
        }
        var best = 0.0
        for _ in 0..<5 {
            let clock = ContinuousClock()
            let started = clock.now
            DispatchQueue.concurrentPerform(iterations: count) { Self.check(Self.sum(arrays[$0])) }
            best = max(best, Double(count * bytes) / (clock.now - started).inSeconds)
        }
        let answer = ["threads": Double(count), "bytes_per_second": best]
        console.output.write(String(decoding: try JSONEncoder().encode(answer), as: UTF8.self) + "\n")
        return .success
    }

    /// Four sums side by side, so that no addition waits for the one before it.
    private static func sum(_ array: [SIMD16<Float>]) -> Float {
        array.withUnsafeBufferPointer { values in
            var sums = (SIMD16<Float>.zero, SIMD16<Float>.zero, SIMD16<Float>.zero, SIMD16<Float>.zero)
            for place in stride(from: 0, to: values.count - 3, by: 4) {
                sums.0 += values[place]
                sums.1 += values[place + 1]
                sums.2 += values[place + 2]
                sums.3 += values[place + 3]
            }
            return (sums.0 + sums.1 + sums.2 + sums.3).sum()
        }
    }

    /// Uses the sum, so that the compiler cannot leave the reading out.
    private static func check(_ sum: Float) {
        precondition(sum > 0, "the sum of halves is above zero")
    }
}
