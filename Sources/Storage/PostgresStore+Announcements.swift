public import Catalog
internal import Postgres

extension PostgresStore: CatalogAnnouncing {
    /// Announcements from now on, on a session of their own.
    ///
    /// Where the connection is lost it is made again, with pauses that double up to two seconds. Whenever it begins
    /// to listen, the first time too, it says `missed`: what happened before went unheard. At most 256 announcements wait for a slow reader; older ones give way.
    public func announcements() -> AsyncStream<CatalogAnnouncement> {
        AsyncStream(bufferingPolicy: .bufferingNewest(256)) { continuation in
            let listening = Task { [configuration = pool.configuration] in
                await AnnouncementListener(configuration: configuration).run { continuation.yield($0) }
                continuation.finish()
            }
            continuation.onTermination = { _ in listening.cancel() }
        }
    }
}

/// Listens until its task is cancelled.
private struct AnnouncementListener: Sendable {
    let configuration: PostgresConfiguration

    private static let firstPause = Duration.milliseconds(100)
    private static let longestPause = Duration.seconds(2)

    func run(_ say: @Sendable (CatalogAnnouncement) -> Void) async {
        var pause = Self.firstPause
        while !Task.isCancelled {
            do {
                let session = try await subscribe()
                say(.missed)
                pause = Self.firstPause
                try await relay(session, say)
            } catch {
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, Self.longestPause)
            }
        }
    }

    private func subscribe() async throws -> PostgresSession {
        let session = try await PostgresSession.connect(configuration)
        for channel in Channel.allCases { try await session.listen(to: channel.rawValue) }
        return session
    }

    private func relay(_ session: PostgresSession, _ say: @Sendable (CatalogAnnouncement) -> Void) async throws {
        while true {
            guard let notification = try await session.nextNotification(timeout: .seconds(60)) else { continue }
            switch Channel(rawValue: notification.channel) {
            case .catalog: say(.catalogChanged)
            case .generation: say(.generationActivated(notification.payload))
            case nil: break
            }
        }
    }
}
