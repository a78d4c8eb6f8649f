internal import CCurl

/// The transfers of an engine, waiting and under way. Confined to the engine's thread.
struct Transfers {
    private static let longestWait: Int32 = 1_000

    private let multi: UnsafeMutableRawPointer
    private let maximumConcurrent: Int
    private var waiting: [Transfer] = []
    private var underway: [UnsafeMutableRawPointer: EasyHandle] = [:]

    init(multi: UnsafeMutableRawPointer, configuration: HTTPClientConfiguration) {
        self.multi = multi
        maximumConcurrent = configuration.maximumConcurrent
        let perHost = configuration.maximumConnectionsPerHost
        _ = segue_curl_set_multi_number(multi, CURLMOPT_MAX_HOST_CONNECTIONS, perHost)
        _ = segue_curl_set_multi_number(multi, CURLMOPT_MAXCONNECTS, max(16, maximumConcurrent))
    }

    var waitingCount: Int { waiting.count }

    mutating func enqueue(_ transfer: Transfer) { waiting.append(transfer) }

    /// Ends a transfer that nobody waits for any more.
    mutating func abandon(_ transfer: Transfer) {
        waiting.removeAll { $0 === transfer }
        guard let handle = underway.values.first(where: { $0.transfer === transfer }) else { return }
        remove(handle)
    }

    mutating func abandonAll(_ error: HTTPClientError) {
        for transfer in waiting + underway.values.map(\.transfer) { transfer.end(.failure(error)) }
        waiting = []
        for handle in Array(underway.values) { remove(handle) }
    }

    /// Starts what may start, moves bytes, and answers what is done.
    mutating func proceed() {
        begin()
        var running: Int32 = 0
        curl_multi_perform(multi, &running)
        finish()
        begin()
    }

    /// Sleeps until a socket is ready, a limit of time runs out, or somebody calls.
    func wait() {
        var timeout = Self.longestWait
        if let first = waiting.map(\.deadline).min() {
            timeout = min(timeout, Int32(max(1, (first - .now) / .milliseconds(1))))
        }
        curl_multi_poll(multi, nil, 0, timeout, nil)
    }

    private mutating func begin() {
        expire()
        while underway.count < maximumConcurrent, !waiting.isEmpty { start(waiting.removeFirst()) }
    }

    private mutating func expire() {
        let now = ContinuousClock.now
        guard waiting.contains(where: { $0.deadline <= now }) else { return }
        for transfer in waiting where transfer.deadline <= now { transfer.end(.failure(.timedOut(.waiting))) }
        waiting.removeAll { $0.deadline <= now }
    }

    private mutating func start(_ transfer: Transfer) {
        // A cancellation can overtake the submission.
        guard !transfer.isEnded else { return }
        guard let handle = EasyHandle(transfer) else {
            return transfer.end(.failure(.failed(code: 0, "out of memory")))
        }
        let code = curl_multi_add_handle(multi, handle.pointer)
        guard code == CURLM_OK else {
            return transfer.end(.failure(.failed(code: Int(code.rawValue), String(cString: curl_multi_strerror(code)))))
        }
        underway[handle.pointer] = handle
    }

    private mutating func finish() {
        var code = CURLE_OK
        while let pointer = segue_curl_next_finished(multi, &code) {
            guard let handle = underway[pointer] else { continue }
            let ending = handle.ending(code)
            remove(handle)
            handle.transfer.end(ending)
        }
    }

    private mutating func remove(_ handle: EasyHandle) {
        curl_multi_remove_handle(multi, handle.pointer)
        underway[handle.pointer] = nil
    }
}
