import Foundation
import Storage
import TestSupport
import Testing

@testable import Jobs

@Suite("Schedules in PostgreSQL", .enabled(if: hasDatabase, "DATABASE_URL is not set")) struct ScheduleTests {
    private let zone = TimeZone(identifier: "UTC") ?? .current

    private func hourly(_ name: String = "hourly", due seconds: TimeInterval) throws -> Schedule {
        var schedule = Schedule(
            name: name, cron: try CronExpression("0 * * * *"), timeZone: TimeZone(identifier: "Europe/Berlin"),
            kind: "work", payload: JobDocument(text: #"{"n": 1}"#), missed: .runOnce)
        schedule.nextRun = Date(timeIntervalSinceNow: -seconds)
        return schedule
    }

    private func fire(_ store: PostgresStore) async throws -> ScheduleFiring? {
        let zone = zone
        return try await store.fireSchedule { $0.decision(at: $1, localZone: zone) }
    }

    /// A store without the schedule that every new database has.
    private func withStore(_ body: @Sendable (PostgresStore) async throws -> Void) async throws {
        try await withTestDatabase { store in
            #expect(try await store.removeSchedule("nightly"))
            try await body(store)
        }
    }

    @Test func aNewDatabaseHasANightlyScheduleThatDoesNotRunAtOnce() async throws {
        try await withTestDatabase { store in
            let nightly = try #require(try await store.schedule("nightly"))
            #expect(nightly.cron.description == "30 3 * * *" && nightly.timeZone == nil && nightly.isEnabled)
            #expect(nightly.missed == .runOnce && nightly.kind == "nightly")
            #expect(try await fire(store) == ScheduleFiring(schedule: "nightly", outcome: .begun))
            #expect(try await fire(store) == nil)
            let planned = try #require(try await store.schedule("nightly"))
            #expect(planned.nextRun.map { $0 > Date() } == true)
            #expect(planned.lastOutcome == nil, "nothing has become of it yet")
            #expect(try await store.jobs(JobFilter()).isEmpty)
        }
    }

    @Test func aScheduleIsKeptAsItIs() async throws {
        try await withStore { store in
            let schedule = try hourly(due: -3_600)
            #expect(try await store.save(schedule) == false)
            let kept = try #require(try await store.schedule("hourly"))
            #expect(kept.cron == schedule.cron && kept.timeZone == schedule.timeZone && kept.kind == "work")
            #expect(kept.payload == schedule.payload && kept.missed == .runOnce && kept.isEnabled)
            var changed = schedule
            changed.isEnabled = false
            #expect(try await store.save(changed) == true)
            #expect(try await store.schedules().map(\.isEnabled) == [false])
            #expect(try await store.removeSchedule("hourly"))
            #expect(try await store.removeSchedule("hourly") == false)
            #expect(try await store.schedule("hourly") == nil)
        }
    }

    @Test func whatIsDuePutsAJobIntoTheQueueOnce() async throws {
        try await withStore { store in
            _ = try await store.save(try hourly(due: 1))
            let firing = try #require(try await fire(store))
            #expect(firing.outcome == .enqueued)
            #expect(try await fire(store) == nil)
            let job = try #require(try await store.jobs(JobFilter()).first)
            #expect(job.id == firing.job && job.schedule == "hourly" && job.kind == "work")
            let schedule = try #require(try await store.schedule("hourly"))
            #expect(schedule.lastJob == job.id && schedule.lastOutcome == .enqueued && schedule.lastRun != nil)
            #expect(schedule.nextRun.map { $0 > Date() } == true)
        }
    }

    @Test func aRunIsLeftOutWhileTheOneBeforeHasNotEnded() async throws {
        try await withStore { store in
            _ = try await store.save(try hourly(due: 1))
            let first = try #require(try await fire(store))
            let claim = try #require(try await store.claim(kinds: ["work"], worker: "w")).claim
            _ = try await store.save(try hourly(due: 1))
            #expect(try await fire(store)?.outcome == .overlapping)
            #expect(try await store.runSchedule("hourly")?.isNew == false)
            #expect(try await store.jobs(JobFilter()).count == 1)
            #expect(try await store.settle(claim, .done, JobReport()))
            _ = try await store.save(try hourly(due: 1))
            let second = try #require(try await fire(store))
            #expect(second.outcome == .enqueued && second.job != first.job)
        }
    }

    @Test func missedRunsAreLeftOutOrMadeUpForOnce() async throws {
        try await withStore { store in
            var skipping = try hourly("skipping", due: 90_000)
            skipping.missed = .skip
            _ = try await store.save(skipping)
            _ = try await store.save(try hourly("once", due: 90_000))
            var outcomes: [String: ScheduleFiring.Outcome] = [:]
            while let firing = try await fire(store) { outcomes[firing.schedule] = firing.outcome }
            #expect(outcomes == ["skipping": .missed, "once": .enqueued])
            #expect(try await store.jobs(JobFilter()).map(\.schedule) == ["once"])
        }
    }

    @Test func disabledSchedulesRest() async throws {
        try await withStore { store in
            var schedule = try hourly(due: 10)
            schedule.isEnabled = false
            _ = try await store.save(schedule)
            #expect(try await fire(store) == nil)
            #expect(try await store.runSchedule("hourly")?.isNew == true)
            #expect(try await store.runSchedule("nothing") == nil)
        }
    }

    @Test func ofManyWorkersExactlyOneEnqueuesARun() async throws {
        try await withStore { store in
            for number in 0..<5 { _ = try await store.save(try hourly("s\(number)", due: 1)) }
            let zone = zone
            let firings = try await withThrowingTaskGroup(of: [ScheduleFiring].self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        var firings: [ScheduleFiring] = []
                        for _ in 0..<4 {
                            while let firing = try await store.fireSchedule({ $0.decision(at: $1, localZone: zone) }) {
                                firings.append(firing)
                            }
                        }
                        return firings
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(firings.count == 5 && firings.allSatisfy { $0.outcome == .enqueued })
            #expect(try await store.jobs(JobFilter()).count == 5)
        }
    }
}
