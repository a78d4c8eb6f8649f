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
            seconds[stage, default: 0] += (clock.now - start).inSeconds
        }
        return try body()
    }

    /// Adds what was timed elsewhere to a stage's seconds.
    mutating func add(_ duration: Duration, to stage: String) { seconds[stage, default: 0] += duration.inSeconds }

    private static var processorTime: Double {
        var time = timespec()
        return clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0
            ? Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9 : 0
    }
}

extension Duration {
    /// As a number of seconds.
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
