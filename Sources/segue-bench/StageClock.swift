internal import Foundation

/// Adds up the seconds of named stages: those on the wall, and those of all processors, which a busy machine lengthens less.
struct StageClock {
    private(set) var seconds: [String: Double] = [:]
    private(set) var processorSeconds: [String: Double] = [:]

    /// Runs `body` and adds its times to a stage's.
    mutating func time<Result>(_ stage: String, _ body: () throws -> Result) rethrows -> Result {
        let clock = ContinuousClock()
        let (start, busy) = (clock.now, Self.processorTime)
        defer {
            processorSeconds[stage, default: 0] += Self.processorTime - busy
            let elapsed = (clock.now - start).components
            seconds[stage, default: 0] += Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
        }
        return try body()
    }

    private static var processorTime: Double {
        var time = timespec()
        return clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0
            ? Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9 : 0
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
