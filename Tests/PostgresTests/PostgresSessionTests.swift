import TestSupport
import Testing

@testable import Postgres

@Suite struct PostgresSessionTests {
    @discardableResult
    private func withSession<Value: Sendable>(
        _ body: @Sendable (PostgresSession) async throws -> Value
    ) async throws -> Value {
        try await body(try await PostgresSession.connect(PostgresConfiguration(conninfo: TestServer.conninfo())))
    }

    @Test func valuesComeBackAsTheyWereBound() async throws {
        try await withSession { session in
            let text = "na\u{ef}ve \u{1F3B5} $1 \\ '\""
            let row = try await session.first(
                """
                SELECT \(text), \(Int64.min), \(Int32(-5)), \(Float(0.1)), \(2.5), \(true), \(UInt64(1) << 40),
                    \(["a", "", "c"]), \([1, 2] as [Int64]), \(PackedFloats([1.5, -2])), \(nil as String?),
                    '{"a": 1}'::jsonb, '{}'::text[]
                """
            ) { row in
                let text2: String = try row[0]
                #expect(text2 == text)
                #expect(try row[1] as Int64 == .min)
                #expect(try row[2] as Int == -5)
                #expect(try row[3] as Float == 0.1)
                #expect(try row[4] as Double == 2.5)
                #expect(try row[5] as Bool)
                #expect(try row[6] as UInt64 == 1 << 40)
                #expect(try row[7] as [String] == ["a", "", "c"])
                #expect(try row[8] as [Int64] == [1, 2])
                #expect(try row[9] as PackedFloats == PackedFloats([1.5, -2]))
                #expect(try row[10] as String? == nil)
                #expect(try row[11] as String == "{\"a\": 1}")
                #expect(try row[12] as [String] == [])
                return true
            }
            #expect(row == true)
        }
    }

    @Test func aWrongTypeIsAnErrorThatNamesTheColumn() async throws {
        try await withSession { session in
            await #expect(throws: PostgresDecodingError.self) {
                try await session.first("SELECT 1, 'x'::text") { try $0[1] as Int }
            }
            await #expect(throws: PostgresDecodingError.self) {
                try await session.first("SELECT NULL::text") { try $0[0] as String }
            }
            let one = try await session.first("SELECT 1") { try $0[0] as Int }
            #expect(one == 1)
        }
    }

    @Test func aZeroByteIsRefusedAndTheSessionLives() async throws {
        try await withSession { session in
            let error = await #expect(throws: PostgresError.self) { try await session.execute("SELECT \("a\0b")") }
            #expect(error?.sqlState == .invalidText)
            #expect(await session.isReusable)
        }
    }

    @Test func rowsStreamOneByOne() async throws {
        try await withSession { session in
            let sum = try await session.reduceRows("SELECT generate_series(1, 200000)::int8", into: 0) {
                $0 += try $1[0] as Int
            }
            #expect(sum == 200_000 * 200_001 / 2)
        }
    }

    @Test func aStreamThatIsLeftEarlyLeavesTheSessionUsable() async throws {
        struct Enough: Error {}
        try await withSession { session in
            await #expect(throws: Enough.self) {
                try await session.reduceRows("SELECT generate_series(1, 1000)", into: 0) { count, _ in
                    count += 1
                    if count == 10 { throw Enough() }
                }
            }
            #expect(await session.isReusable)
        }
    }

    @Test func aFailedTransactionLeavesNothing() async throws {
        struct Stop: Error {}
        try await withSession { session in
            try await session.executeScript("CREATE TEMP TABLE t (n integer)")
            await #expect(throws: Stop.self) {
                try await session.withTransaction { session in
                    try await session.execute("INSERT INTO t VALUES (1)")
                    throw Stop()
                }
            }
            #expect(try await session.first("SELECT count(*) FROM t") { try $0[0] as Int } == 0)
            try await session.withTransaction { try await $0.execute("INSERT INTO t VALUES (1)") }
            #expect(try await session.first("SELECT count(*) FROM t") { try $0[0] as Int } == 1)
        }
    }

    @Test func committingAfterASwallowedErrorIsAnError() async throws {
        try await withSession { session in
            let error = await #expect(throws: PostgresError.self) {
                try await session.withTransaction { session in
                    _ = try? await session.execute("SELECT 1/0")
                }
            }
            #expect(error?.sqlState == .inFailedTransaction)
            #expect(await session.isReusable)
        }
    }

    @Test func aSecondTransactionOnOneSessionIsRefused() async throws {
        try await withSession { session in
            try await session.withTransaction { session in
                let error = await #expect(throws: PostgresError.self) {
                    try await session.withTransaction { _ in }
                }
                #expect(error?.sqlState == .activeTransaction)
            }
        }
    }

    @Test func readOnlyTransactionsWriteNothing() async throws {
        try await withSession { session in
            await #expect(throws: PostgresError.self) {
                try await session.withTransaction(isolation: .repeatableRead, readOnly: true) {
                    try await $0.executeScript("CREATE TABLE never (n integer)")
                }
            }
        }
    }

    @Test func cancellationStopsTheStatementAndSparesTheSession() async throws {
        try await withSession { session in
            let start = ContinuousClock.now
            let task = Task { try await session.execute("SELECT pg_sleep(600)") }
            try await Task.sleep(for: .milliseconds(100))
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(ContinuousClock.now - start < .seconds(300), "of ten minutes")
            #expect(try await session.first("SELECT 41 + 1") { try $0[0] as Int } == 42)
        }
    }

    @Test func aLateCancelNeverStrikesTheNextStatement() async throws {
        try await withSession { session in
            for round in 0..<60 {
                let task = Task { try await session.execute("SELECT pg_sleep(0.001)") }
                try await Task.sleep(for: .microseconds(700 + 20 * round))
                task.cancel()
                _ = try? await task.value
                #expect(try await session.first("SELECT \(round)") { try $0[0] as Int } == round)
            }
        }
    }

    @Test func aKilledSessionSaysThatItIsLost() async throws {
        try await withSession { session in
            let backend = await session.backend
            try await withSession { _ = try await $0.execute("SELECT pg_terminate_backend(\(backend)::int4)") }
            let error = await #expect(throws: PostgresError.self) { try await session.execute("SELECT 1") }
            #expect(error?.isConnectionLost == true)
            #expect(await !session.isReusable)
        }
    }

    @Test func nowhereToConnectIsAnErrorWithItsCode() async throws {
        let error = await #expect(throws: PostgresError.self) {
            try await PostgresSession.connect(PostgresConfiguration(conninfo: "host=/nonexistent dbname=x"))
        }
        #expect(error?.sqlState == .unableToConnect)
        #expect(error?.isConnectionLost == true)
    }
}
