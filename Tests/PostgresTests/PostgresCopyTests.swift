import TestSupport
import Testing

@testable import Postgres

@Suite struct PostgresCopyTests {
    private func session() async throws -> PostgresSession {
        try await PostgresSession.connect(PostgresConfiguration(conninfo: TestServer.conninfo()))
    }

    private func withTable(_ body: @Sendable (PostgresSession) async throws -> Void) async throws {
        let session = try await session()
        try await session.executeScript("CREATE TEMP TABLE t (n integer, s text)")
        try await body(session)
    }

    @Test func binaryRowsArriveWhole() async throws {
        try await withTable { session in
            var buffer = CopyBuffer()
            for number in 0..<1_000 as Range<Int32> {
                buffer.beginRow(columns: 2)
                buffer.append(number)
                buffer.append(number % 2 == 0 ? "tab\there \\N \u{e9}" : nil)
            }
            #expect(try await session.copyIn("COPY t FROM STDIN (FORMAT binary)", buffer.drain()) == 1_000)
            let row = try await session.first("SELECT count(s), sum(n)::int8, min(s) FROM t") {
                (try $0[0] as Int, try $0[1] as Int, try $0[2] as String)
            }
            #expect(row?.0 == 500)
            #expect(row?.1 == 499_500)
            #expect(row?.2 == "tab\there \\N \u{e9}")
        }
    }

    @Test func chunksStreamInAndOut() async throws {
        try await withTable { session in
            let chunks = AsyncStream<[UInt8]> { continuation in
                for number in 0..<5_000 { continuation.yield(Array("\(number)\tx\n".utf8)) }
                continuation.finish()
            }
            #expect(try await session.copyIn("COPY t FROM STDIN", from: chunks) == 5_000)
            let collected = Collected()
            try await session.copyOut("COPY t TO STDOUT", chunkSize: 1_000) { await collected.add($0) }
            #expect(await collected.lines == 5_000)
            #expect(await collected.chunks > 10)
        }
    }

    @Test func aSourceThatFailsStoresNothing() async throws {
        struct Broken: Error {}
        try await withTable { session in
            let chunks = AsyncThrowingStream<[UInt8], any Error> { continuation in
                continuation.yield(Array("1\tx\n".utf8))
                continuation.finish(throwing: Broken())
            }
            await #expect(throws: Broken.self) { try await session.copyIn("COPY t FROM STDIN", from: chunks) }
            let stored = try await session.first("SELECT count(*) FROM t") { try $0[0] as Int }
            #expect(stored == 0)
            #expect(await session.isReusable)
        }
    }

    @Test func aReaderThatLeavesEarlyLeavesTheSessionUsable() async throws {
        struct Enough: Error {}
        try await withTable { session in
            await #expect(throws: Enough.self) {
                try await session.copyOut("COPY (SELECT generate_series(1, 1000000)) TO STDOUT") { _ in throw Enough() }
            }
            let one = try await session.first("SELECT 1") { try $0[0] as Int }
            #expect(one == 1)
        }
    }

    @Test func aBadRowIsATypedError() async throws {
        try await withTable { session in
            let error = await #expect(throws: PostgresError.self) {
                try await session.copyIn("COPY t FROM STDIN", Array("x\ty\n".utf8))
            }
            #expect(error?.sqlState.rawValue == "22P02")
            #expect(await session.isReusable)
        }
    }

    @Test func anotherStatementDuringACopyIsRefused() async throws {
        try await withTable { session in
            let (chunks, continuation) = AsyncStream.makeStream(of: [UInt8].self)
            let copying = Task { try await session.copyIn("COPY t FROM STDIN", from: chunks) }
            continuation.yield(Array("1\tx\n".utf8))
            let (backend, observer) = (await session.backend, try await self.session())
            try await eventually {
                try await observer.first(
                    "SELECT count(*) FROM pg_stat_progress_copy WHERE pid = \(backend)::int4"
                ) { try $0[0] as Int } == 1
            }
            await #expect(throws: PostgresError.self) { try await session.execute("SELECT 1") }
            continuation.finish()
            #expect(try await copying.value == 1)
        }
    }
}

private actor Collected {
    var lines = 0
    var chunks = 0

    func add(_ bytes: [UInt8]) {
        lines += bytes.count { $0 == 10 }
        chunks += 1
    }
}
