public import Foundation
public import HTTPClient

/// How long a service asks to be left alone.
public enum RetryAfter {
    /// From `Retry-After` in seconds or as a date, else from `X-RateLimit-Reset-In` where nothing is left.
    ///
    /// - Parameter now: for dates; the answer's own `Date` is preferred, since the clocks may differ.
    public static func duration(in response: HTTPClientResponse, now: Date = Date()) -> Duration? {
        if let text = response.header("retry-after")?.trimmingCharacters(in: .whitespaces) {
            if let seconds = Double(text), seconds.isFinite { return .seconds(bounded(seconds)) }
            let here = response.header("date").flatMap(date) ?? now
            if let moment = date(text) { return .seconds(bounded(moment.timeIntervalSince(here))) }
        }
        guard response.header("x-ratelimit-remaining") == "0",
            let seconds = response.header("x-ratelimit-reset-in").flatMap({ Double($0) }), seconds.isFinite
        else { return nil }
        return .seconds(bounded(seconds))
    }

    /// No honest service means more than a month.
    private static func bounded(_ seconds: Double) -> Double { min(max(seconds, 0), 31 * 86_400) }

    private static func date(_ text: String) -> Date? {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        return formatter.date(from: text)
    }
}
