public import Catalog
public import Jobs

/// A job that takes one source over: what it is asked, in the form that the queue keeps.
///
/// It never holds a token; whoever does it uses the account's or the application's own.
public struct SourceJob: Sendable, Hashable, Codable {
    /// The kind of jobs that name a link.
    public static let byURL = "ingest.url"
    /// The kind of jobs that name a source.
    public static let bySource = "sources.fetch"
    /// Both.
    public static let kinds = [byURL, bySource]
    /// The kind of jobs that fetch what a request for recommendations names while it waits; no source that anybody asked
    /// to be taken over, and so in no aggregate.
    public static let bySeed = "ingest.seed"

    /// A link or URI.
    public var url: String?
    /// A source as `Source` writes it.
    public var source: Source?
    /// Whose library or token; nil for the only account.
    public var account: String?

    /// Asks for what a link names.
    public init(url: String, account: String? = nil) { (self.url, self.account) = (url, account) }

    /// Asks for a source.
    public init(source: Source, account: String? = nil) { (self.source, self.account) = (source, account) }

    /// The source.
    /// - Throws: `ReferenceError` where none is named, or none that can be fetched.
    public func asked() throws(ReferenceError) -> Source {
        if let source { return source }
        guard let url else { throw ReferenceError("neither {\"url\": …} nor {\"source\": …}") }
        return try Source(parsing: url)
    }

    /// The job for a request that waits: one at a time for the same source.
    /// - Throws: `EncodingError`.
    public static func seed(_ source: Source) throws -> JobRequest {
        JobRequest(
            kind: bySeed, payload: try JobDocument(SourceJob(source: source)), key: .init(source.key(account: nil)))
    }

    /// The job for the queue: one at a time for the same source and account.
    /// - Throws: `ReferenceError`, `EncodingError`.
    public func request() throws -> JobRequest {
        let source = try asked()
        let owner = account.map { "\(source.key(account: $0))@\($0)" }
        return JobRequest(
            kind: url == nil ? Self.bySource : Self.byURL, payload: try JobDocument(self),
            key: .init(owner ?? source.key(account: nil)))
    }
}
