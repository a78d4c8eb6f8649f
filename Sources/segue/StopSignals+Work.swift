extension StopSignals {
    /// Does work that SIGINT, SIGTERM or SIGHUP interrupts: it is cancelled then, and its end is waited for, with what it
    /// writes down of it. After the first signal another one ends the process at once.
    ///
    /// - Parameters:
    ///   - consequence: what is so where a signal came, for a person.
    ///   - work: what is done; it ends soon after its task is cancelled.
    /// - Throws: what the work throws, and `CommandFailure` where a signal kept it from its end.
    static func interrupting<Value: Sendable>(
        _ consequence: String, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let signals = StopSignals()
        defer { signals.giveBack() }
        let task = Task { try await work() }
        let watch = Task {
            guard await signals.first() != nil else { return false }
            task.cancel()
            return true
        }
        let result = await task.result
        watch.cancel()
        if await watch.value, case .failure = result {
            throw CommandFailure("interrupted before it was done; \(consequence)")
        }
        return try result.get()
    }
}
