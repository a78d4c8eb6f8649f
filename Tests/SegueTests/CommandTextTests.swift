import Catalog
import Configuration
import Features
import Foundation
import Recommendation
import Rules
import Sampling
import Signing
import Terminal
import Testing

@testable import segue

@Suite("Options of recommend") struct RecommendOptionsTests {
    private let options = RecommendOptions()

    private func request(_ arguments: String...) throws -> RecommendationRequest {
        let command = Command(
            "recommend", "", parameters: [options.seeds.description], options: options.descriptions
        ) { _ in .success }
        guard case .run(_, let invocation) = try ArgumentParser(command).parse(["x"] + arguments) else {
            throw UsageError("help")
        }
        return try options.request(invocation, RecommendationLimits())
    }

    @Test func everyOptionReachesTheRequest() throws {
        let request = try request(
            "-k", "7", "--min", "tempo=90", "--max", "tempo=120", "--max=year=2010", "--target", "energy=0.8",
            "--weights", "audio=2", "--weights", "artist=0", "--per-artist=2", "--explain", "full",
            "--strategy", "cosine", "--discovery", "0.25", "--diversity", "0.5", "--order", "smooth", "--filter",
            #"{"match":"all","conditions":[{"field":"year","op":"gte","value":1990}]}"#)
        #expect(request.k == 7)
        #expect(request.minimum == [.feature(.tempo): 90])
        #expect(request.maximum == [.feature(.tempo): 120, .year: 2010])
        #expect(request.target == [.feature(.energy): 0.8])
        #expect(request.weights == [.audio: 2, .artist: 0])
        #expect(request.perArtist == 2)
        #expect(request.explain == .full)
        #expect(request.strategy == .cosine)
        #expect((request.discovery, request.diversity) == (0.25, 0.5))
        #expect(request.order == .smooth)
        #expect(request.filter?.conditions.count == 1)
    }

    @Test func sparingAListenerIsAskedForByAnyOfItsOptions() throws {
        #expect(try wish("--temperature", "0.5", "--random-seed", "7") == nil)
        let all = try #require(
            try wish(
                "--listener", "ana", "--context", "kitchen", "--served-days", "10", "--played-days", "3",
                "--skipped-days", "60", "--recovery-days", "2", "--relax"))
        #expect(all.listener == "ana" && all.context == "kitchen" && all.mayRelax)
        #expect(all.cooldowns.served == Cooldown(window: 10, recovery: 2))
        #expect(all.cooldowns.played == Cooldown(window: 3, recovery: 2))
        #expect(all.cooldowns.skipped == Cooldown(window: 60, recovery: 2))
        let usual = try #require(try wish("--context", "car"))
        #expect(usual.listener == Listener.standard && !usual.mayRelax)
        #expect(usual.cooldowns.served == Cooldown(window: CooldownWish.usualDays))
        #expect(throws: UsageError.self) { try wish("--context", "") }
        #expect(throws: UsageError.self) { try wish("--served-days", "36500") }
        #expect(throws: UsageError.self) { try wish("--listener", "Über") }
    }

    private func wish(_ arguments: String...) throws -> CooldownWish? {
        let command = Command(
            "recommend", "", parameters: [options.seeds.description], options: options.descriptions
        ) { _ in .success }
        guard case .run(_, let invocation) = try ArgumentParser(command).parse(["x"] + arguments) else {
            throw UsageError("help")
        }
        return try options.cooldown.wish(invocation)
    }

    @Test(
        "What makes no sense is refused",
        arguments: [
            ["--k", "501"], ["--min", "tempo"], ["--min", "tempo=fast"], ["--min", "tempo=nan"], ["--min", "name=1"],
            ["--min", "tempo=120", "--max", "tempo=90"], ["--weights", "audio=-1"], ["--weights", "audo=1"],
            ["--discovery", "1.1"], ["--diversity", "-1"], ["--strategy", "best"], ["--order", "tempo"],
            Array(repeating: ["--negative", "demo:1"], count: 101).flatMap(\.self), ["--filter", "[]"],
            ["--filter", #"{"match":"all","conditions":[{"field":"yer","op":"eq","value":1}]}"#], ["--explain", "why"],
        ])
    func nonsenseIsRefused(_ arguments: [String]) {
        let command = Command(
            "recommend", "", parameters: [options.seeds.description], options: options.descriptions
        ) { _ in .success }
        #expect(throws: UsageError.self) {
            guard case .run(_, let invocation) = try ArgumentParser(command).parse(["x"] + arguments) else { return }
            _ = try options.request(invocation, RecommendationLimits())
        }
    }
}

