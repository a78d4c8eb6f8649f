extension ProviderMetrics {
    /// The counts in Prometheus's text format, to be appended to a page of metrics; empty before the first call.
    public var exposition: String {
        let counts = counts
        var lines: [String] = []
        func describe(_ name: String, _ type: String, _ help: String) {
            lines += ["# HELP segue_provider_\(name) \(help)", "# TYPE segue_provider_\(name) \(type)"]
        }
        func single<Value>(_ name: String, _ type: String, _ help: String, _ values: [String: Value]) {
            guard !values.isEmpty else { return }
            describe(name, type, help)
            for (service, value) in values.sorted(by: { $0.key < $1.key }) {
                lines.append("segue_provider_\(name){service=\"\(service)\"} \(value)")
            }
        }
        if !counts.calls.isEmpty {
            describe("calls_total", "counter", "Calls to outside services by endpoint and outcome.")
            lines += Self.callLines(counts)
            describe("call_duration_seconds", "histogram", "Time on the network in seconds.")
            lines += Self.durationLines(counts)
        }
        single("retries_total", "counter", "Second and later tries.", counts.retries)
        single("wait_seconds_total", "counter", "Time spent waiting for turns.", counts.waited)
        single("remembered_total", "counter", "Answers from memory, without a call.", counts.remembered)
        single("refused_total", "counter", "Calls that an open circuit breaker refused.", counts.refused)
        single(
            "circuit_open", "gauge", "1 where the circuit breaker is not closed.",
            counts.breakers.mapValues { $0 == .closed ? 0 : 1 })
        return lines.map { $0 + "\n" }.joined()
    }

    private static func callLines(_ counts: Counts) -> [String] {
        let order = counts.calls.sorted {
            ($0.key.service, $0.key.endpoint, $0.key.outcome) < ($1.key.service, $1.key.endpoint, $1.key.outcome)
        }
        return order.map { label, count in
            "segue_provider_calls_total{service=\"\(label.service)\",endpoint=\"\(label.endpoint)\""
                + ",outcome=\"\(label.outcome)\"} \(count)"
        }
    }

    private static func durationLines(_ counts: Counts) -> [String] {
        let name = "segue_provider_call_duration_seconds"
        return counts.durations.sorted { $0.key < $1.key }.flatMap { service, durations in
            zip(Durations.bounds, durations.cumulative).map {
                "\(name)_bucket{service=\"\(service)\",le=\"\($0)\"} \($1)"
            } + [
                "\(name)_bucket{service=\"\(service)\",le=\"+Inf\"} \(durations.count)",
                "\(name)_sum{service=\"\(service)\"} \(durations.sum)",
                "\(name)_count{service=\"\(service)\"} \(durations.count)",
            ]
        }
    }
}
