internal import Synchronization

/// Shows how far a piece of work is: a bar on a terminal, plain lines elsewhere, nothing for work under a second.
public final class ProgressDisplay: Sendable {
    private let stream: TextOutput
    private let now: @Sendable () -> ContinuousClock.Instant
    private let start: ContinuousClock.Instant
    private let meter: Mutex<ProgressMeter>

    /// Begins showing work on `stream`, counted in `unit` ("tracks"); `now` tells the time.
    public init(
        _ label: String, unit: String, total: Int? = nil, on stream: TextOutput,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        (self.stream, self.now, start) = (stream, now, now())
        meter = Mutex(ProgressMeter(label: label, unit: unit, total: total, isTerminal: stream.isTerminal))
    }

    /// Takes in how much is done; may be called from anywhere, as often as one likes.
    public func update(_ completed: Int, of total: Int? = nil) {
        let width = stream.width ?? 80
        meter.withLock { meter in
            guard let line = meter.update(completed: completed, total: total, seconds: seconds, width: width) else {
                return
            }
            stream.write(stream.isTerminal ? "\r\u{1B}[K\(line)" : line + "\n")
        }
    }

    /// Takes the bar off the terminal; where plain lines were shown, adds a last one if it says something new.
    public func finish() {
        meter.withLock { meter in
            guard meter.hasShown else { return }
            if stream.isTerminal {
                stream.write("\r\u{1B}[K")
            } else if let line = meter.lastLine(seconds: seconds) {
                stream.write(line + "\n")
            }
        }
    }

    private var seconds: Double {
        let elapsed = start.duration(to: now()).components
        return Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
    }
}
