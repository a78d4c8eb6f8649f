public import Catalog
import Foundation
public import Signing

/// The listeners' accounts: their tokens sealed at rest, refreshed by one process at a time, and the clock of their
/// permissions.
public struct SpotifyAccounts: Sendable {
    /// The service's name in the store.
    public static let service = "spotify"

    private let store: any AccountStore
    private let box: SecretBox
    private let clock: ServiceClock
    private let termInMonths: Int

    /// Accounts in a store, sealed with the keys of a box.
    ///
    /// - Parameter termInMonths: how long a permission lasts; refreshing does not extend it.
    public init(store: any AccountStore, box: SecretBox, clock: ServiceClock = .system, termInMonths: Int = 6) {
        (self.store, self.box, self.clock, self.termInMonths) = (store, box, clock, termInMonths)
    }

    /// All of them, by id.
    /// - Throws: the store's errors.
    public func all() async throws -> [ServiceAccount] { try await store.accounts(of: Self.service) }

    /// The account of this id or name, or the only one.
    /// - Throws: `SpotifyError.notConnected` where there is none, or several and none is named; the store's errors.
    public func account(_ name: String? = nil) async throws -> ServiceAccount {
        let all = try await all()
        let found = name.map { name in all.filter { $0.id == name || $0.name == name } } ?? all
        guard found.count == 1, let account = found.first else { throw SpotifyError.notConnected(name) }
        return account
    }

    /// Takes an account in, or renews its permission.
    ///
    /// - Parameters:
    ///   - code: as it came back.
    ///   - client: of `ServiceConfiguration.spotify`, to ask whose account it is.
    /// - Throws: `ServiceError`, `SecretBoxError`, the store's errors.
    public func connect(
        code: String, _ attempt: SpotifyAuthorization.Attempt, _ authorization: SpotifyAuthorization,
        _ client: ServiceClient
    ) async throws -> ServiceAccount {
        let tokens = try await authorization.tokens(for: code, attempt)
        let now = clock.now()
        guard let access = tokens.access(at: now) else { throw SpotifyError.callerTokenRefused }
        let profile = try await Spotify(client, tokens: SpotifyCallerToken(access)).profile()
        var account = ServiceAccount(
            service: Self.service, id: profile.accountID ?? profile.id, name: profile.name ?? profile.id,
            keyID: box.keys.names.first ?? "", authorizedAt: now)
        account.reconnectBy = Self.calendar.date(byAdding: .month, value: termInMonths, to: now)
        try take(tokens, into: &account)
        try await store.save(account)
        return account
    }

    /// Forgets an account with its tokens; false where there is none.
    /// - Throws: the store's errors.
    public func disconnect(_ id: String) async throws -> Bool {
        try await store.removeAccount(id, of: Self.service)
    }

    /// Seals everything with the box's first key; says how many accounts had another.
    /// - Throws: `SecretBoxError`, the store's errors.
    public func rotate() async throws -> Int {
        var count = 0
        for account in try await all() {
            // A key of the same name need not be the same key.
            guard account.keyID != box.keys.names.first else {
                try examine(account)
                continue
            }
            _ = try await store.changingAccount(account.id, of: Self.service) { account in
                var account = account
                if let token = try open(account.refreshToken, .refresh, account) {
                    try seal(token, .refresh, &account)
                }
                if let token = try open(account.accessToken, .access, account) { try seal(token, .access, &account) }
                return account
            }
            count += 1
        }
        return count
    }

    /// Looks whether an account's stored tokens open, without using them.
    /// - Throws: `SecretBoxError` where they do not.
    public func examine(_ account: ServiceAccount) throws {
        _ = try open(account.refreshToken, .refresh, account)
        _ = try open(account.accessToken, .access, account)
    }

    /// A token of the account that is good now; asks for a new one under the account's lock, so that several processes
    /// make one call.
    ///
    /// - Throws: `SpotifyError.reconnect` where the permission has ended, `SpotifyError.notConnected`, `ServiceError`,
    ///   `SecretBoxError`, the store's errors.
    func token(
        of id: String, replacing refused: SpotifyAccessToken?, _ authorization: SpotifyAuthorization
    ) async throws -> SpotifyAccessToken {
        let changed = try await store.changingAccount(id, of: Self.service) { account in
            guard account.state == .connected else { return nil }
            if let token = try current(account), token.value != refused?.value, token.isGood(at: clock.now()) {
                return nil
            }
            return try await refreshed(account, authorization)
        }
        guard let account = changed else { throw SpotifyError.notConnected(id) }
        guard account.state == .connected, let token = try current(account) else {
            throw SpotifyError.reconnect(account: account.name ?? account.id, since: account.authorizedAt)
        }
        return token
    }

