public import Foundation

/// A listener's account at an outside service, as it is stored: tokens are sealed, so that this can be passed around.
public struct ServiceAccount: Sendable, Hashable {
    /// Whether the account can be used.
    public enum State: String, Sendable, CaseIterable, Codable {
        /// It can.
        case connected
        /// Its authorization has ended; only its owner can renew it.
        case needsReconnect = "needs_reconnect"
    }

    /// Which service, for example `spotify`.
    public var service: String
    /// The account's id there.
    public var id: String
    /// What its owner is called there, where known.
    public var name: String?
    /// What the owner permitted.
    public var scopes: [String]
    /// The sealed token by which access tokens are got; nil where there is none.
    public var refreshToken: String?
    /// The sealed token of calls; nil where there is none.
    public var accessToken: String?
    /// When the access token ends.
    public var accessExpiresAt: Date?
    /// The name of the key that both are sealed with.
    public var keyID: String
    /// When its owner last permitted this.
    public var authorizedAt: Date
    /// When its owner must have done so again, where the service has such a term.
    public var reconnectBy: Date?
    /// Whether it can be used.
    public var state: State

    /// Describes an account.
    public init(
        service: String, id: String, name: String? = nil, scopes: [String] = [], refreshToken: String? = nil,
        accessToken: String? = nil, accessExpiresAt: Date? = nil, keyID: String, authorizedAt: Date,
        reconnectBy: Date? = nil, state: State = .connected
    ) {
        (self.service, self.id, self.name, self.scopes) = (service, id, name, scopes)
        (self.refreshToken, self.accessToken, self.accessExpiresAt) = (refreshToken, accessToken, accessExpiresAt)
        (self.keyID, self.authorizedAt, self.reconnectBy, self.state) = (keyID, authorizedAt, reconnectBy, state)
    }
}

/// Keeps accounts at outside services. Implemented by Storage.
public protocol AccountStore: Sendable {
    /// All accounts at a service, or at any, by service and id.
    func accounts(of service: String?) async throws -> [ServiceAccount]
    /// Keeps an account in place of what was known of it.
    func save(_ account: ServiceAccount) async throws
    /// Forgets an account with its tokens; false where there is none.
    func removeAccount(_ id: String, of service: String) async throws -> Bool
    /// Changes an account while nobody else, in this process or another, changes it.
    ///
    /// - Parameter change: given the account as it is; what it returns is kept, nothing where that is nil.
    /// - Returns: the account as it is then; nil where there is none.
    func changingAccount(
        _ id: String, of service: String, _ change: @Sendable (ServiceAccount) async throws -> ServiceAccount?
    ) async throws -> ServiceAccount?
}

/// Remembers what a service does not permit an application, so that it is not asked each time. Implemented by Storage.
public protocol RefusalStore: Sendable {
    /// Until when an endpoint is not to be asked; nil where it may be.
    func refusal(of endpoint: String, by service: String, to application: String, at moment: Date) async throws -> Date?
    /// Remembers that an endpoint is closed to an application.
    func rememberRefusal(
        of endpoint: String, by service: String, to application: String, until moment: Date
    ) async throws
    /// All that are remembered of a service, by application and endpoint.
    func refusals(by service: String, at moment: Date) async throws -> [ServiceRefusal]
}

/// That an application may not ask an endpoint.
public struct ServiceRefusal: Sendable, Hashable {
    /// Which application, by its id at the service.
    public var application: String
    /// Which endpoint, as a template.
    public var endpoint: String
    /// When it is worth asking again.
    public var until: Date

    /// Describes a refusal.
    public init(application: String, endpoint: String, until: Date) {
        (self.application, self.endpoint, self.until) = (application, endpoint, until)
    }
}
