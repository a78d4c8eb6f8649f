internal import CPostgres
internal import Glibc

/// A file descriptor that becomes readable when somebody asks a waiting session to look up.
final class WakeSignal: Sendable {
    private let descriptor: Int32

    init() { descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC)) }

    deinit { close(descriptor) }

    /// Wakes the waiting session, or the next one that waits.
    func raise() { eventfd_write(descriptor, 1) }

    /// Waits until `socket` is readable, the signal is raised, or `timeout` milliseconds are over.
    func wait(for socket: Int32, timeout: Int32) {
        var descriptors = [
            pollfd(fd: socket, events: Int16(POLLIN), revents: 0),
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
        ]
        poll(&descriptors, nfds_t(descriptors.count), timeout)
        var count: eventfd_t = 0
        eventfd_read(descriptor, &count)
    }

    /// Whether `socket` has something to read right now.
    static func isReadable(_ socket: Int32) -> Bool {
        var descriptor = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return poll(&descriptor, 1, 0) > 0
    }
}
