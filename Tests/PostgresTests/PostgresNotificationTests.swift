import Foundation
import TestSupport
import Testing

@testable import Postgres

@Suite struct PostgresNotificationTests {
    private func session() async throws -> PostgresSession {
        try await PostgresSession.connect(PostgresConfiguration(conninfo: try TestServer.conninfo()))
    }

    private let channel = "segue \"test\" " + UUID().uuidString

    @Test func whatIsAnnouncedIsHeard() async throws {
        let listener = try await session()
        try await listener.listen(to: channel)
        let speaker = try await session()
        try await speaker.notify(channel, payload: "it's here")
        let heard = try await listener.nextNotification(timeout: .seconds(120))
        #expect(heard?.channel == channel)
        #expect(heard?.payload == "it's here")
        #expect(heard?.backend == (await speaker.backend))
    }

    @Test func whatIsRolledBackIsNotAnnounced() async throws {
        let listener = try await session()
        try await listener.listen(to: channel)
        let speaker = try await session()
        try await speaker.begin()
        try await speaker.notify(channel, payload: "no")
        await speaker.rollback()
        try await speaker.notify(channel, payload: "yes")
        #expect(try await listener.nextNotification(timeout: .seconds(120))?.payload == "yes")
    }

    @Test func waitingEndsWithItsTimeAndWithItsTask() async throws {
        let listener = try await session()
        #expect(try await listener.nextNotification(timeout: .milliseconds(1)) == nil)
        let start = ContinuousClock.now
        let waiting = Task { try await listener.nextNotification(timeout: .seconds(600)) }
        try await Task.sleep(for: .milliseconds(50))
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        #expect(ContinuousClock.now - start < .seconds(300), "of ten minutes")
        #expect(await listener.isReusable)
    }

    @Test func aKilledListenerIsToldSo() async throws {
        let listener = try await session()
        let backend = await listener.backend
        let waiting = Task { try await listener.nextNotification(timeout: .seconds(600)) }
        try await Task.sleep(for: .milliseconds(50))
        try await session().execute("SELECT pg_terminate_backend(\(backend)::int4)")
        let error = await #expect(throws: PostgresError.self) { try await waiting.value }
        #expect(error?.isConnectionLost == true)
    }
}
