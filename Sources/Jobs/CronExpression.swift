/// Times of a clock on a wall, as cron writes them: minute, hour, day of the month, month, day of the week.
///
/// Lists, ranges, steps and names go as in Vixie cron, and so does the one odd rule: where both kinds of day are given,
/// one of them suffices. `@hourly`, `@daily`, `@midnight`, `@weekly`, `@monthly`, `@yearly` and `@annually` are known.
public struct CronExpression: Sendable, Hashable, CustomStringConvertible {
    /// As it was written.
    public let description: String

    let minute: CronField
    let hour: CronField
    private let day: CronField
    private let month: CronField
    private let weekday: CronField

    private static let nicknames = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
        "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
    ]

    /// Reads an expression.
    /// - Throws: `CronError` that says what is wrong with which field, also where no day ever fits (30 February).
    public init(_ text: String) throws(CronError) {
        let words = text.split(whereSeparator: \.isWhitespace)
        description = words.joined(separator: " ")
        let fields = Self.nicknames[description.lowercased()]?.split(separator: " ") ?? words
        guard fields.count == 5 else {
            let known = Self.nicknames.keys.sorted().joined(separator: ", ")
            throw CronError(
                "an expression has five fields: minute, hour, day of the month, month, day of the week; or is one of "
                    + known)
        }
        minute = try CronField(fields[0], .minute)
        hour = try CronField(fields[1], .hour)
        day = try CronField(fields[2], .day)
        month = try CronField(fields[3], .month)
        weekday = try CronField(fields[4], .weekday)
        guard canHappen else { throw CronError("no month has such a day; it would never run") }
    }

    /// Whether it names an hour and a minute, rather than going by the running clock.
    ///
    /// Cron treats both kinds differently where clocks are changed.
    var isFixed: Bool { !minute.isStar && !hour.isStar }

    /// Whether it may run on a day.
    func includes(_ date: CivilDate) -> Bool {
        guard month.contains(date.month) else { return false }
        let (fitsDay, fitsWeekday) = (day.contains(date.day), weekday.contains(date.weekday))
        return day.isStar || weekday.isStar ? fitsDay && fitsWeekday : fitsDay || fitsWeekday
    }

    /// Days of the week always come round; days of the month need a month that has them.
    private var canHappen: Bool {
        if !day.isStar, !weekday.isStar { return true }
        return month.numbers(in: 1...12).contains { month in
            day.numbers(in: 1...31).contains { $0 <= CivilDate.longest(month: month) }
        }
    }
}
