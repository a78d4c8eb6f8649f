import Catalog
import FakeServices
import Foundation
import HTTPClient
import Ingest
import Postgres
import Signing
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Providers

/// A fake Spotify with what a test may want to look at.
private struct Listener: Sendable {
    let bench: Bench
    let fake: FakeSpotify
    let server: FakeServer

    init(memory: (any ResponseStore)? = nil, _ change: (inout FakeSpotify.Options) -> Void = { _ in }) throws {
        bench = Bench(memory: memory)
        var options = FakeSpotify.Options()
        change(&options)
        let fake = FakeSpotify(world: FakeWorld(tracks: 600), options: options)
        (self.fake, server) = (fake, try FakeServer { fake.answer($0) })
    }

    var client: ServiceClient {
        ServiceClient(.spotify(baseURL: server.url + "/v1", perSecond: 10_000), bench.support)
    }

    func authorization(secret: String? = nil) -> SpotifyAuthorization {
        SpotifyAuthorization(
            clientID: fake.options.clientID, secret: secret,
            client: ServiceClient(.spotifyAccounts(baseURL: server.url), bench.support))
    }

    func accounts(_ store: PostgresStore, keys: String = "k1:" + key(1), months: Int = 6) throws -> SpotifyAccounts {
        SpotifyAccounts(
            store: store, box: SecretBox(keys: try SecretKeyRing(parsing: keys)), clock: bench.clock.service(),
            termInMonths: months)
    }

    @discardableResult
    func connect(_ accounts: SpotifyAccounts, secret: String? = nil) async throws -> ServiceAccount {
        let authorization = authorization(secret: secret)
        let attempt = try authorization.attempt(redirect: "http://127.0.0.1:9/callback")
        let code = try attempt.code(in: fake.permitting(attempt.url))
        return try await accounts.connect(code: code, attempt, authorization, client)
    }

    func tokens(_ accounts: SpotifyAccounts) -> SpotifyAccountTokens {
        SpotifyAccountTokens(of: FakeSpotify.accountID, accounts, authorization(), clock: bench.clock.service())
    }

    func spotify() throws -> Spotify {
        let token = try #require(SpotifyAccessToken(fake.connect().access))
        return Spotify(client, tokens: SpotifyCallerToken(token))
    }
}

private func key(_ byte: UInt8) -> String { Data(repeating: byte, count: 32).base64EncodedString() }

@Suite struct SpotifyAccountTests {
    @Test(arguments: [nil, "fake-secret"]) func anAccountIsConnectedWithAndWithoutASecret(_ secret: String?)
        async throws
    {
        try await withTestDatabase { store in
            let listener = try Listener()
            let accounts = try listener.accounts(store)
            let account = try await listener.connect(accounts, secret: secret)
            #expect(account.id == FakeSpotify.accountID)
            #expect(account.scopes == ["playlist-read-private", "user-library-read"])
            #expect(account.reconnectBy.map(SpotifyError.day) == "2027-07-15")
            #expect(SpotifyError.day(account.authorizedAt) == "2027-01-15")
            #expect(try await accounts.account("The Listener").id == account.id)
            await #expect(throws: SpotifyError.notConnected("nobody")) { try await accounts.account("nobody") }
            let profile = try await Spotify(listener.client, tokens: listener.tokens(accounts)).profile()
            #expect(profile.id == FakeSpotify.listener)
            #expect(try await accounts.disconnect(account.id))
            await #expect(throws: SpotifyError.notConnected(nil)) { try await accounts.account() }
        }
    }

