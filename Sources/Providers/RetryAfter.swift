public import Foundation
public import HTTPClient

/// How long a service asks to be left alone.
public enum RetryAfter {
    /// From `Retry-After` in seconds or as a date, else from `X-RateLimit-Reset-In` where nothing is left.
    ///
    /// Nil where it says nothing of use: a service that refuses a call and names no time, or one that has come already,
    /// does not say when to come back, and who took it at its word would come back at once and for ever.
    ///
    /// - Parameter now: for dates; the answer's own `Date` is preferred, since the clocks may differ.
    public static func duration(in response: HTTPClientResponse, now: Date = Date()) -> Duration? {
        if let text = response.header("retry-after")?.trimmingCharacters(in: .whitespaces) {
            let here = response.header("date").flatMap(date) ?? now
            let seconds = Double(text) ?? date(text)?.timeIntervalSince(here)
            if let pause = seconds.flatMap(pause) { return pause }
        }
        guard response.header("x-ratelimit-remaining") == "0",
            let seconds = response.header("x-ratelimit-reset-in").flatMap({ Double($0) })
        else { return nil }
        return pause(seconds)
    }

    /// No honest service means more than a month.
    private static func pause(_ seconds: Double) -> Duration? {
        seconds.isFinite && seconds > 0 ? .seconds(min(seconds, 31 * 86_400)) : nil
    }

    private static func date(_ text: String) -> Date? {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        return formatter.date(from: text)
    }
}
