/// Writes metrics in Prometheus's text format, version 0.0.4.
struct Exposition {
    /// The text so far.
    private(set) var text = ""

    /// Begins a metric.
    mutating func describe(_ name: String, _ type: String, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    /// Adds one sample.
    mutating func sample(_ name: String, _ labels: KeyValuePairs<String, String>, _ value: some Numeric) {
        let pairs = labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
        text += pairs.isEmpty ? "\(name) \(value)\n" : "\(name){\(pairs)} \(value)\n"
    }

    /// Adds a metric of a single sample.
    mutating func single(_ name: String, _ type: String, _ help: String, _ value: some Numeric) {
        describe(name, type, help)
        sample(name, [:], value)
    }

    /// Adds the samples of a histogram.
    mutating func histogram(_ name: String, label: String, _ value: String, _ histogram: Histogram) {
        for (bound, count) in zip(Histogram.bounds, histogram.cumulative) {
            sample("\(name)_bucket", [label: value, "le": "\(bound)"], count)
        }
        sample("\(name)_bucket", [label: value, "le": "+Inf"], histogram.count)
        sample("\(name)_sum", [label: value], histogram.sum)
        sample("\(name)_count", [label: value], histogram.count)
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
