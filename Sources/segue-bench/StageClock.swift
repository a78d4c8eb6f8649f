internal import Foundation

/// Adds up the seconds of named stages.
struct StageClock {
    private(set) var seconds: [String: Double] = [:]

    /// Runs `body` and adds its time to a stage's.
    mutating func time<Result>(_ stage: String, _ body: () throws -> Result) rethrows -> Result {
        let clock = ContinuousClock()
        let start = clock.now
        defer {
            let elapsed = (clock.now - start).components
            seconds[stage, default: 0] += Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
        }
        return try body()
    }
}

/// The most memory that this process has had.
enum PeakMemory {
    /// Peak resident memory in MiB, as the kernel counts it; 0 where it does not say.
    static var mebibytes: Double {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        let kibibytes = line?.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0
        return (kibibytes / 1_024).rounded()
    }
}
