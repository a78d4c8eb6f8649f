/// What holds for every request of a client.
public struct HTTPClientConfiguration: Sendable {
    /// Names the program to servers, for example `Segue/1.0 (+https://example.org)`; services refuse callers without.
    public var userAgent: String
    /// The most requests under way at once; more wait their turn.
    public var maximumConcurrent = 32
    /// The most connections to one host.
    public var maximumConnectionsPerHost = 8
    /// The most requests that wait for their turn; past it `HTTPClientError.busy`.
    public var maximumWaiting = 1_024
    /// How many redirects to the same host are followed; the next is an error.
    public var maximumRedirects = 3
    /// A file of certificates (PEM) to trust instead of the system's, for a service with an authority of its own.
    public var trustedCertificates: String?
    /// Whether `https_proxy` and the like are heeded, as other programs do.
    public var usesEnvironmentProxy = true

    /// The standard limits under a name.
    public init(userAgent: String) { self.userAgent = userAgent }
}
