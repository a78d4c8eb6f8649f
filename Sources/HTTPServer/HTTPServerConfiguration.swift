/// Where a server listens and what it puts up with.
public struct HTTPServerConfiguration: Sendable, Equatable {
    /// An address in digits, or a name that resolves to one.
    public var host = "127.0.0.1"

    /// The port; 0 lets the system choose a free one.
    public var port = 0

    /// Threads that read requests and run handlers.
    public var threads = 2

    /// The longest body in bytes; past it 413.
    public var maximumBodyBytes = 1 << 20

    /// The longest request line with header fields in bytes; past it 431.
    public var maximumHeaderBytes = 16 << 10

    /// From the request line to the end of the body, and to the answer of a handler that replies later: past it 408 or
    /// 503.
    public var requestTimeout = Duration.seconds(10)

    /// How long a connection may stay open without a request.
    public var idleTimeout = Duration.seconds(60)

    /// Connections over all threads; past it the one that has idled longest makes room, and while none does, clients wait
    /// unaccepted.
    public var maximumConnections = 4096

    /// Requests whose handlers have replied that they answer later; past it 503.
    public var maximumInFlight = 256

    /// The defaults: loopback, a free port, two threads.
    public init() {}

    func validate() throws(HTTPServerError) {
        guard (0...65_535).contains(port) else { throw .setting("the port must be between 0 and 65535") }
        guard (1...1024).contains(threads) else { throw .setting("the server needs 1 to 1024 threads") }
        guard maximumBodyBytes >= 0 else { throw .setting("the body limit must not be negative") }
        guard (256...(1 << 20)).contains(maximumHeaderBytes) else {
            throw .setting("the header limit must be between 256 bytes and 1 MiB")
        }
        guard requestTimeout > .zero, idleTimeout > .zero else { throw .setting("timeouts must be above zero") }
        guard maximumConnections >= threads else { throw .setting("there must be a connection for each thread") }
        guard maximumInFlight >= 0 else { throw .setting("the in-flight limit must not be negative") }
    }
}
