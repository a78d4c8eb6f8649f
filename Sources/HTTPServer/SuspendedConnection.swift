import CMicrohttpd

/// A connection that the library leaves alone until it is resumed.
///
/// It cannot be copied and resuming consumes it, so resuming twice does not compile; dropping it resumes too, since a
/// connection left suspended could never be closed.
///
/// Sendable, although the compiler cannot see why: the pointer is not reachable from outside, and all that is ever done
/// with it after suspending is to resume, which the library allows on any thread.
struct SuspendedConnection: ~Copyable, @unchecked Sendable {
    private let connection: OpaquePointer

    /// Suspends. Only from within the library's call for this connection.
    init(suspending connection: OpaquePointer) {
        MHD_suspend_connection(connection)
        self.connection = connection
    }

    deinit { MHD_resume_connection(connection) }

    /// Lets the library go on with it, on its own thread.
    consuming func resume() {}
}