    @Test func nothingStoredCanBeReadWithoutTheKey() async throws {
        try await withMigratedDatabase { database in
            let listener = try Listener()
            try await listener.connect(try listener.accounts(database.store))
            let session = try await database.session()
            let row = try await session.first("SELECT accounts::text FROM accounts") { try $0[0] as String }
            #expect(row?.contains("k1:") == true)
            for secret in ["access-", "refresh-", "Listener-secret"] { #expect(row?.contains(secret) == false) }
            let stranger = try listener.accounts(database.store, keys: "k1:" + key(9))
            await #expect(throws: SecretBoxError.self) {
                try await stranger.token(of: FakeSpotify.accountID, replacing: nil, listener.authorization())
            }
            let other = try listener.accounts(database.store, keys: "k2:" + key(2))
            await #expect(throws: SecretBoxError.unknownKey("k1")) {
                try await other.token(of: FakeSpotify.accountID, replacing: nil, listener.authorization())
            }
        }
    }

    @Test func keysAreRotatedWithoutLosingAnything() async throws {
        try await withTestDatabase { store in
            let listener = try Listener()
            try await listener.connect(try listener.accounts(store))
            let both = try listener.accounts(store, keys: "k2:\(key(2)),k1:\(key(1))")
            #expect(try await both.rotate() == 1)
            #expect(try await both.rotate() == 0)
            let stranger = try listener.accounts(store, keys: "k2:" + key(7))
            await #expect(throws: SecretBoxError.self) { try await stranger.rotate() }
            let new = try listener.accounts(store, keys: "k2:" + key(2))
            #expect(try await new.account().keyID == "k2")
            _ = try await Spotify(listener.client, tokens: listener.tokens(new)).profile()
            listener.fake.expireTokens()
            _ = try await Spotify(listener.client, tokens: listener.tokens(new)).profile()
        }
    }

    @Test func manyWhoNeedATokenMakeOneCall() async throws {
        try await withTestDatabase { store in
            let listener = try Listener()
            let accounts = try listener.accounts(store)
            try await listener.connect(accounts)
            listener.fake.expireTokens()
            // Two sources are what two processes have: only the account's lock in the database joins them.
            let sources = [listener.tokens(accounts), listener.tokens(accounts)]
            let stale = try await sources[0].token(replacing: nil)
            try await withThrowingTaskGroup { group in
                for source in sources + sources + sources {
                    group.addTask { try await source.token(replacing: stale).value }
                }
                var values: Set<String> = []
                for try await value in group { values.insert(value) }
                #expect(values.count == 1)
                #expect(!values.contains(stale.value))
            }
            #expect(listener.fake.refreshCount == 1)
        }
    }

    @Test func aRotatedRefreshTokenIsKept() async throws {
        try await withTestDatabase { store in
            let listener = try Listener()
            let accounts = try listener.accounts(store)
            try await listener.connect(accounts)
            for count in 1...4 {
                listener.fake.expireTokens()
                _ = try await Spotify(listener.client, tokens: listener.tokens(accounts)).profile()
                #expect(listener.fake.refreshCount == count)
            }
        }
    }

    @Test func aTokenNearItsEndIsRenewedBeforeItIsRefused() async throws {
        try await withTestDatabase { store in
            let listener = try Listener()
            let accounts = try listener.accounts(store)
            try await listener.connect(accounts)
            let spotify = Spotify(listener.client, tokens: listener.tokens(accounts))
            _ = try await spotify.profile()
            listener.bench.clock.advance(by: .seconds(3_550))
            listener.server.resetCounts()
            _ = try await spotify.profile()
            #expect(listener.server.calls == ["POST /api/token": 1, "GET /v1/me": 1])
        }
    }

    @Test func anEndedPermissionIsNotAskedForAgain() async throws {
        try await withTestDatabase { store in
            let listener = try Listener()
            let accounts = try listener.accounts(store)
            let account = try await listener.connect(accounts)
            listener.fake.endGrant()
            listener.server.resetCounts()
            let expected = SpotifyError.reconnect(account: "The Listener", since: account.authorizedAt)
            for _ in 0..<3 {
                await #expect(throws: expected) {
                    try await Spotify(listener.client, tokens: listener.tokens(accounts)).profile()
                }
            }
            #expect(listener.server.callCount("/api/token") == 1)
            #expect(try await accounts.account().state == .needsReconnect)
            #expect(expected.description.contains("segue accounts connect"))
            try await listener.connect(accounts)
            _ = try await Spotify(listener.client, tokens: listener.tokens(accounts)).profile()
        }
    }

    @Test func aShakyAccountsServiceLosesNoToken() async throws {
        try await withTestDatabase { store in
            let listener = try Listener()
            let accounts = try listener.accounts(store)
            try await listener.connect(accounts)
            listener.fake.expireTokens()
            listener.server.setFaults([FaultRule(.truncated, on: "/api/token", .calls(1..<3))])
            _ = try? await Spotify(listener.client, tokens: listener.tokens(accounts)).profile()
            listener.bench.clock.advance(by: .seconds(600))
            _ = try await Spotify(listener.client, tokens: listener.tokens(accounts)).profile()
        }
    }

    @Test func forgedAndRefusedAnswersAreNoPermission() throws {
        let listener = try Listener()
        let attempt = try listener.authorization().attempt(redirect: "http://127.0.0.1:9/callback")
        var fields = listener.fake.permitting(attempt.url)
        fields["state"]?.append("x")
        #expect(throws: SpotifyConsentError.foreign) { try attempt.code(in: fields) }
        #expect(throws: SpotifyConsentError.foreign) { try attempt.code(in: ["code": "c"]) }
        let refused = ["state": attempt.state, "error": "access_denied"]
        #expect(throws: SpotifyConsentError.refused("access_denied")) { try attempt.code(in: refused) }
        #expect(attempt.url.contains("code_challenge_method=S256"))
        #expect(!attempt.url.contains(attempt.verifier ?? "-"))
    }

    /// RFC 7636, appendix B.
    @Test func theChallengeIsTheDigestOfTheVerifier() throws {
        let digest = try SHA256Digest(hashing: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".utf8)
        #expect(digest.base64URL == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    }
}

@Suite struct SpotifyCallTests {
    @Test func listsComeInPages() async throws {
        let listener = try Listener()
        let spotify = try listener.spotify()
        let page = try await spotify.page(of: .savedTracks, offset: 300)
        #expect(page.page == .init(offset: 300, count: 20, total: 320, hasMore: false))
        #expect(try await spotify.page(of: .topTracks(.short)).records.count == 50)
        let recent = try await spotify.page(of: .recentlyPlayed(before: nil))
        #expect(recent.records.count { if case .play = $0 { true } else { false } } == 50)
        #expect(recent.page?.hasMore == true)
        let playlists = try await spotify.playlists(offset: 0)
        #expect(playlists.playlists.map(\.total) == listener.fake.playlists.map(\.entries.count))
        #expect(playlists.playlists.filter { $0.ownerID == FakeSpotify.listener }.count == 6)
    }

    @Test func anAnswerAboutAnotherTrackIsNeverRemembered() async throws {
        let listener = try Listener(memory: MemoryResponseStore())
        let spotify = try listener.spotify()
        let (wanted, other) = (listener.fake.world.tracks[7].spotify, listener.fake.world.tracks[8].spotify)
        let wrong = String(decoding: listener.fake.track(other).body, as: UTF8.self)
        listener.server.setFaults([FaultRule(.otherJSON(wrong), on: "/v1/tracks/\(wanted)", .calls(0..<2))])
        let error = await serviceError { _ = try await spotify.track(wanted) }
        #expect(error?.kind == .nonsense && error?.reason == "it holds another track, or none")
        for _ in 0..<2 { #expect(try await spotify.track(wanted).records.count == 1) }
        #expect(listener.server.callCount("/v1/tracks") == 3, "two that were wrong, one that is remembered")
    }

    @Test func aPageThatEndsBeforeItsListIsAskedForAgain() async throws {
        let listener = try Listener()
        let spotify = try listener.spotify()
        listener.server.setFaults([FaultRule(.shortPage, .calls(0..<2))])
        #expect(try await spotify.page(of: .savedTracks, offset: 50).page?.count == 50)
        #expect(try await spotify.playlists(offset: 0).playlists.count == 7)
        #expect(listener.bench.clock.sleeps == [.milliseconds(500), .seconds(2), .milliseconds(500), .seconds(2)])
        listener.server.setFaults([FaultRule(.shortPage, .every(1))])
        #expect(try await spotify.page(of: .savedTracks, offset: 300).page?.unlisted == 10)
        #expect(try await spotify.playlists(offset: 0).unlisted == 4)
    }

    @Test(arguments: [
        (
            #"{"items": [], "total": 320, "next": "https://a.example/"}"#,
            "it holds nothing, and says that there is more"
        ),
        (#"{"items": [null], "offset": 5, "total": 320}"#, "it begins at element 5, not at 0"),
        (#"{"total": 320}"#, "it is no list"),
    ])
    func aPageThatIsNoneIsNamed(_ body: String, _ reason: String) async throws {
        let listener = try Listener()
        let spotify = try listener.spotify()
        listener.server.setFaults([FaultRule(.otherJSON(body), .every(1))])
        let error = await serviceError { _ = try await spotify.page(of: .savedTracks) }
        #expect(error?.kind == .nonsense && error?.reason == reason && error?.resumeAt != nil)
    }

    @Test func aListThatGoesOnBehindItsOwnEndIsNone() async throws {
        let listener = try Listener()
        let spotify = try listener.spotify()
        let page = #"{"items": [null], "offset": 320, "total": 320, "next": "https://a.example/"}"#
        listener.server.setFaults([FaultRule(.otherJSON(page), .every(1))])
        for ask in [
            { _ = try await spotify.page(of: .savedTracks, offset: 320) },
            { _ = try await spotify.playlists(offset: 320) },
        ] as [@Sendable () async throws -> Void] {
            let error = await serviceError { try await ask() }
            #expect(error?.kind == .nonsense && error?.resumeAt != nil)
            #expect(error?.reason.hasPrefix("it has elements behind the last one of 320") == true)
        }
    }

    @Test func theApplicationsOwnTokenDoesForTracksAndAlbums() async throws {
        let listener = try Listener()
        let tokens = SpotifyApplicationTokens(
            listener.authorization(secret: "fake-secret"), clock: listener.bench.clock.service())
        let spotify = Spotify(listener.client, tokens: tokens)
        #expect(try await spotify.track(listener.fake.world.tracks[7].spotify).records.count == 1)
        #expect(try await spotify.album(FakeWorld.spotifyID(2, 1)).unfinishedAlbums.count == 1)
        await #expect(throws: SpotifyError.self) { try await spotify.page(of: .savedTracks) }
        await #expect(throws: SpotifyError.self) { try await spotify.profile() }
        #expect(listener.server.callCount("/api/token") == 1)
        listener.fake.expireTokens()
        _ = try await spotify.track(listener.fake.world.tracks[8].spotify)
        #expect(listener.server.callCount("/api/token") == 2)
    }

    @Test func whatIsClosedToTheApplicationIsAskedOnce() async throws {
        try await withTestDatabase { store in
            let listener = try Listener()
            let tokens = SpotifyApplicationTokens(
                listener.authorization(secret: "fake-secret"), clock: listener.bench.clock.service())
            let spotify = Spotify(listener.client, tokens: tokens, refusals: store)
            let id = listener.fake.world.tracks[7].spotify
            for _ in 0..<3 {
                await #expect(throws: SpotifyError.self) { try await spotify.audioFeatures([id]) }
                await #expect(throws: SpotifyError.self) { try await spotify.audioAnalysis(id) }
            }
            #expect(listener.server.callCount("/v1/audio-features") == 1)
            #expect(listener.server.callCount("/v1/audio-analysis") == 1)
            #expect(try await store.refusals(by: "spotify", at: HandClock.start).count == 2)
            listener.bench.clock.advance(by: .seconds(Spotify.refusalSeconds + 1))
            await #expect(throws: SpotifyError.self) { try await spotify.audioFeatures([id]) }
            #expect(listener.server.callCount("/v1/audio-features") == 2)
        }
    }

    @Test func whereTheApplicationMayFeaturesBecomeRecords() async throws {
        try await withTestDatabase { store in
            let listener = try Listener { $0.isRestricted = false }
            let spotify = try listener.spotify()
            let ids = listener.fake.world.tracks.prefix(3).map(\.spotify)
            let answer = try await spotify.audioFeatures(ids + [FakeWorld.spotifyID(9, 9)])
            let features = answer.records.compactMap { record -> FeaturesRecord? in
                if case .features(let features) = record { features } else { nil }
            }
            #expect(features.map(\.track.value) == ids)
            #expect(features.allSatisfy { $0.provider == "spotify" && $0.features[.tempo] != nil })
            let missing = await serviceError { _ = try await spotify.audioAnalysis(ids[0]) }
            #expect(missing?.kind == .missing)
        }
    }

    @Test func playlistsAreMadeFilledAndTakenDown() async throws {
        let listener = try Listener()
        let spotify = try listener.spotify()
        let tracks = listener.fake.world.tracks.map(\.spotify)
        let playlist = try await spotify.createPlaylist(name: "Run 1", summary: "by Segue")
        func contents() -> [FakePlaylist.Entry] { listener.fake.playlists[7].entries }
        #expect(playlist.id == listener.fake.playlists[7].id)
        #expect(try await spotify.add([], to: playlist.id) == nil)
        let first = try await spotify.add(Array(tracks[0..<250]), to: playlist.id)
        #expect(contents() == (0..<250).map { .track($0) })
        #expect(try await spotify.add(Array(tracks[300..<420]), to: playlist.id, at: 1) != first)
        #expect(Array(contents()[0...2]) == [.track(0), .track(300), .track(301)])
        #expect(contents()[101] == .track(400) && contents()[121] == .track(1))
        try await spotify.remove(Array(tracks[300..<420]), from: playlist.id)
        #expect(contents() == (0..<250).map { .track($0) })
        try await spotify.replace(with: Array(tracks[10..<140]), in: playlist.id)
        #expect(contents() == (10..<140).map { .track($0) })
        try await spotify.unfollow(playlist.id)
        #expect(listener.server.log.last == "DELETE /v1/me/library?uris=spotify:playlist:\(playlist.id)")
        let paths = Set(listener.server.calls.keys.map { $0.split(separator: "/").last ?? "" })
        #expect(paths == ["playlists", "items", "library"])
    }

    @Test func aLostAnswerMakesNoSecondPlaylist() async throws {
        let listener = try Listener()
        let spotify = try listener.spotify()
        listener.server.setFaults([FaultRule(.truncated, on: "/v1/me/playlists", .every(1))])
        await #expect(throws: ServiceError.self) { try await spotify.createPlaylist(name: "Run 1") }
        #expect(listener.fake.playlists.count == 8)
    }

    @Test func tokensDoNotShowThemselves() throws {
        let token = try #require(SpotifyAccessToken("S3CR3T"))
        var dumped = ""
        dump(token, to: &dumped)
        for text in ["\(token)", String(reflecting: token), dumped] { #expect(!text.contains("S3CR3T")) }
        for bad in ["", "a b", "a\r\nX: y", String(repeating: "x", count: 5_000), "ü"] {
            #expect(SpotifyAccessToken(bad) == nil)
        }
    }

    @Test(arguments: [
        nil, Fault.status(500), .status(400), .forbidden, .cut, .truncated, .wrongContentType, .brokenJSON,
        .tooManyRequests(retryAfter: 90_000), .quotaExceeded(retryAfter: nil),
    ])
    func noLineOrErrorHoldsAToken(_ fault: Fault?) async throws {
        let listener = try Listener()
        let spotify = try listener.spotify()
        if let fault { listener.server.setFaults([FaultRule(fault, .every(1))]) }
        var texts: [String] = []
        do { _ = try await spotify.page(of: .savedTracks) } catch { texts += ["\(error)", String(reflecting: error)] }
        listener.fake.expireTokens()
        do { _ = try await spotify.profile() } catch { texts += ["\(error)", String(reflecting: error)] }
        texts += [listener.bench.support.metrics.exposition, "\(listener.bench.records.all)"]
        for text in texts { #expect(!text.contains("access-")) }
    }
}
