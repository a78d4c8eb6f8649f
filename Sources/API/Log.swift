internal import Foundation
internal import JSONText
internal import Synchronization

/// Writes one JSON object to a line: `time`, `level`, `message`, then whatever fields there are.
public struct Log: Sendable {
    /// How much a line matters.
    public enum Level: String, Sendable, CaseIterable, Comparable {
        /// For finding faults.
        case debug
        /// What happens all the time.
        case info
        /// Something that somebody should look at some day.
        case warning
        /// Something that somebody should look at now.
        case error

        /// By urgency.
        public static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }

        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    /// The value of a field.
    public enum Value: Sendable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation,
        ExpressibleByIntegerLiteral
    {
        /// Any text.
        case text(String)
        /// A whole number.
        case integer(Int)
        /// A number, written with at most six decimals.
        case number(Double)

        /// A text.
        public init(stringLiteral value: String) { self = .text(value) }
        /// A whole number.
        public init(integerLiteral value: Int) { self = .integer(value) }
    }

    private let threshold: Threshold
    /// Lines of a lower level are not written; copies share it, and it may be changed at any time.
    public var minimum: Level {
        get { threshold.level.withLock { $0 } }
        nonmutating set { threshold.level.withLock { $0 = newValue } }
    }
    private let sink: any LogSink
    private let clock: @Sendable () -> Date
    private let timestamp = Timestamp()

    /// A log over a sink.
    public init(minimum: Level = .info, to sink: any LogSink = StandardErrorSink()) {
        self.init(minimum: minimum, to: sink) { Date() }
    }

    init(minimum: Level, to sink: any LogSink, clock: @escaping @Sendable () -> Date) {
        (threshold, self.sink, self.clock) = (Threshold(minimum), sink, clock)
    }

    /// Writes a line; fields without a value are left out.
    public func write(_ level: Level, _ message: String, _ fields: KeyValuePairs<String, Value?> = [:]) {
        write(level, message, fields.lazy.map { ($0.key, $0.value) })
    }

    /// Writes a line whose fields were put together one by one.
    public func write(_ level: Level, _ message: String, _ fields: some Sequence<(String, Value?)>) {
        write(level, message, mayWait: false, fields)
    }

    /// Writes a line that one of many is; where nothing is wrong, it may be seen a moment later.
    func write(_ level: Level, ofMany message: String, _ fields: KeyValuePairs<String, Value?>) {
        write(level, message, mayWait: level < .warning, fields.lazy.map { ($0.key, $0.value) })
    }

    private func write(
        _ level: Level, _ message: String, mayWait: Bool, _ fields: some Sequence<(String, Value?)>
    ) {
        guard level >= minimum else { return }
        var line: [UInt8] = []
        line.reserveCapacity(384)
        JSONBytes.append(raw: #"{"time":"#, to: &line)
        JSONBytes.append(timestamp.text(of: clock()), to: &line)
        JSONBytes.append(raw: #","level":"#, to: &line)
        JSONBytes.append(level.rawValue, to: &line)
        JSONBytes.append(raw: #","message":"#, to: &line)
        JSONBytes.append(message, to: &line)
        for case (let name, let value?) in fields {
            line.append(UInt8(ascii: ","))
            JSONBytes.append(name, to: &line)
            line.append(UInt8(ascii: ":"))
            value.append(to: &line)
        }
        JSONBytes.append(raw: "}\n", to: &line)
        sink.write(line: line, mayWait: mayWait)
    }

    private final class Threshold: Sendable {
        let level: Mutex<Level>

        init(_ level: Level) { self.level = Mutex(level) }
    }

    /// Moments in ISO 8601 with milliseconds. Formatting a date costs more than the rest of a line, so the text of the
    /// second is kept until the next one.
    private final class Timestamp: Sendable {
        private let latest = Mutex((second: Int64.min, text: ""))

        func text(of date: Date) -> String {
            let milliseconds = Int64((date.timeIntervalSince1970 * 1_000).rounded(.down))
            let (second, rest) = (milliseconds / 1_000, milliseconds % 1_000)
            let text = latest.withLock { latest in
                if latest.second != second {
                    let whole = Date(timeIntervalSince1970: Double(second))
                    latest = (second, String(whole.formatted(.iso8601).dropLast()))
                }
                return latest.text
            }
            return text + "." + String(1_000 + rest).dropFirst() + "Z"
        }
    }
}

extension Log.Value {
    func append(to bytes: inout [UInt8]) {
        switch self {
        case .text(let text): JSONBytes.append(text, to: &bytes)
        case .integer(let number): JSONBytes.append(number, to: &bytes)
        case .number(let number): JSONBytes.append(rounded: number, to: &bytes)
        }
    }
}
