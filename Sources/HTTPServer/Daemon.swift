import CMicrohttpd
import Glibc
import Synchronization

/// One thread of the library over its own epoll, owned: stopped and joined when the last reference is gone.
///
/// Several of them rather than the library's pool, whose threads all wait on one listening socket: whichever wakes first
/// takes what there is, and one thread may end up with all connections while another idles.
final class Daemon: Sendable {
    /// What the library's callbacks reach.
    final class Context: Sendable {
        let core: ServerCore
        /// Open connections of this thread.
        let connections = Atomic(0)

        init(_ core: ServerCore) { self.core = core }
    }

    // The library lets any thread add connections and stop it; nothing else is done with it.
    private nonisolated(unsafe) let daemon: OpaquePointer
    private let context: Context

    /// Starts the thread.
    init(core: ServerCore) throws(HTTPServerError) {
        let configuration = core.configuration
        let context = Context(core)
        var options = segue_http_options()
        // The library locks itself out where a client comes past its own limit, so that is out of reach: the acceptor
        // keeps to the one that counts.
        options.connections = UInt32(clamping: 2 * configuration.maximumConnections + 64)
        options.idle_seconds = Self.inactivitySeconds(configuration)
        // Half of the memory is for reading, and headers are read whole.
        options.connection_memory = max(32 << 10, 2 * configuration.maximumHeaderBytes)
        options.access = onAccess
        options.completed = onCompleted
        options.connection = onConnection
        options.target = onTarget
        options.context = Unmanaged.passUnretained(context).toOpaque()
        guard let daemon = segue_http_start(&options) else {
            throw .cannotStart(reason: String(cString: strerror(errno)))
        }
        (self.daemon, self.context) = (daemon, context)
    }

    deinit {
        // The context is still there while the library calls back for the last time.
        withExtendedLifetime(context) { MHD_stop_daemon(daemon) }
    }

    /// Open connections.
    var connectionCount: Int { context.connections.load(ordering: .relaxed) }

    /// Gives the thread a client's socket, which it closes in every case.
    func add(_ socket: Int32, from address: UnsafePointer<sockaddr>, _ length: socklen_t) {
        // Counted here and not when the thread gets to it, for the next client comes before that.
        context.connections.add(1, ordering: .relaxed)
        if MHD_add_connection(daemon, socket, address, length) != .YES {
            context.connections.subtract(1, ordering: .relaxed)
        }
    }

    /// The library's own timeout is for clients that stop reading an answer; what arrives too slowly, and idleness, the
    /// server watches itself.
    private static func inactivitySeconds(_ configuration: HTTPServerConfiguration) -> UInt32 {
        let longest = max(configuration.requestTimeout, configuration.idleTimeout)
        return UInt32(clamping: longest.components.seconds + 5)
    }
}
