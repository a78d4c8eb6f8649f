import Foundation
import Testing

@testable import Jobs

private let utc = TimeZone(identifier: "UTC") ?? .current

private func date(_ text: String) throws -> Date { try Date.ISO8601FormatStyle().parse(text) }

private func runs(_ text: String, after start: String, in zone: String = "UTC", count: Int) throws -> [String] {
    let cron = try CronExpression(text)
    let zone = try #require(TimeZone(identifier: zone))
    var moment = try date(start)
    return try (0..<count).map { _ in
        moment = try #require(cron.next(after: moment, in: zone))
        return moment.formatted(.iso8601)
    }
}

@Suite struct CronExpressionTests {
    @Test(
        "The next run is the one that a calendar says",
        arguments: [
            ("* * * * *", "2026-11-21T10:00:30Z", "2026-11-21T10:01:00Z"),
            ("* * * * *", "2026-11-21T10:01:00Z", "2026-11-21T10:02:00Z"),
            ("30 3 * * *", "2026-11-21T03:29:59Z", "2026-11-21T03:30:00Z"),
            ("30 3 * * *", "2026-11-21T03:30:00Z", "2026-11-22T03:30:00Z"),
            ("*/15 9-17 * * mon-fri", "2026-11-20T17:45:00Z", "2026-11-23T09:00:00Z"),
            ("5,35 */6 * * *", "2026-11-21T06:05:00Z", "2026-11-21T06:35:00Z"),
            ("0 0 31 * *", "2026-11-21T00:00:00Z", "2026-12-31T00:00:00Z"),
            ("0 0 29 2 *", "2026-11-21T00:00:00Z", "2028-02-29T00:00:00Z"),
            ("0 0 29 2 *", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00Z"),
            ("0 12 * * 7", "2026-11-21T00:00:00Z", "2026-11-22T12:00:00Z"),
            ("0 12 * * Sun", "2026-11-21T00:00:00Z", "2026-11-22T12:00:00Z"),
            ("0 0 1 jan,JUL *", "2026-11-21T00:00:00Z", "2027-01-01T00:00:00Z"),
            ("10/20 * * * *", "2026-11-21T10:31:00Z", "2026-11-21T10:50:00Z"),
            ("@daily", "2026-11-21T10:00:00Z", "2026-11-22T00:00:00Z"),
            ("@hourly", "2026-11-21T10:00:00Z", "2026-11-21T11:00:00Z"),
            ("@weekly", "2026-11-21T10:00:00Z", "2026-11-22T00:00:00Z"),
            ("@monthly", "2026-11-21T10:00:00Z", "2026-12-01T00:00:00Z"),
            ("@Yearly", "2026-11-21T10:00:00Z", "2027-01-01T00:00:00Z"),
        ])
    func nextRunIsTheCalendars(_ text: String, _ start: String, _ expected: String) throws {
        #expect(try runs(text, after: start, count: 1) == [expected])
    }

    @Test func whereBothKindsOfDayAreGivenOneSuffices() throws {
        let found = try runs("0 0 13 * fri", after: "2026-11-01T00:00:00Z", count: 5)
        #expect(found.map { $0.prefix(10) } == ["2026-11-06", "2026-11-13", "2026-11-20", "2026-11-27", "2026-12-04"])
        let both = try runs("0 0 */2 * fri", after: "2026-11-01T00:00:00Z", count: 2)
        #expect(both.map { $0.prefix(10) } == ["2026-11-13", "2026-11-27"])
    }

    @Test func theZonesClockDecides() throws {
        #expect(
            try runs("30 3 * * *", after: "2026-11-21T00:00:00Z", in: "Asia/Kolkata", count: 1)
                == ["2026-11-21T22:00:00Z"])
        #expect(
            try runs("0 0 1 * *", after: "2026-11-30T12:00:00Z", in: "Pacific/Kiritimati", count: 1)
                == ["2026-12-31T10:00:00Z"])
    }

    // MARK: Clocks that are changed

    @Test func aFixedTimeInTheGapComesRightAfterIt() throws {
        // Berlin, 29 March 2026: 02:00 becomes 03:00 at 01:00 UTC.
        #expect(
            try runs("30 2 * * *", after: "2026-03-28T00:00:00Z", in: "Europe/Berlin", count: 3)
                == ["2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"])
        // Several times of one gap are one run.
        #expect(
            try runs("0,30 2 * * *", after: "2026-03-29T00:00:00Z", in: "Europe/Berlin", count: 2)
                == ["2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"])
    }

    @Test func aFixedTimeThatComesTwiceIsRunOnce() throws {
        // Berlin, 25 October 2026: 03:00 becomes 02:00 at 01:00 UTC.
        #expect(
            try runs("30 2 * * *", after: "2026-10-24T12:00:00Z", in: "Europe/Berlin", count: 2)
                == ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"])
        // Asked in the second pass, it has been.
        #expect(
            try runs("30 2 * * *", after: "2026-10-25T01:05:00Z", in: "Europe/Berlin", count: 1)
                == ["2026-10-26T01:30:00Z"])
        #expect(
            try runs("30 1 * * *", after: "2026-10-31T12:00:00Z", in: "America/New_York", count: 2)
                == ["2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"])
    }

    @Test func whatGoesByTheRunningClockKeepsItsPace() throws {
        #expect(
            try runs("*/30 * * * *", after: "2026-10-25T00:00:00Z", in: "Europe/Berlin", count: 4)
                == ["2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:00:00Z"])
        #expect(
            try runs("0 * * * *", after: "2026-03-29T00:00:00Z", in: "Europe/Berlin", count: 2)
                == ["2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z"])
        #expect(
            try runs("*/20 2 * * *", after: "2026-03-28T02:00:00Z", in: "Europe/Berlin", count: 1)
                == ["2026-03-30T00:00:00Z"])
    }

    @Test func aChangeOfHalfAnHourIsAChangeToo() throws {
        // Lord Howe, 4 October 2026: 02:00 becomes 02:30 at 15:30 UTC of the day before.
        #expect(
            try runs("15 2 * * *", after: "2026-10-03T00:00:00Z", in: "Australia/Lord_Howe", count: 2)
                == ["2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z"])
    }

    @Test(
        "Every run is later than the one before, all year long",
        arguments: [
            "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Africa/Casablanca",
            "Asia/Kathmandu", "Pacific/Apia",
        ])
    func runsGoForwards(_ name: String) async throws {
        let zone = try #require(TimeZone(identifier: name))
        for text in ["30 2 * * *", "15,45 1-3 * * *", "*/45 1,2 * * *"] {
            let cron = try CronExpression(text)
            var moment = try date("2026-01-01T00:00:00Z")
            let end = try date("2027-01-02T00:00:00Z")
            var days: [String: Int] = [:]
            while moment < end {
                let next = try #require(cron.next(after: moment, in: zone))
                #expect(next > moment)
                let wall = Date(
                    timeIntervalSince1970: next.timeIntervalSince1970 + Double(zone.secondsFromGMT(for: next)))
                days[String(wall.formatted(.iso8601).prefix(10)), default: 0] += 1
                moment = next
                // Thousands of runs: other tests share these threads.
                await Task.yield()
            }
            if text == "30 2 * * *" { #expect(days.values.allSatisfy { $0 == 1 } && days.count >= 366) }
        }
    }

    // MARK: What is refused

    @Test(
        "What cannot be read says why",
        arguments: [
            ("", "five fields"), ("* * * *", "five fields"), ("* * * * * *", "five fields"), ("@never", "five fields"),
            ("60 * * * *", "minute"), ("* 24 * * *", "hour"), ("* * 0 * *", "day of the month"), ("* * 32 * *", "31"),
            ("* * * 13 *", "jan"), ("* * * foo *", "month"), ("* * * * 8", "day of the week"),
            ("5-1 * * * *", "backwards"),
            ("*/0 * * * *", "step"), ("*/x * * * *", "step"), (", * * * *", "empty"), ("1,, * * * *", "empty"),
            ("-1 * * * *", "minute"), ("+1 * * * *", "minute"), ("1-2-3 * * * *", "minute"),
            ("0 0 30 2 *", "never run"),
            ("0 0 31 4,6 *", "never run"),
        ])
    func whatCannotBeReadSaysWhy(_ text: String, _ words: String) {
        #expect {
            try CronExpression(text)
        } throws: { error in
            "\(error)".contains(words)
        }
    }

    @Test func blanksDoNotCount() throws {
        #expect(try CronExpression("  30\t3  * * * ").description == "30 3 * * *")
    }
}

@Suite struct CivilDateTests {
    @Test(arguments: [
        (0, 1970, 1, 1, 4), (20_778, 2026, 11, 21, 6), (-1, 1969, 12, 31, 3), (11_016, 2000, 2, 29, 2),
        (47_540, 2100, 2, 28, 0), (47_541, 2100, 3, 1, 1),
    ])
    func daysAreNumberedAsInTheCalendar(_ number: Int, _ year: Int, _ month: Int, _ day: Int, _ weekday: Int) {
        let date = CivilDate(number: number)
        #expect(date.year == year && date.month == month && date.day == day)
        #expect(date.weekday == weekday)
    }
}
