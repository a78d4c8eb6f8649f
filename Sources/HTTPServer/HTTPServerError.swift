/// Why a server did not start.
public enum HTTPServerError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A setting makes no sense; the sentence says which and what would.
    case setting(String)

    /// The host is no address and resolves to none.
    case unknownHost(String)

    /// Somebody listens there already.
    case addressInUse(host: String, port: Int)

    /// The system refused to listen there.
    case cannotListen(host: String, port: Int, reason: String)

    /// The library did not start.
    case cannotStart(reason: String)

    /// One sentence for a person, with the mend.
    public var description: String {
        switch self {
        case .setting(let sentence): sentence
        case .unknownHost(let host): "\(host) is no address of this machine; listen on 127.0.0.1, or on 0.0.0.0 for all"
        case .addressInUse(let host, let port):
            "port \(port) on \(host) is taken; stop what listens there or choose another port"
        case .cannotListen(let host, let port, let reason):
            "cannot listen on port \(port) of \(host): \(reason); choose an address of this machine and a port above 1023"
        case .cannotStart(let reason): "the HTTP server did not start: \(reason); check the limits on threads and files"
        }
    }
}
