import CMicrohttpd
import Glibc

/// The library's server, owned: stopped, with its threads joined, when it goes out of scope.
struct Daemon: ~Copyable {
    private let daemon: OpaquePointer
    private let core: Unmanaged<ServerCore>

    /// Takes the socket over and starts the threads.
    init(on socket: consuming ListeningSocket, core: ServerCore) throws(HTTPServerError) {
        let configuration = core.configuration
        let retained = Unmanaged.passRetained(core)
        var options = segue_http_options()
        options.threads = UInt32(configuration.threads)
        options.connections = UInt32(clamping: configuration.maximumConnections)
        options.idle_seconds = Self.inactivitySeconds(configuration)
        // Half of the memory is for reading, and headers are read whole.
        options.connection_memory = max(32 << 10, 2 * configuration.maximumHeaderBytes)
        // The library's own way to stop accepting (MHD_quiesce_daemon) takes the socket from its threads while they may
        // be doing the same, and ends the process where they meet.
        options.accept = onAccept
        options.access = onAccess
        options.completed = onCompleted
        options.connection = onConnection
        options.target = onTarget
        options.context = retained.toOpaque()
        options.listen_socket = socket.release()
        guard let daemon = segue_http_start(&options) else {
            // Whether the library has closed the socket depends on how far it came, so it is left alone.
            let reason = String(cString: strerror(errno))
            retained.release()
            throw .cannotStart(reason: reason)
        }
        (self.daemon, self.core) = (daemon, retained)
    }

    deinit {
        MHD_stop_daemon(daemon)
        core.release()
    }

    /// The library's own timeout is for clients that stop reading an answer; what arrives too slowly, and idleness, the
    /// server watches itself.
    private static func inactivitySeconds(_ configuration: HTTPServerConfiguration) -> UInt32 {
        let longest = max(configuration.requestTimeout, configuration.idleTimeout)
        return UInt32(clamping: longest.components.seconds + 5)
    }
}
