import Dispatch
import Foundation
import Glibc
import Synchronization

/// Takes clients in, on a thread of its own, and gives each to the daemon that has the fewest.
final class Acceptor: Sendable {
    private let socket: Int32
    private let daemons: [Daemon]
    private let limit: Int
    private let isStopping = Atomic(false)
    private let ended = DispatchSemaphore(value: 0)

    /// Prepares to accept at most `limit` connections at a time.
    init(on socket: consuming ListeningSocket, for daemons: [Daemon], limit: Int) {
        self.socket = socket.release()
        self.daemons = daemons
        self.limit = limit
    }

    /// Begins to accept; `stop` must follow.
    func start() {
        Thread.detachNewThread { [self] in
            while !isStopping.load(ordering: .acquiring) { acceptNext() }
            close(socket)
            ended.signal()
        }
    }

    /// Stops accepting and closes the listening socket; returns once that is done. Called once.
    func stop() {
        isStopping.store(true, ordering: .releasing)
        // Wakes a thread that waits for a client.
        shutdown(socket, Int32(SHUT_RDWR))
        ended.wait()
    }

    private func acceptNext() {
        // Past the limit clients wait in the system's queue.
        guard daemons.reduce(0, { $0 + $1.connectionCount }) < limit else { return pause() }
        var listening = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        guard poll(&listening, 1, -1) > 0 else { return }
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                let client = accept(socket, address, &length)
                if client >= 0 {
                    daemons.min { $0.connectionCount < $1.connectionCount }?.add(client, from: address, length)
                } else if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) {
                    // The client stays in the queue, so that waiting for it would not wait at all.
                    pause()
                }
            }
        }
    }

    private func pause() { usleep(10_000) }
}
