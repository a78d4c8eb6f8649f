public import Foundation

/// Moments as ISO 8601 writes them.
///
/// Foundation takes 30 February for 2 March and 25 o'clock for one in the morning, which nobody who writes so means.
public enum Moment {
    /// The moment that a text names, as in `2026-11-21T12:00:00Z` or `2026-11-21T13:00:00.5+01:00`; nil for a day or a
    /// time of day that there is not, for one without a time zone, and for years outside 1000 to 2999.
    public static func date(_ text: String) -> Date? {
        let halves = text.split(separator: "T", omittingEmptySubsequences: false)
        guard halves.count == 2, ReleaseDate(halves[0])?.day != nil, isTime(halves[1]) else { return nil }
        let plain = try? Date(text, strategy: .iso8601)
        return plain ?? (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
    }

    /// Whether a text is a time of day, whose last minute may have a leap second, with its time zone.
    private static func isTime(_ text: Substring) -> Bool {
        let clock = text.prefix(8).split(separator: ":", omittingEmptySubsequences: false)
        guard clock.count == 3, isNumber(clock[0], upTo: 23), isNumber(clock[1], upTo: 59), isNumber(clock[2], upTo: 60)
        else { return false }
        var zone = text.dropFirst(8)
        if zone.first == "." { zone = zone.dropFirst().drop { $0.isASCII && $0.isNumber } }
        guard zone.first == "+" || zone.first == "-" else { return zone == "Z" }
        let (hours, minutes) = (zone.dropFirst().prefix(2), zone.dropFirst(3).drop { $0 == ":" })
        return isNumber(hours, upTo: 23) && (zone.count == 3 || isNumber(minutes, upTo: 59))
    }

    /// Whether a text is two digits of a number that may be.
    private static func isNumber(_ text: Substring, upTo greatest: Int) -> Bool {
        text.utf8.count == 2 && text.allSatisfy(\.isNumber) && Int(text).map { $0 <= greatest } ?? false
    }
}
