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
        var (length, digits) = (0, 0)
        for byte in text.utf8 {
            if length == 4 || length == 7 {
                guard byte == UInt8(ascii: "-") else { return nil }
            } else {
                guard length < 10, byte &- 48 < 10 else { return nil }
                digits = digits * 10 + Int(byte &- 48)
            }
            length += 1
        }
        switch length {
        case 4: (year, month, day) = (digits, nil, nil)
        case 7: (year, month, day) = (digits / 100, digits % 100, nil)
        case 10: (year, month, day) = (digits / 10_000, digits / 100 % 100, digits % 100)
        default: return nil
        }
        guard (1_000...2_999).contains(year), (1...12).contains(month ?? 1),
            (1...Self.days(in: month ?? 1, of: year)).contains(day ?? 1)
        else { return nil }
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
        var text = String(year)
        for part in [month, day] {
            guard let part else { break }
            text += part < 10 ? "-0" : "-"
            text += String(part)
        }
        return text
    }
}