@Suite("Texts") struct CommandTextTests {
    @Test(
        "Numbers have as many digits as asked for",
        arguments: [
            (Float(0.93124), 4, "0.9312"), (1, 4, "1.0000"), (-0.05, 2, "-0.05"), (0.006, 2, "0.01"), (0, 2, "0.00"),
            (1.5, 2, "1.50"),
        ])
    func numbersHaveFixedDigits(_ number: Float, _ digits: Int, _ text: String) {
        #expect(AnswerText.decimal(number, digits: digits) == text)
    }

    @Test(
        "A shell reads back what is quoted",
        arguments: [
            ("plain/path-1.x", "plain/path-1.x"), ("", "''"), ("a b", "'a b'"), ("it's", "'it'\\''s'"),
            ("$(x)", "'$(x)'"),
        ])
    func shellsReadBackWhatIsQuoted(_ text: String, _ quoted: String) {
        #expect(FirstRequest.quoted(text) == quoted)
    }

    @Test(
        "The command to try reaches what listens everywhere", arguments: [("0.0.0.0", "127.0.0.1"), ("::1", "[::1]")])
    func theCommandToTryReachesTheServer(_ host: String, _ reached: String) throws {
        let settings = try Settings(environment: ["SEGUE_HOST": host])
        let command = FirstRequest(settings: settings, port: 81).command(seed: "demo:1")
        #expect(command.hasPrefix("curl -s http://\(reached):81/api/v1/recommend "))
        #expect(command.contains(" token)\""))
        #expect(command.hasSuffix(#"-d '{"seeds": ["demo:1"], "k": 5}'"#))
    }

    @Test func everyErrorOfTheStoreNamesAMend() {
        #expect(ErrorText.line(CatalogStoreError.unavailable("gone")).contains("DATABASE_URL"))
        #expect(ErrorText.line(CatalogStoreError.foreignWatermark).contains("segue index build"))
        let unknown = EntityReference(kind: .track, id: ExternalID(namespace: "demo", value: "9"))
        #expect(ErrorText.line(RecommendationError.unknownSeeds([unknown])).contains("demo:9"))
    }

    @Test func anUnchangedImportSaysSo() {
        var counts = ImportCounts()
        #expect(ImportText.changes(counts) == "nothing changed")
        counts.newTracks = 1_200
        counts.newArtists = 3
        #expect(ImportText.changes(counts) == "1,200 new tracks, 3 new artists")
    }
}

@Suite("Tokens") struct TokenCommandTests {
    private func verify(_ token: String, keys: String, body: [UInt8] = []) throws -> ServiceToken {
        try ServiceTokenVerifier(keys: SigningKeySet(parsing: keys)).verify(token.trimmed, body: body)
    }

    @Test func aMintedTokenIsGood() async throws {
        let keys = try testKeys()
        let outcome = await segue(
            ["token", "--issuer", "tests", "--lifetime=60"], environment: ["SEGUE_SIGNING_KEYS": keys])
        let token = try verify(outcome.output, keys: keys)
        #expect(token.issuer == "tests")
        #expect(token.expiresAt - token.issuedAt == 60)
        #expect(token.bodyHash == nil)
        #expect(outcome.errors == "")
    }

    @Test func aTokenMayBeBoundToABody() async throws {
        try await withTemporaryDirectory { folder in
            let keys = try testKeys()
            try "{}".write(toFile: "\(folder)/body", atomically: true, encoding: .utf8)
            let outcome = await segue(
                ["token", "--body", "\(folder)/body"], environment: ["SEGUE_SIGNING_KEYS": keys])
            #expect(try verify(outcome.output, keys: keys, body: Array("{}".utf8)).bodyHash != nil)
            #expect(throws: TokenError.self) { try verify(outcome.output, keys: keys, body: Array("[]".utf8)) }
        }
    }

    @Test func aBodyThatCannotBeReadIsNamed() async throws {
        let outcome = await segue(
            ["token", "--body", "/nonexistent"], environment: ["SEGUE_SIGNING_KEYS": try testKeys()])
        #expect(outcome.status == .failure)
        #expect(outcome.errors.contains("/nonexistent"))
    }

    @Test func badKeysAreNeverRepeated() async {
        let outcome = await segue(["token"], environment: ["SEGUE_SIGNING_KEYS": "k1:dG9vc2hvcnQ="])
        #expect(outcome.status == .failure)
        #expect(!outcome.errors.contains("dG9vc2hvcnQ"))
        #expect(outcome.errors.contains("signing keys"))
    }
}
