/// A request's place in a distributed trace (W3C Trace Context, level 1).
public struct TraceContext: Sendable, Hashable {
    /// Names the whole trace: 32 lower-case hexadecimal digits, not all zero.
    public let traceID: String

    /// Names this service's part of it: 16 lower-case hexadecimal digits, always fresh.
    public let spanID: String

    /// Names the caller's part, when the caller sent one.
    public let parentSpanID: String?

    /// Whether the caller records the trace.
    public let isSampled: Bool

    /// Continues the caller's trace, or begins one when `header` is absent or not well formed.
    ///
    /// - Parameter header: the value of `traceparent`.
    public init(continuing header: String?) {
        if let (trace, parent, flags) = header.flatMap(Self.parse) {
            (traceID, parentSpanID, isSampled) = (trace, parent, flags & 1 == 1)
        } else {
            (traceID, parentSpanID, isSampled) = (RandomID.hexadecimal(bytes: 16), nil, false)
        }
        spanID = RandomID.hexadecimal(bytes: 8)
    }

    /// The value of `traceparent` for calls made on behalf of this request.
    public var header: String { "00-\(traceID)-\(spanID)-\(isSampled ? "01" : "00")" }

    /// Later versions may append fields; this one may not (section 4.3).
    private static func parse(_ header: String) -> (trace: String, parent: String, flags: UInt8)? {
        let parts = header.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, isHexadecimal(parts[0], digits: 2), parts[0] != "ff",
            parts[0] != "00" || parts.count == 4,
            isHexadecimal(parts[1], digits: 32), parts[1].contains(where: { $0 != "0" }),
            isHexadecimal(parts[2], digits: 16), parts[2].contains(where: { $0 != "0" }),
            isHexadecimal(parts[3], digits: 2), let flags = UInt8(parts[3], radix: 16)
        else { return nil }
        return (String(parts[1]), String(parts[2]), flags)
    }

    private static func isHexadecimal(_ text: Substring, digits: Int) -> Bool {
        text.utf8.count == digits && text.utf8.allSatisfy("0123456789abcdef".utf8.contains)
    }
}