    private func refreshed(
        _ account: ServiceAccount, _ authorization: SpotifyAuthorization
    ) async throws -> ServiceAccount {
        var account = account
        guard let refresh = try open(account.refreshToken, .refresh, account) else {
            account.state = .needsReconnect
            return account
        }
        do {
            try take(try await authorization.refreshed(refresh), into: &account)
        } catch let error as ServiceError where error.isEndOfGrant {
            (account.state, account.accessToken, account.accessExpiresAt) = (.needsReconnect, nil, nil)
        }
        return account
    }

    private func current(_ account: ServiceAccount) throws -> SpotifyAccessToken? {
        try open(account.accessToken, .access, account).flatMap {
            SpotifyAccessToken($0, expiresAt: account.accessExpiresAt)
        }
    }

    /// A refresh token that is not given again stays as it is.
    private func take(_ tokens: SpotifyTokens, into account: inout ServiceAccount) throws {
        account.accessExpiresAt = tokens.access(at: clock.now())?.expiresAt
        try seal(tokens.accessToken, .access, &account)
        if let refresh = tokens.refreshToken { try seal(refresh, .refresh, &account) }
        if let scope = tokens.scope { account.scopes = scope.split(separator: " ").map(String.init) }
    }

    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }()
}

extension SpotifyAccounts {
    private enum Kind: String {
        case refresh = "refresh_token"
        case access = "access_token"
    }

    private func place(_ kind: Kind, _ account: ServiceAccount) -> String {
        "accounts/\(account.service)/\(account.id)/\(kind.rawValue)"
    }

    private func open(_ text: String?, _ kind: Kind, _ account: ServiceAccount) throws -> String? {
        guard let text else { return nil }
        let place = place(kind, account)
        guard let sealed = SealedSecret(text: text) else { throw SecretBoxError.damaged(place: place) }
        return try box.open(sealed, for: place)
    }

    private func seal(_ token: String, _ kind: Kind, _ account: inout ServiceAccount) throws {
        let sealed = try box.seal(token, for: place(kind, account))
        switch kind {
        case .refresh: account.refreshToken = sealed.text
        case .access: account.accessToken = sealed.text
        }
        account.keyID = sealed.keyID
    }
}

/// Tokens of a connected account.
public struct SpotifyAccountTokens: SpotifyTokenSource {
    /// The account's id.
    public let account: String
    private let accounts: SpotifyAccounts
    private let authorization: SpotifyAuthorization
    private let clock: ServiceClock
    private let flight = SingleFlight()

    /// Tokens of the account of this id; keep one value for each account and process.
    public init(
        of account: String, _ accounts: SpotifyAccounts, _ authorization: SpotifyAuthorization,
        clock: ServiceClock = .system
    ) {
        (self.account, self.accounts, self.authorization, self.clock) = (account, accounts, authorization, clock)
    }

    /// The application that the account is connected to.
    public var application: String? { authorization.clientID }
    /// True.
    public var isListener: Bool { true }

    /// A token that is good now.
    /// - Throws: `SpotifyError`, `ServiceError`, `SecretBoxError`, errors of the store.
    public func token(replacing refused: SpotifyAccessToken?) async throws -> SpotifyAccessToken {
        try await flight.token(replacing: refused, at: clock.now()) { [account, accounts, authorization] in
            try await accounts.token(of: account, replacing: refused, authorization)
        }
    }
}

/// Tokens of the application itself, for tracks and albums.
public struct SpotifyApplicationTokens: SpotifyTokenSource {
    private let authorization: SpotifyAuthorization
    private let clock: ServiceClock
    private let flight = SingleFlight()

    /// Tokens of an application, which must have a secret.
    public init(_ authorization: SpotifyAuthorization, clock: ServiceClock = .system) {
        (self.authorization, self.clock) = (authorization, clock)
    }

    /// The application.
    public var application: String? { authorization.clientID }
    /// False.
    public var isListener: Bool { false }

    /// A token that is good now.
    /// - Throws: `ServiceError`.
    public func token(replacing refused: SpotifyAccessToken?) async throws -> SpotifyAccessToken {
        try await flight.token(replacing: refused, at: clock.now()) { [authorization, clock] in
            guard let token = try await authorization.ownTokens().access(at: clock.now()) else {
                throw SpotifyError.callerTokenRefused
            }
            return token
        }
    }
}
