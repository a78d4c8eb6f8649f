import TestSupport
import Testing

@testable import Postgres

@Suite struct PostgresPoolTests {
    private func pool(limit: Int, timeout: Duration = .seconds(120)) throws -> PostgresPool {
        PostgresPool(
            PostgresConfiguration(conninfo: try TestServer.conninfo()), limit: limit, acquireTimeout: timeout)
    }

    @Test func neverLendsMoreThanItsLimit() async throws {
        let pool = try pool(limit: 2)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<10 {
                group.addTask {
                    try await pool.withSession { session in
                        try await session.execute("SELECT pg_sleep(0.01)")
                        return await session.backend
                    }
                }
            }
            let backends = try await group.reduce(into: Set<Int>()) { $0.insert($1) }
            #expect(backends.count <= 2)
        }
        #expect(await pool.occupancy.taken == 0)
    }

    @Test func aWaiterGivesUpAfterItsTime() async throws {
        let pool = try pool(limit: 1, timeout: .milliseconds(100))
        try await pool.withSession { _ in
            await #expect(throws: PostgresPoolError.self) { try await pool.ping() }
        }
        try await pool.ping()
    }

    @Test func aCancelledWaiterLeavesTheQueue() async throws {
        let pool = try pool(limit: 1)
        try await pool.withSession { _ in
            let waiter = Task { try await pool.ping() }
            try await Task.sleep(for: .milliseconds(50))
            waiter.cancel()
            await #expect(throws: CancellationError.self) { try await waiter.value }
        }
        try await pool.ping()
        #expect(await pool.occupancy.taken == 0)
    }

    @Test func aKilledSessionIsReplaced() async throws {
        let pool = try pool(limit: 1)
        let first = try await pool.withSession { await $0.backend }
        let killer = try await PostgresSession.connect(PostgresConfiguration(conninfo: try TestServer.conninfo()))
        try await killer.execute("SELECT pg_terminate_backend(\(first)::int4, 120000)")
        let second = try await pool.withSession { session in
            try await session.execute("SELECT 1")
            return await session.backend
        }
        #expect(first != second)
    }

    @Test func anOpenTransactionIsNotPassedOn() async throws {
        let pool = try pool(limit: 1)
        try await pool.withSession { session in
            try await session.begin()
            try await session.executeScript("CREATE TEMP TABLE left_over (n integer)")
        }
        let exists = try await pool.withSession { session in
            try await session.first("SELECT to_regclass('left_over') IS NOT NULL") { try $0[0] as Bool }
        }
        #expect(exists == false)
    }

    @Test func failingToConnectFreesThePlace() async throws {
        let pool = PostgresPool(PostgresConfiguration(conninfo: "host=/nonexistent dbname=x"), limit: 1)
        for _ in 0..<3 { await #expect(throws: PostgresError.self) { try await pool.ping() } }
        #expect(await pool.occupancy.taken == 0)
    }
}
