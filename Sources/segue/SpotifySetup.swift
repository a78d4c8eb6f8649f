import Catalog
import Configuration
import Ingest
import Providers
import Signing
import Sourcing
import Storage

/// Spotify as the settings have it: clients, accounts, and an ingest with the right token.
struct SpotifySetup: Sendable {
    private let settings: Settings
    private let store: PostgresStore
    private let support: ServiceSupport
    private let client: ServiceClient

    /// Prepares clients; nothing is called yet.
    init(_ settings: Settings, store: PostgresStore, support: ServiceSupport) {
        (self.settings, self.store, self.support) = (settings, store, support)
        client = ServiceClient(
            .spotify(baseURL: settings[.spotifyURL], perSecond: settings[.spotifyRate]), support)
    }

    /// The Web API's client.
    var api: ServiceClient { client }

    /// The application.
    /// - Throws: `CommandFailure` where no setting names one.
    func authorization() throws -> SpotifyAuthorization {
        guard let id = settings[.spotifyClientID] else {
            throw CommandFailure(
                "SEGUE_SPOTIFY_CLIENT_ID is not set; register an application at https://developer.spotify.com/dashboard"
                    + " and set it to the application's id")
        }
        let accounts = ServiceClient(.spotifyAccounts(baseURL: settings[.spotifyAccountsURL]), support)
        return SpotifyAuthorization(clientID: id, secret: settings[.spotifyClientSecret], client: accounts)
    }

    /// The accounts.
    /// - Throws: `CommandFailure` without keys, `SecretKeyError` where they cannot be read.
    func accounts() throws -> SpotifyAccounts {
        guard let text = settings[.secretKeys] else {
            throw CommandFailure(
                "SEGUE_SECRET_KEYS is not set, so tokens cannot be stored; put NAME:BASE64 (32 random bytes, openssl rand"
                    + " -base64 32) into a file and name it in SEGUE_SECRET_KEYS_FILE")
        }
        let box = SecretBox(keys: try SecretKeyRing(parsing: text))
        return SpotifyAccounts(store: store, box: box, termInMonths: settings[.spotifyReconnectMonths])
    }

    /// The Web API with an account's permission.
    ///
    /// - Parameter account: id or name; nil for the only one.
    /// - Throws: what is missing among settings and accounts, in words.
    func listener(_ account: String?) async throws -> Spotify {
        let (authorization, accounts) = (try authorization(), try accounts())
        let id = try await accounts.account(account).id
        return Spotify(client, tokens: SpotifyAccountTokens(of: id, accounts, authorization), refusals: store)
    }

    /// An ingest for a source: with the account's token where the source is a listener's or there is no other way, with
    /// the application's own where that suffices, and with none for files.
    ///
    /// - Parameter account: id or name; nil for the only one.
    /// - Throws: what is missing among settings and accounts, in words.
    func ingest(of source: Source, account: String?) async throws -> (ingest: SourceIngest, account: String?) {
        var options = SourceIngest.Options()
        options.files.maximumDocumentBytes = settings[.importMaximumDocument]
        options.files.maximumUnpackedBytes = settings[.importMaximumUnpacked]
        options.files.maximumRowBytes = settings[.importMaximumRow]
        options.roots = SourceRoots(settings[.sourceRoots])
        guard source.isRemote else {
            return (SourceIngest(spotify: nil, store: store, options: options), nil)
        }
        let authorization = try authorization()
        if account == nil, authorization.hasSecret, source.suitsApplication {
            let spotify = Spotify(client, tokens: SpotifyApplicationTokens(authorization), refusals: store)
            return (SourceIngest(spotify: spotify, store: store, options: options), nil)
        }
        let accounts = try accounts()
        let id = try await accounts.account(account).id
        let tokens = SpotifyAccountTokens(of: id, accounts, authorization)
        let spotify = Spotify(client, tokens: tokens, refusals: store)
        return (SourceIngest(spotify: spotify, account: id, store: store, options: options), id)
    }

    /// Whether a source could be taken over: says what is missing, without calling anybody.
    ///
    /// - Throws: as `ingest(of:account:)` does; `CommandFailure` for files outside of the folders that are permitted.
    func check(_ source: Source, account: String?) async throws {
        if case .files(let path) = source, !SourceRoots(settings[.sourceRoots]).admit(path) {
            throw CommandFailure("\(path) lies outside of the folders in SEGUE_SOURCE_ROOTS")
        }
        guard source.isRemote else { return }
        let authorization = try authorization()
        if account == nil, authorization.hasSecret, source.suitsApplication { return }
        let owner = try await accounts().account(account)
        guard owner.state == .connected else {
            throw SpotifyError.reconnect(account: owner.name ?? owner.id, since: owner.authorizedAt)
        }
    }

    /// Spotify's features and analyses, where there are an application and tokens; whether the application may ask is
    /// found out by asking.
    func featureProviders() async -> [any FeatureProvider] {
        guard let spotify = await anyClient() else { return [] }
        return SpotifySound.Kind.allCases.map { SpotifySound(spotify, $0) }
    }

    /// The Web API with whatever token there is, for what needs no certain one; nil where there is none.
    func anyClient() async -> Spotify? {
        guard settings[.spotifyClientID] != nil, let authorization = try? authorization() else { return nil }
        var tokens: (any SpotifyTokenSource)?
        if authorization.hasSecret {
            tokens = SpotifyApplicationTokens(authorization)
        } else if let accounts = try? accounts(),
            let account = (try? await accounts.all())?.first(where: { $0.state == .connected })
        {
            tokens = SpotifyAccountTokens(of: account.id, accounts, authorization)
        }
        return tokens.map { Spotify(client, tokens: $0, refusals: store) }
    }

    /// An ingest with the token that a caller brought along in `X-Spotify-Token`.
    func ingest(with token: SpotifyAccessToken) -> SourceIngest {
        SourceIngest(
            spotify: Spotify(client, tokens: SpotifyCallerToken(token), refusals: store), store: store)
    }
}

extension Source {
    /// Whether the application's own token does.
    fileprivate var suitsApplication: Bool {
        switch self {
        case .track, .album: true
        default: false
        }
    }
}
