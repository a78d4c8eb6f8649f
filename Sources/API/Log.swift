internal import Foundation

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

    /// Lines of a lower level are not written.
    public let minimum: Level
    private let sink: any LogSink
    private let clock: @Sendable () -> Date

    /// A log over a sink.
    public init(minimum: Level = .info, to sink: any LogSink = StandardErrorSink()) {
        self.init(minimum: minimum, to: sink) { Date() }
    }

    init(minimum: Level, to sink: any LogSink, clock: @escaping @Sendable () -> Date) {
        (self.minimum, self.sink, self.clock) = (minimum, sink, clock)
    }

    /// Writes a line; fields without a value are left out.
    public func write(_ level: Level, _ message: String, _ fields: KeyValuePairs<String, Value?> = [:]) {
        guard level >= minimum else { return }
        var members: [JSON.Member] = [
            .init(name: "time", value: .text(clock().formatted(Self.timestamp))),
            .init(name: "level", value: .text(level.rawValue)),
            .init(name: "message", value: .text(message)),
        ]
        for (name, value) in fields { if let value { members.append(.init(name: name, value: value.json)) } }
        sink.write(line: JSON.object(members).bytes + [UInt8(ascii: "\n")])
    }

    private static let timestamp = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
}

extension Log.Value {
    var json: JSON {
        switch self {
        case .text(let text): .text(text)
        case .integer(let number): .integer(number)
        case .number(let number): .number(number)
        }
    }
}
