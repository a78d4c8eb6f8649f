public import Foundation

extension CronExpression {
    /// The first run after a moment, by the clock of a time zone; nil where there is none within ten years.
    ///
    /// Where clocks are put forward, a run at a fixed time that does not exist comes at the first moment after the gap;
    /// where they are put back, a run at a fixed time that comes twice is done the first time only. Expressions whose
    /// hour or minute begins with an asterisk go by the running clock instead: nothing in the gap, twice in the overlap.
    public func next(after moment: Date, in zone: TimeZone) -> Date? {
        let start = Int(moment.timeIntervalSince1970.rounded(.down))
        let clock = WallClock(zone: zone)
        let next = isFixed ? nextFixed(after: start, clock) : nextRunning(after: start, clock)
        return next.map { Date(timeIntervalSince1970: TimeInterval($0)) }
    }

    private static let horizon = 3_660

    private func nextFixed(after start: Int, _ clock: WallClock) -> Int? {
        let times = hour.numbers(in: 0...23).flatMap { hour in
            minute.numbers(in: 0...59).map { hour * 3_600 + $0 * 60 }
        }
        // From the day before: a moment in the second pass of an overlap is later than its own wall clock says.
        let first = clock.wall(at: start).dividingDown(by: 86_400) - 1
        for number in first...(first + Self.horizon) where includes(CivilDate(number: number)) {
            for time in times {
                let moment = clock.firstMoment(of: number * 86_400 + time)
                if moment > start { return moment }
            }
        }
        return nil
    }

    /// Looks at every minute of days and hours that fit, and leaps over the others by quarters of an hour, of which all
    /// zones' offsets are multiples.
    private func nextRunning(after start: Int, _ clock: WallClock) -> Int? {
        var moment = (start.dividingDown(by: 60) + 1) * 60
        let end = moment + Self.horizon * 86_400
        while moment < end {
            let wall = clock.wall(at: moment)
            let (number, seconds) = (wall.dividingDown(by: 86_400), wall.remainder(by: 86_400))
            if !includes(CivilDate(number: number)) {
                // Short of midnight by more than clocks are ever changed: the leap must not land behind it.
                moment = max(Self.nextQuarter(moment), moment + 86_400 - seconds - 3 * 3_600)
            } else if !hour.contains(seconds / 3_600) {
                moment = Self.nextQuarter(moment)
            } else if minute.contains(seconds / 60 % 60) {
                return moment
            } else {
                moment += 60
            }
        }
        return nil
    }

    private static func nextQuarter(_ moment: Int) -> Int { (moment.dividingDown(by: 900) + 1) * 900 }
}

/// The relation between moments, in seconds since 1970, and the clock on a wall, counted as if it were in Greenwich.
private struct WallClock {
    let zone: TimeZone

    func wall(at moment: Int) -> Int { moment + offset(at: moment) }

    private func offset(at moment: Int) -> Int {
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(moment)))
    }

    /// The first moment at which the wall shows a time, or, where it is never shown, the first one after it.
    func firstMoment(of wall: Int) -> Int {
        // Offsets lie between -12 and +14 hours.
        let (earliest, latest) = (wall - 15 * 3_600, wall + 13 * 3_600)
        let candidates = Set([offset(at: earliest), offset(at: latest)]).map { wall - $0 }
        if let shown = candidates.filter({ self.wall(at: $0) == wall }).min() { return shown }
        var (before, after) = (earliest, latest)
        while after - before > 1 {
            let middle = (before + after) / 2
            if self.wall(at: middle) >= wall { after = middle } else { before = middle }
        }
        return after
    }
}

extension Int {
    /// The quotient rounded down, for numbers below zero too.
    fileprivate func dividingDown(by divisor: Int) -> Int {
        self >= 0 ? self / divisor : -((-self + divisor - 1) / divisor)
    }

    /// What `dividingDown` leaves, 0 or more.
    fileprivate func remainder(by divisor: Int) -> Int { self - dividingDown(by: divisor) * divisor }
}
