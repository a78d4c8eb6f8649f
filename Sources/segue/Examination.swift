import Catalog
import Configuration
import Foundation
import IndexLifecycle
import Postgres
import Providers
import Redis
import Signing
import Storage
import Terminal

/// Looks at everything that the service needs; changes nothing.
struct Examination: Sendable {
    let settings: Settings

    /// What was found, in the order in which things depend on each other.
    func findings() async -> [Finding] {
        let index = examineIndex()
        var findings = [examineSettings(), examineKeys()]
        let (database, catalog) = await examineDatabase()
        findings += database
        findings.append(await examineRedis())
        findings.append(examineDirectory())
        findings.append(index.finding)
        if let catalog, let manifest = index.manifest { findings.append(compare(catalog, manifest)) }
        if catalog != nil { findings += await examineAccounts() }
        return findings
    }

    /// Permissions that have ended or soon will, and tokens that nobody can open.
    private func examineAccounts() async -> [Finding] {
        let store: PostgresStore
        let found: [ServiceAccount]
        do {
            store = try settings.store()
            found = try await store.accounts(of: nil)
        } catch {
            return [.failed("Accounts", ErrorText.line(error), mend: "correct DATABASE_URL")]
        }
        return found.map { account in
            let term = AccountTerm(account, now: Date())
            return account.state == .connected ? examineTokens(of: account, store) ?? term.finding : term.finding
        }
    }

    /// What is wrong with the stored tokens of an account; nil where they open.
    private func examineTokens(of account: ServiceAccount, _ store: PostgresStore) -> Finding? {
        let name = account.name ?? account.id
        func closed(_ reason: String) -> Finding {
            .failed(
                "Spotify account", "the tokens of \(name) cannot be opened: \(reason)",
                mend: "give the key \(account.keyID) in SEGUE_SECRET_KEYS_FILE, or run `segue accounts connect`")
        }
        guard let text = settings[.secretKeys] else { return closed("SEGUE_SECRET_KEYS is not set") }
        do {
            let box = SecretBox(keys: try SecretKeyRing(parsing: text))
            try SpotifyAccounts(store: store, box: box).examine(account)
            return nil
        } catch {
            return closed(ErrorText.line(error))
        }
    }

    private func examineSettings() -> Finding {
        guard !settings.warnings.isEmpty else { return .good("Settings", "all are understood") }
        return .warning(
            "Settings", settings.warnings.joined(separator: "; "), mend: "unset or rename what is named here")
    }

    private func examineKeys() -> Finding {
        do {
            let keys = try settings.keys()
            let names = keys.all.map(\.id).joined(separator: ", ")
            return .good("Signing keys", "\(names); \(keys.signing.id) signs")
        } catch {
            return .failed("Signing keys", ErrorText.line(error), mend: "give a key: see docs/configuration.md")
        }
    }

    // MARK: PostgreSQL

    /// How many tracks there are, and in which database.
    private struct CatalogFacts {
        var tracks: Int
        var database: String
    }

    private func examineDatabase() async -> ([Finding], CatalogFacts?) {
        let subject = "PostgreSQL"
        do {
            let pending = try await Migrator(settings.database()).status().pending
            guard pending.isEmpty else {
                let text = "reached; \(pending.count) steps of the schema are missing"
                return ([.failed(subject, text, mend: "run `segue migrate`")], nil)
            }
            let facts = try await catalogFacts()
            let reached = Finding.good(subject, "reached and migrated")
            return ([reached, describe(facts)], facts)
        } catch {
            let mend = "start it, or set DATABASE_URL; scripts/segue starts a private one"
            return ([.failed(subject, ErrorText.line(error), mend: mend)], nil)
        }
    }

    private func catalogFacts() async throws -> CatalogFacts {
        try await settings.store().withView { view in
            CatalogFacts(tracks: try await view.trackCount(), database: try await view.watermark().database)
        }
    }

    private func describe(_ facts: CatalogFacts) -> Finding {
        guard facts.tracks > 0 else {
            return .warning("Catalog", "empty", mend: "run `segue import PATH…` or `segue demo`")
        }
        return .good("Catalog", "\(GroupedNumber.text(facts.tracks)) tracks")
    }

    // MARK: Redis

    private func examineRedis() async -> Finding {
        guard let text = settings[.redisURL] else {
            return .warning(
                "Redis", "not configured: each process counts rates and tokens alone",
                mend: "set REDIS_URL where several processes serve")
        }
        do {
            let url = try RedisURL(parsing: text)
            let session = RedisSession(url: url)
            _ = try await session.send("PING")
            await session.close()
            return .good("Redis", "answers at \(url)")
        } catch {
            return .failed(
                "Redis", ErrorText.line(error), mend: "start it, or correct REDIS_URL; the service goes on without")
        }
    }

    // MARK: Index

    private var directory: GenerationDirectory { GenerationDirectory(settings[.indexDirectory]) }

    /// Writable itself or, where it is not there yet, in the folder that it would be made in.
    private func examineDirectory() -> Finding {
        var url = URL(fileURLWithPath: directory.path).standardizedFileURL
        while !FileManager.default.fileExists(atPath: url.path), url.path != "/" { url.deleteLastPathComponent() }
        guard FileManager.default.isWritableFile(atPath: url.path) else {
            return .failed(
                "Index directory", "\(url.path) cannot be written", mend: "change its owner, or set SEGUE_INDEX_DIR")
        }
        return .good("Index directory", directory.path)
    }

    private func examineIndex() -> (finding: Finding, manifest: GenerationManifest?) {
        do throws(GenerationError) {
            let (generation, problems) = try directory.openNewestGood(.lengths)
            let manifest = generation.manifest
            guard problems.isEmpty else {
                let text = problems.map(\.description).joined(separator: "; ")
                return (
                    .warning("Index", "\(manifest.id) stands in: \(text)", mend: "run `segue index build`"), manifest
                )
            }
            let tracks = GroupedNumber.text(manifest.tracks)
            return (.good("Index", "\(manifest.id), \(tracks) tracks, built at \(manifest.builtAt)"), manifest)
        } catch {
            return (Finding(subject: "Index", state: .failed, text: error.description), nil)
        }
    }

    private func compare(_ catalog: CatalogFacts, _ manifest: GenerationManifest) -> Finding {
        let subject = "Index and catalog"
        guard catalog.database == manifest.watermark.database else {
            return .failed(subject, "the index is of another database", mend: "run `segue index build`")
        }
        let difference = abs(catalog.tracks - manifest.tracks)
        guard difference > 0 else { return .good(subject, "of one size") }
        let text = "\(GroupedNumber.text(difference)) tracks apart"
        guard difference > settings[.liveLimit] else {
            return .good(subject, "\(text), which servers take in by themselves")
        }
        return .warning(subject, text, mend: "run `segue index build`")
    }
}
