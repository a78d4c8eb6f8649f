internal import Postgres

/// Listens on channels, on a session of its own, until its task is cancelled.
///
/// Where the connection is lost it is made again, with pauses that double up to two seconds.
struct ChannelListener: Sendable {
    /// What a listener has to say.
    enum Event: Sendable {
        /// Listening begins, the first time or anew: what was said before went unheard.
        case began
        /// Somebody said something.
        case heard(Channel, payload: String)
    }

    let configuration: PostgresConfiguration
    let channels: [Channel]

    private static let firstPause = Duration.milliseconds(100)
    private static let longestPause = Duration.seconds(2)

    func run(_ say: @Sendable (Event) -> Void) async {
        var pause = Self.firstPause
        while !Task.isCancelled {
            do {
                let session = try await subscribe()
                say(.began)
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
        for channel in channels { try await session.listen(to: channel.rawValue) }
        return session
    }

    private func relay(_ session: PostgresSession, _ say: @Sendable (Event) -> Void) async throws {
        while true {
            guard let notification = try await session.nextNotification(timeout: .seconds(60)) else { continue }
            guard let channel = Channel(rawValue: notification.channel) else { continue }
            say(.heard(channel, payload: notification.payload))
        }
    }
}
