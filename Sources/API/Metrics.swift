internal import Synchronization

/// What happened to requests, counted since the process began.
final class Metrics: Sendable {
    /// What requests are counted by.
    struct Label: Hashable, Sendable {
        var route: String
        var method: String
        var status: Int
    }

    /// All counts at one moment.
    struct Counts: Sendable {
        var requests: [Label: Int] = [:]
        var durations: [String: Histogram] = [:]
        var inFlight = 0
        var incomplete = 0
    }

    private let state = Mutex(Counts())

    /// A request's answer is being worked on.
    func begin() { state.withLock { $0.inFlight += 1 } }

    /// A request's answer is ready.
    func end() { state.withLock { $0.inFlight -= 1 } }

    /// Counts an answer; `route` is a template, never a path as sent.
    func record(route: String, method: String, status: Int, seconds: Double) {
        state.withLock { counts in
            counts.requests[Label(route: route, method: method, status: status), default: 0] += 1
            counts.durations[route, default: Histogram()].add(seconds)
        }
    }

    /// Counts an answer that did not reach its client.
    func recordIncomplete() { state.withLock { $0.incomplete += 1 } }

    /// All counts at this moment.
    var counts: Counts { state.withLock { $0 } }
}
