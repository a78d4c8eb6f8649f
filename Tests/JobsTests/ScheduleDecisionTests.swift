import Foundation
import Testing

@testable import Jobs

@Suite struct ScheduleDecisionTests {
    private let now = Date(timeIntervalSince1970: 1_795_255_800)
    private let utc = TimeZone(identifier: "UTC") ?? .current

    private func schedule(_ missed: Schedule.Missed, dueFor seconds: TimeInterval?) throws -> Schedule {
        var schedule = Schedule(name: "nightly", cron: try CronExpression("30 3 * * *"), kind: "x", missed: missed)
        schedule.nextRun = seconds.map { now - $0 }
        return schedule
    }

    @Test func whatIsDueRuns() throws {
        for missed in Schedule.Missed.allCases {
            #expect(try schedule(missed, dueFor: 2).decision(at: now, localZone: utc).action == .run)
        }
    }

    @Test func whatWasMissedRunsOnceOrNotAtAll() throws {
        #expect(try schedule(.runOnce, dueFor: 200_000).decision(at: now, localZone: utc).action == .run)
        #expect(try schedule(.skip, dueFor: 200_000).decision(at: now, localZone: utc).action == .skip)
        #expect(try schedule(.skip, dueFor: Schedule.tolerance).decision(at: now, localZone: utc).action == .run)
    }

    @Test func theNextRunLiesAheadHoweverManyWereMissed() throws {
        let next = try #require(try schedule(.runOnce, dueFor: 1e6).decision(at: now, localZone: utc).next)
        #expect(next > now && next <= now + 86_400)
    }

    @Test func aScheduleThatNobodyHasLookedAtDoesNotRunAtOnce() throws {
        let decision = try schedule(.runOnce, dueFor: nil).decision(at: now, localZone: utc)
        #expect(decision.action == .begin)
        #expect(decision.next != nil)
    }

    @Test func itsOwnZoneCountsBeforeTheMachines() throws {
        var schedule = try schedule(.skip, dueFor: nil)
        schedule.timeZone = TimeZone(identifier: "Asia/Kolkata")
        let own = schedule.decision(at: now, localZone: utc).next
        schedule.timeZone = nil
        #expect(own != schedule.decision(at: now, localZone: utc).next)
        #expect(own == schedule.decision(at: now, localZone: TimeZone(identifier: "Asia/Kolkata") ?? utc).next)
    }

    @Test func planningADisabledScheduleLeavesItWithoutATime() throws {
        var schedule = try schedule(.skip, dueFor: 10)
        schedule.isEnabled = false
        schedule.plan(after: now, localZone: utc)
        #expect(schedule.nextRun == nil)
        schedule.isEnabled = true
        schedule.plan(after: now, localZone: utc)
        #expect(schedule.nextRun.map { $0 > now } == true)
    }

    @Test(arguments: [
        ("nightly", true), ("a.b-c_9", true), ("", false), ("Nightly", false), ("-a", false), ("a/b", false),
    ])
    func namesAreSimple(_ name: String, _ isGood: Bool) { #expect(Schedule.isName(name) == isGood) }

    @Test func namesEndSomewhere() {
        #expect(Schedule.isName(String(repeating: "a", count: 64)))
        #expect(!Schedule.isName(String(repeating: "a", count: 65)))
    }
}

@Suite struct RetryBackOffTests {
    @Test func waitsDoubleUpToALimit() {
        let backOff = RetryBackOff(first: .seconds(5), longest: .seconds(600))
        for (failures, seconds) in zip(1...5, [5, 10, 20, 40, 80]) {
            #expect(backOff.delay(afterFailures: failures, chance: 1) == .seconds(seconds))
        }
        #expect(backOff.delay(afterFailures: 1_000, chance: 1) == .seconds(600))
    }

    @Test func chanceTakesOffHalfAtMost() {
        let backOff = RetryBackOff(first: .seconds(8))
        #expect(backOff.delay(afterFailures: 1, chance: 0) == .seconds(4))
        #expect(Set((0..<50).map { _ in backOff.delay(afterFailures: 1) }).count > 10)
    }

    @Test func zeroFailuresCountAsOne() {
        #expect(RetryBackOff().delay(afterFailures: 0, chance: 1) == RetryBackOff().delay(afterFailures: 1, chance: 1))
    }
}

@Suite struct BellTests {
    @Test func aRingWakesEverybody() async {
        let (bell, start) = (Bell(), ContinuousClock.now)
        await withTaskGroup(of: Void.self) { group in
            let heard = bell.rings
            for _ in 0..<5 { group.addTask { await bell.wait(after: heard, atMost: .seconds(600)) } }
            try? await Task.sleep(for: .milliseconds(50))
            bell.ring()
        }
        #expect(bell.rings == 1)
        #expect(ContinuousClock.now - start < .seconds(300), "of ten minutes")
    }

    @Test func aRingBeforeTheWaitIsNotLost() async {
        let bell = Bell()
        let heard = bell.rings
        bell.ring()
        let start = ContinuousClock.now
        await bell.wait(after: heard, atMost: .seconds(600))
        #expect(ContinuousClock.now - start < .seconds(300), "of ten minutes")
    }

    @Test func timeAndCancellationEndTheWait() async {
        let bell = Bell()
        await bell.wait(after: 0, atMost: .zero)
        let start = ContinuousClock.now
        let waiting = Task { await bell.wait(after: 0, atMost: .seconds(600)) }
        waiting.cancel()
        await waiting.value
        #expect(ContinuousClock.now - start < .seconds(300), "of ten minutes")
    }
}

@Suite struct JobDocumentTests {
    private struct Sample: Codable, Equatable {
        var name: String
        var at: Date
    }

    @Test func valuesSurviveTheDocument() throws {
        let sample = Sample(name: "ä/\"", at: Date(timeIntervalSince1970: 1_795_255_800))
        let document = try JobDocument(sample)
        #expect(document.isObject)
        #expect(try document.decoded(as: Sample.self) == sample)
    }

    @Test func onlyObjectsArePayloads() throws {
        #expect(JobDocument.empty.isObject)
        let list = try JobDocument([1, 2])
        #expect(!list.isObject)
        #expect(!JobDocument(text: "{").isObject)
    }
}
