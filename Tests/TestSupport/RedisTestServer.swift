import Foundation

/// A Redis of a test's own, on a Unix socket in a temporary directory, that can be stopped and started again.
///
/// Stopped and removed when it goes out of use; its data lives as long as its process.
public final class RedisTestServer: @unchecked Sendable {
    private let directory: URL
    private var process: Process?

    /// The socket's path.
    public let socketPath: String

    /// The URL to connect to.
    public var url: String { "unix://\(socketPath)" }

    /// The shared server that the environment names in `REDIS_URL`, nil when it names none.
    public static var sharedURL: String? { ProcessInfo.processInfo.environment["REDIS_URL"] }

    /// Prepares a server and does not start it.
    public init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "segue-redis-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        socketPath = directory.appending(path: "redis.sock").path
    }

    deinit {
        // Not by SIGTERM: a child inherits the signals that the thread pool blocks, and would never hear of it.
        if let process { Foundation.kill(process.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(at: directory)
    }

    /// Starts it and waits until it accepts connections.
    ///
    /// - Parameter arguments: more settings, as on the command line.
    public func start(_ arguments: [String] = []) async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/redis-server")
        process.arguments =
            ["--port", "0", "--unixsocket", socketPath, "--save", "", "--appendonly", "no", "--dir", directory.path]
            + arguments
        // An inherited pipe would keep the test runner waiting for a server that outlived a crashed test.
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.process = process
        try await eventually { isListening }
    }

    /// Whether it takes connections: the socket is there a moment before.
    private var isListening: Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { path in
            path.copyBytes(from: socketPath.utf8.prefix(path.count - 1))
        }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }

    /// Ends it as a crash would, and waits until it is gone.
    public func kill() async throws {
        guard let process else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        while process.isRunning { try await Task.sleep(for: .milliseconds(5)) }
        try? FileManager.default.removeItem(atPath: socketPath)
        self.process = nil
    }

    /// Keeps it from answering, with its connections open, until `resume`.
    public func pause() { if let process { Foundation.kill(process.processIdentifier, SIGSTOP) } }

    /// Lets it go on after `pause`.
    public func resume() { if let process { Foundation.kill(process.processIdentifier, SIGCONT) } }
}
