public import Foundation

/// Why a service did not give what was asked, with what to do next. Texts never hold a token, a key or a query.
public struct ServiceError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What happened.
    public enum Kind: Sendable, Hashable {
        /// It asks to wait for longer than a call may take.
        case rateLimited
        /// The quota is used up.
        case quotaExceeded
        /// It has failed so often that it is left alone for a while.
        case circuitOpen
        /// It does not answer, or answers with its own failures, however often asked.
        case unavailable
        /// What it answers cannot be read.
        case nonsense
        /// There is no such thing.
        case missing
        /// The token or key is not accepted (401).
        case unauthorized
        /// The application or user may not do this (403).
        case forbidden
        /// The request itself is refused, with the status.
        case rejected(status: Int)
        /// The request cannot be sent or followed, or not safely: TLS failed, a redirect led elsewhere or nowhere.
        case refusedHere
        /// The task was cancelled.
        case cancelled
    }

    /// What happened.
    public var kind: Kind
    /// Which service.
    public var service: String
    /// Which call, as a template.
    public var endpoint: String
    /// What the service or the network said.
    public var reason: String
    /// When it is worth trying again; nil where waiting changes nothing.
    public var resumeAt: Date?

    /// Describes an error.
    public init(_ kind: Kind, service: String, endpoint: String, reason: String, resumeAt: Date? = nil) {
        (self.kind, self.service, self.endpoint, self.reason) = (kind, service, endpoint, reason)
        self.resumeAt = resumeAt
    }

    /// Whether a job should stop now and go on at `resumeAt`.
    public var isPassing: Bool { resumeAt != nil }

    /// Whether it is what was asked for that the service refuses, so that it may well give something else.
    public var refusesWhatIsAsked: Bool {
        switch kind {
        case .missing, .rejected(status: 400), .rejected(status: 413), .rejected(status: 414), .rejected(status: 422):
            true
        default: false
        }
    }

    /// Whether a call failed that was made, in a way that need not befall another one: the service as a whole has neither
    /// asked to wait nor been given up.
    public var failsByItself: Bool { kind == .unavailable || kind == .nonsense }

    /// One sentence for a person.
    public var description: String {
        let when = resumeAt.map { "; try again after \($0.formatted(.iso8601))" } ?? ""
        return "\(service) \(endpoint): \(summary)\(reason.isEmpty ? "" : ": \(reason)")\(when)"
    }

    private var summary: String {
        switch kind {
        case .rateLimited: "asks to wait"
        case .quotaExceeded: "the quota is used up"
        case .circuitOpen: "is left alone after repeated failures"
        case .unavailable: "does not answer"
        case .nonsense: "answers what cannot be read"
        case .missing: "has no such thing"
        case .unauthorized: "does not accept the token or key"
        case .forbidden: "does not permit this"
        case .rejected(let status): "refuses the request (\(status))"
        case .refusedHere: "was given up"
        case .cancelled: "cancelled"
        }
    }
}
