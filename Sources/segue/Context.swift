import Configuration
import Postgres
import Signing
import Storage
import Terminal

/// What every command works with: where it writes, and what its environment says.
struct Context: Sendable {
    let console: Console
    let environment: [String: String]

    /// The settings of an invocation; variables that are no settings are named in a warning.
    /// - Throws: `SettingsError`.
    func settings(_ invocation: Invocation) throws -> Settings {
        let settings = try Settings(environment: environment, invocation: invocation)
        for warning in settings.warnings { console.warn(warning) }
        return settings
    }
}

/// Why a command did not do what it was asked: a sentence with the mend.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

extension Settings {
    /// Where PostgreSQL is.
    /// - Throws: `CommandFailure` where no setting says so.
    func database() throws -> PostgresConfiguration {
        guard let url = self[.databaseURL] else {
            throw CommandFailure(
                "DATABASE_URL is not set; run scripts/segue, which starts a private PostgreSQL, or set it to yours")
        }
        return PostgresConfiguration(conninfo: url)
    }

    /// The store behind a pool of its own.
    /// - Throws: `CommandFailure` where no setting says where PostgreSQL is.
    func store() throws -> PostgresStore {
        PostgresStore(pool: PostgresPool(try database(), limit: self[.databaseConnections]))
    }

    /// The keys of service tokens.
    /// - Throws: `CommandFailure` where there are none, `SigningKeyError` where they cannot be read.
    func keys() throws -> SigningKeySet {
        guard let text = self[.signingKeys] else {
            throw CommandFailure(
                "there is no signing key; run scripts/segue, which makes one, or put NAME:BASE64 (32 random bytes)"
                    + " into a file and name it in SEGUE_SIGNING_KEYS_FILE")
        }
        return try SigningKeySet(parsing: text)
    }
}
