public import Foundation

/// What an outside service once answered, as it is remembered.
public struct RememberedResponse: Sendable, Hashable {
    /// The answer's text; nil for "there is no such thing", which is worth remembering as well.
    public var body: String?
    /// After this moment the service is asked again.
    public var expiresAt: Date

    /// Remembers an answer, or that there is none.
    public init(body: String?, expiresAt: Date) { (self.body, self.expiresAt) = (body, expiresAt) }
}

/// Remembers outside services' answers across restarts. Implemented by Storage.
public protocol ResponseStore: Sendable {
    /// What is remembered of a service under the given keys and has not expired at `moment`; missing keys are absent.
    func responses(of service: String, keys: [String], at moment: Date) async throws -> [String: RememberedResponse]
    /// Remembers answers by key, in place of earlier ones.
    func remember(_ responses: [String: RememberedResponse], of service: String) async throws
    /// Forgets what expired before `moment`; says how much.
    func forgetResponses(expiredBefore moment: Date) async throws -> Int
}
