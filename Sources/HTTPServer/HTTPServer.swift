import Dispatch
import Foundation
import Synchronization

/// An HTTP/1.1 server on libmicrohttpd: a few threads over epoll, limits that the server keeps by itself.
///
/// It serves from the moment it exists until `stop`. Handlers that have their answer ready are answered on the thread
/// that read the request; others set the connection aside and cost no thread while they wait.
public final class HTTPServer: Sendable {
    /// The port it listens on, also when the system chose it.
    public let port: Int

    private let core: ServerCore
    private let daemons: Mutex<[Daemon]>
    private let acceptor: Mutex<Acceptor?>
    private let clock: Mutex<any DispatchSourceTimer>

    /// Starts listening and serving.
    ///
    /// - Throws: `HTTPServerError`, with the mend.
    public init(configuration: HTTPServerConfiguration, handler: any HTTPHandler) throws(HTTPServerError) {
        try configuration.validate()
        let core = ServerCore(configuration: configuration, handler: handler)
        let socket = try ListeningSocket(host: configuration.host, port: configuration.port)
        let port = socket.port
        var daemons: [Daemon] = []
        for _ in 0..<configuration.threads { daemons.append(try Daemon(core: core)) }
        let acceptor = Acceptor(on: socket, for: daemons, core: core)
        self.daemons = Mutex(daemons)
        self.acceptor = Mutex(acceptor)
        (self.port, self.core) = (port, core)
        clock = Mutex(Self.startClock(over: core))
        acceptor.start()
    }

    deinit {
        stopAccepting()
        clock.withLock { $0.cancel() }
        core.abandonPendingReplies()
    }

    private func stopAccepting() { acceptor.withLock { $0.take() }?.stop() }

    /// Stops gracefully: accepts no more connections, lets the requests under way end, then closes all connections.
    ///
    /// Requests that are not done by the deadline are answered 503 if they wait for a handler, and cut off if not.
    /// Returns when the last thread is gone; a second call returns at once.
    ///
    /// - Parameter patience: how long to wait for the requests under way.
    public func stop(patience: Duration = .seconds(10)) async {
        core.beginStopping()
        stopAccepting()
        await drain(for: patience)
        core.abandonPendingReplies()
        await drain(for: .milliseconds(500))
        clock.withLock { $0.cancel() }
        await joinThreads()
    }

    private func drain(for patience: Duration) async {
        let deadline = ContinuousClock.now + patience
        while core.underway.load(ordering: .relaxed) > 0, ContinuousClock.now < deadline {
            do { try await Task.sleep(for: .milliseconds(5)) } catch { return }
        }
    }

    /// The library joins its threads when it stops, and a handler may keep one for a while: not on a shared thread.
    private func joinThreads() async {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                self.daemons.withLock { $0 = [] }
                continuation.resume()
            }
        }
    }

    private static func startClock(over core: ServerCore) -> sending any DispatchSourceTimer {
        let clock = DispatchSource.makeTimerSource(queue: .global(qos: .utility))
        clock.schedule(deadline: .now() + .milliseconds(100), repeating: .milliseconds(100), leeway: .milliseconds(20))
        clock.setEventHandler { core.endOverdueConnections() }
        clock.resume()
        return clock
    }
}
