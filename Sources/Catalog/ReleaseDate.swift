/// A date of release that may be known only to the year or the month, as catalogs give it.
public struct ReleaseDate: Hashable, Sendable, CustomStringConvertible {
    /// Four-digit year.
    public let year: Int
    /// 1 to 12, where known.
    public let month: Int?
    /// 1 to 31, where known.
    public let day: Int?

    /// Reads `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; nil for anything else, for years outside 1000 to 2999 and for days
    /// that do not exist.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard (1...3).contains(parts.count), parts[0].utf8.count == 4, let year = Int(parts[0]),
            (1_000...2_999).contains(year)
        else { return nil }
        let rest = parts.dropFirst().map { $0.utf8.count == 2 ? Int($0) : nil }
        guard !rest.contains(nil) else { return nil }
        let month = rest.first ?? nil
        let day = rest.dropFirst().first ?? nil
        guard month.map({ (1...12).contains($0) }) ?? true else { return nil }
        if let month, let day, !(1...Self.days(in: month, of: year)).contains(day) { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The shortest ISO 8601 form of what is known.
    public var description: String {
        [String(year), month.map(Self.twoDigits), day.map(Self.twoDigits)].compactMap(\.self).joined(separator: "-")
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
