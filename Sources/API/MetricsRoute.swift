internal import Foundation
internal import HTTPServer
internal import Recommendation

/// `GET /metrics`, for Prometheus.
struct MetricsRoute: Sendable {
    let metrics: Metrics
    let serving: @Sendable () -> ServingCatalog?
    var further: (@Sendable () -> String)?

    var route: Route {
        Route(
            "GET", "/metrics", access: .open,
            Operation(
                id: "metrics", summary: "Metrics for Prometheus",
                description:
                    "Requests by route and status, durations, the index and memory, in Prometheus's text format.",
                answers: [.init(200, "The metrics.", .init(type: "text/plain", schema: ["type": "string"]))])
        ) { _ in
            .now(
                HTTPResponse(
                    contentType: "text/plain; version=0.0.4; charset=utf-8", body: Array(exposition().utf8)))
        }
    }

    /// The text at this moment.
    func exposition() -> String {
        let counts = metrics.counts
        var page = Exposition()
        write(counts, to: &page)
        writeIndex(to: &page)
        if let bytes = Self.residentBytes() {
            page.single("process_resident_memory_bytes", "gauge", "Memory in use, in bytes.", bytes)
        }
        return page.text + (further?() ?? "")
    }

    private func write(_ counts: Metrics.Counts, to page: inout Exposition) {
        page.describe(
            "segue_http_requests_total", "counter", "Requests answered, by route template, method and status.")
        let order = counts.requests.sorted {
            ($0.key.route, $0.key.method, $0.key.status) < ($1.key.route, $1.key.method, $1.key.status)
        }
        for (label, count) in order {
            page.sample(
                "segue_http_requests_total",
                ["route": label.route, "method": label.method, "status": String(label.status)], count)
        }
        let duration = "segue_http_request_duration_seconds"
        page.describe(duration, "histogram", "From a request's first line to its answer, in seconds.")
        for (route, histogram) in counts.durations.sorted(by: { $0.key < $1.key }) {
            page.histogram(duration, label: "route", route, histogram)
        }
        page.single(
            "segue_http_requests_in_flight", "gauge", "Requests whose answers are being worked on.", counts.inFlight)
        page.single(
            "segue_http_incomplete_answers_total", "counter", "Answers whose clients left before the end.",
            counts.incomplete)
    }

    private func writeIndex(to page: inout Exposition) {
        let generation = serving()?.generation
        page.single("segue_index_tracks", "gauge", "Tracks that can be recommended.", generation?.tracks ?? 0)
        page.describe("segue_index_info", "gauge", "1 for the generation of the index that serves.")
        if let generation {
            page.sample(
                "segue_index_info", ["generation": generation.id, "built_at": generation.builtAt], 1)
        }
    }

    /// What the kernel says of this process; nil where it says nothing.
    private static func residentBytes() -> Int? {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return nil }
        return status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
            .flatMap { $0.split(whereSeparator: \.isWhitespace).dropFirst().first }
            .flatMap { Int($0) }.map { $0 * 1_024 }
    }
}
