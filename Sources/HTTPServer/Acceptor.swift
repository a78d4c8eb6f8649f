import Dispatch
import Foundation
import Glibc
import Synchronization

/// Takes clients in, on a thread of its own, and gives each to the daemon that has the fewest.
final class Acceptor: Sendable {
    private let core: ServerCore
    private let socket: Int32
    private let daemons: [Daemon]
    private let limit: Int
    private let isStopping = Atomic(false)
    private let ended = DispatchSemaphore(value: 0)

    /// Prepares to accept as many connections at a time as the configuration says.
    init(on socket: consuming ListeningSocket, for daemons: [Daemon], core: ServerCore) {
        self.core = core
        self.socket = socket.release()
        self.daemons = daemons
        limit = core.configuration.maximumConnections
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
        var listening = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        guard poll(&listening, 1, -1) > 0 else { return }
        // Past the limit whoever idles makes room; while all are busy clients wait in the system's queue.
        guard connectionCount < limit else { return makeRoom() }
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

    private var connectionCount: Int { daemons.reduce(0) { $0 + $1.connectionCount } }

    /// Ends an idle connection and waits until its thread has noticed.
    private func makeRoom() {
        guard core.endLongestIdleConnection() else { return pause() }
        for _ in 0..<100 where connectionCount >= limit { usleep(100) }
    }

    private func pause() { usleep(10_000) }
}
