import Dispatch
import Foundation
import Synchronization

/// Waits for the signals that ask a service to stop.
///
/// The first one asks for a graceful stop; after it the signals have their ordinary effect again, so that a second one
/// ends the process at once.
final class StopSignals: Sendable {
    private static let numbers = [SIGINT, SIGTERM, SIGHUP]

    private let sources: Mutex<[any DispatchSourceSignal]>
    private let arrivals: AsyncStream<Int32>

    /// Begins listening; a broken connection must not end the process, so SIGPIPE is ignored from now on.
    init() {
        signal(SIGPIPE, SIG_IGN)
        let (arrivals, continuation) = AsyncStream.makeStream(of: Int32.self)
        self.arrivals = arrivals
        sources = Mutex(
            Self.numbers.map { number in
                let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
                source.setEventHandler { @Sendable in continuation.yield(number) }
                source.resume()
                return source
            })
    }

    /// Waits for the first signal; nil where the task is cancelled before.
    func first() async -> Int32? {
        var iterator = arrivals.makeAsyncIterator()
        let number = await iterator.next()
        sources.withLock { sources in
            for source in sources { source.cancel() }
            sources = []
        }
        for number in Self.numbers { signal(number, SIG_DFL) }
        return number
    }
}
