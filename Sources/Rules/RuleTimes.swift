public import Catalog
internal import Foundation
internal import JSONText

/// A date or moment as people write it: everything from its start up to, but not at, its end; a moment is its own end.
struct RulePeriod {
    /// Seconds since 1970, UTC.
    let start: Double
    /// Seconds since 1970, UTC.
    let end: Double

    /// Reads `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, or a moment as in `2024-05-01T12:00:00Z`.
    init(_ json: JSONValue) throws(OperandFault) {
        guard let text = json.string else { throw OperandFault("not a text that gives a date, as in \"2019-05\"") }
        if text.contains("T") {
            guard let date = Moment.date(text) else {
                throw OperandFault("no moment that there is; write it as in 2024-05-01T12:00:00Z")
            }
            (start, end) = (date.timeIntervalSince1970, date.timeIntervalSince1970)
            return
        }
        guard let date = ReleaseDate(text) else {
            throw OperandFault("no date from the years 1000 to 2999; write YYYY, YYYY-MM or YYYY-MM-DD")
        }
        (start, end) = (date.firstSecond, date.secondAfter)
    }

    private var isMoment: Bool { start == end }

    /// Whether anything lies between its start and the end of another.
    func reaches(_ last: RulePeriod) -> Bool { start < last.end || (start == last.end && last.isMoment) }

    /// Within it.
    var inside: NumberRange { NumberRange(lower: start, upper: end, includesUpper: isMoment) }
    /// Later than all of it.
    var after: NumberRange { NumberRange(lower: end, includesLower: !isMoment) }
    /// Not later than all of it.
    var throughEnd: NumberRange { NumberRange(upper: end, includesUpper: isMoment) }
    /// From its start to the end of another.
    func through(_ last: RulePeriod) -> NumberRange {
        NumberRange(lower: start, upper: last.end, includesUpper: last.isMoment)
    }
}

extension ReleaseDate {
    /// Seconds from 1970 to its first day, UTC.
    public var firstSecond: Double { Double(Self.days(to: year, month ?? 1, day ?? 1)) * 86_400 }

    /// Seconds from 1970 to the day after it, UTC.
    var secondAfter: Double {
        let days =
            switch (month, day) {
            case (let month?, let day?): Self.days(to: year, month, day) + 1
            case (let month?, nil): Self.days(to: month == 12 ? year + 1 : year, month % 12 + 1, 1)
            default: Self.days(to: year + 1, 1, 1)
            }
        return Double(days) * 86_400
    }

    /// Days from 1970-01-01 in the Gregorian calendar (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms",
    /// 2021, `days_from_civil`, for years after 0).
    private static func days(to year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = (shifted / 400, shifted % 400)
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

/// How many days "lately" is: `30`, or `"6 weeks"`.
enum RuleWindow {
    /// A century: what is older may as well be asked for by date.
    static let maximumDays = 36_525.0

    static func days(_ json: JSONValue) throws(OperandFault) -> Double {
        let days: Double
        if let number = json.number { days = number } else { days = try amount(json) }
        guard days > 0, days <= maximumDays else {
            throw OperandFault("between 0 and \(Int(maximumDays)) days (a century); compare with a date for more")
        }
        return days
    }

    private static func amount(_ json: JSONValue) throws(OperandFault) -> Double {
        let mend = "not a number of days, nor a text such as \"36 hours\", \"30 days\", \"6 weeks\""
        guard let text = json.string, let (number, unit) = RuleLength.split(text) else { throw OperandFault(mend) }
        switch unit {
        case "h", "hour", "hours": return number / 24
        case "d", "day", "days": return number
        case "w", "week", "weeks": return number * 7
        default: throw OperandFault(mend)
        }
    }
}

/// Lengths of tracks as people write them: `3:30`, `1:02:03`, `210 s`, `3m30s`, `3.5 min`.
enum RuleLength {
    private static let longest = 86_400_000.0

    static func milliseconds(_ text: String) throws(OperandFault) -> Double {
        guard let value = text.contains(":") ? clock(text) : units(text), (0...longest).contains(value) else {
            throw OperandFault("not a length of at most a day, as in \"3:30\", \"210 s\", \"3m30s\", \"210000 ms\"")
        }
        return value
    }

    private static func clock(_ text: String) -> Double? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count) else { return nil }
        var seconds = 0.0
        for (place, part) in parts.enumerated() {
            guard part.first?.isNumber == true, let number = Double(part), place == 0 || number < 60 else {
                return nil
            }
            seconds = seconds * 60 + number
        }
        return (seconds * 1_000).rounded()
    }

    private static func units(_ text: String) -> Double? {
        var rest = text[...]
        var total: Double?
        while !rest.isEmpty {
            let length = rest.drop { $0 == " " }.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == " ") }
            let word = rest.drop { $0 == " " }.dropFirst(length.count).prefix { $0.isLetter }
            guard let (number, unit) = split(String(length + word)), let factor = factors[unit] else { return nil }
            total = (total ?? 0) + number * factor
            rest = rest[word.endIndex...]
        }
        return total?.rounded()
    }

    private static let factors: [String: Double] = [
        "ms": 1, "s": 1_000, "sec": 1_000, "second": 1_000, "seconds": 1_000, "m": 60_000, "min": 60_000,
        "minute": 60_000, "minutes": 60_000, "h": 3_600_000, "hour": 3_600_000, "hours": 3_600_000,
    ]

    /// A number and the word behind it.
    static func split(_ text: String) -> (Double, String)? {
        let trimmed = text.drop { $0 == " " }
        let digits = trimmed.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let number = Double(digits), number.isFinite else { return nil }
        let unit = trimmed.dropFirst(digits.count).filter { $0 != " " }.lowercased()
        return (number, unit)
    }
}
