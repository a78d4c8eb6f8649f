internal import Foundation

/// Reads the moments that services write.
enum Instant {
    /// Seconds since 1970 of an ISO 8601 moment with date, time and zone, or nil; the epoch itself, which services
    /// write for "unknown", is nil too, and so is what lies outside of the years 1 to 9999.
    static func seconds(_ text: String) -> Double? {
        let strategy = Date.ISO8601FormatStyle(includingFractionalSeconds: text.contains("."))
        guard let seconds = try? strategy.parse(text).timeIntervalSince1970, seconds != 0, era.contains(seconds)
        else { return nil }
        return seconds
    }

    /// From the year 1 until before 10000: one moment that a database cannot hold would refuse a whole file.
    private static let era = -62_135_596_800.0..<253_402_300_800.0
}
