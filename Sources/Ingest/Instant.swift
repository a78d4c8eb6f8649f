internal import Foundation

/// Reads the moments that services write.
enum Instant {
    /// Seconds since 1970 of an ISO 8601 moment with date, time and zone, or nil; the epoch itself, which services
    /// write for "unknown", is nil too.
    static func seconds(_ text: String) -> Double? {
        let strategy = Date.ISO8601FormatStyle(includingFractionalSeconds: text.contains("."))
        guard let seconds = try? strategy.parse(text).timeIntervalSince1970, seconds != 0 else { return nil }
        return seconds
    }
}
