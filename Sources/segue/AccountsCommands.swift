import Catalog
import Configuration
import Foundation
import Providers
import Storage
import Terminal

/// `segue accounts …`: connects listeners' accounts at other services and looks after them.
struct AccountsCommands: Sendable {
    let context: Context

    private let json = Flag("--json", "Print the answer as JSON")
    private let name = Parameter("ACCOUNT", .text, "An account, by id or name in `segue accounts list`")

    init(context: Context) { self.context = context }

    var command: Command {
        Command(
            "accounts", "Connects accounts at other services and looks after them",
            discussion: """
                Tokens are stored sealed (AES-256-GCM) with the keys in SEGUE_SECRET_KEYS. Spotify ends a permission \
                after some months, however often it was used; connecting again renews it.
                """,
            examples: [Command.Example("segue accounts connect", "Connect a Spotify account")],
            subcommands: [listCommand, connectCommand, disconnectCommand, rotateCommand])
    }

    private struct Shown: Encodable {
        var service: String
        var id: String
        var name: String?
        var state: ServiceAccount.State
        var scopes: [String]
        var key: String
        var authorizedAt: Date
        var reconnectBy: Date?

        init(_ account: ServiceAccount) {
            (service, id, name, state) = (account.service, account.id, account.name, account.state)
            (scopes, key) = (account.scopes, account.keyID)
            (authorizedAt, reconnectBy) = (account.authorizedAt, account.reconnectBy)
        }
    }

    private func setup(_ invocation: Invocation) throws -> SpotifySetup {
        let settings = try context.settings(invocation)
        return try OutsideWorld(settings, store: try settings.store()).spotify
    }

    private static let groups = [SettingGroup.spotify.options, SettingGroup.database.options]

    // MARK: Reading

    private var listCommand: Command {
        Command(
            "list", "Lists connected accounts", options: [json.description],
            groups: [SettingGroup.database.options], action: list)
    }

    @Sendable private func list(_ invocation: Invocation) async throws -> ExitStatus {
        let accounts = try await context.settings(invocation).store().accounts(of: nil)
        if invocation[json] {
            try context.console.json(["accounts": accounts.map(Shown.init)])
        } else if accounts.isEmpty {
            context.console.output.line("no accounts; `segue accounts connect` connects one")
        } else {
            context.console.output.table(Self.table(accounts, now: Date()))
        }
        return .success
    }

    private static func table(_ accounts: [ServiceAccount], now: Date) -> Table {
        var table = Table([
            .init("Service"), .init("Account", shrinksTo: 12), .init("Name", shrinksTo: 12), .init("State"),
            .init("Permitted"), .init("Connect again by"), .init("Key"),
        ])
        for account in accounts {
            let remark = AccountTerm(account, now: now)
            table.append(
                Table.Row([
                    StyledText(account.service), StyledText(Printable.text(account.id)),
                    StyledText(Printable.text(account.name ?? "")), remark.state,
                    StyledText(AccountTerm.day(account.authorizedAt)), remark.deadline, StyledText(account.keyID),
                ]))
        }
        return table
    }

    // MARK: Changing

    private var connectCommand: Command {
        Command(
            "connect", "Connects a Spotify account, or renews its permission",
            discussion: """
                Prints an address to open in a browser on this machine, and waits for the browser to come back to \
                http://127.0.0.1:PORT/callback, which must be registered with the application at Spotify. Answers to \
                other requests than this one are turned away.
                """,
            groups: Self.groups,
            examples: [Command.Example("segue accounts connect", "Then open the address that it prints")],
            action: connect)
    }

    @Sendable private func connect(_ invocation: Invocation) async throws -> ExitStatus {
        let setup = try setup(invocation)
        let (accounts, authorization) = (try setup.accounts(), try setup.authorization())
        let callback = try CallbackListener(port: try context.settings(invocation)[.spotifyRedirectPort])
        let attempt = try authorization.attempt(redirect: callback.address)
        callback.expect(attempt)
        context.console.output.line(StyledText("open this address in a browser on this machine:\n"))
        context.console.output.line(StyledText(attempt.url, .bold))
        let account: ServiceAccount
        do {
            let code = try await callback.code()
            account = try await accounts.connect(code: code, attempt, authorization, setup.api)
        } catch {
            await callback.stop()
            throw error
        }
        await callback.stop()
        let until = account.reconnectBy.map { "; connect it again by \(AccountTerm.day($0))" } ?? ""
        context.console.output.line(StyledText("\nconnected \(Printable.text(account.name ?? account.id))\(until)"))
        return .success
    }

    private var disconnectCommand: Command {
        Command(
            "disconnect", "Forgets an account with its tokens",
            discussion: "What it brought into the catalog stays.", parameters: [name.description],
            groups: Self.groups, action: disconnect)
    }

    @Sendable private func disconnect(_ invocation: Invocation) async throws -> ExitStatus {
        let store = try context.settings(invocation).store()
        let name = invocation[name].first ?? ""
        let found = try await store.accounts(of: SpotifyAccounts.service).filter { $0.id == name || $0.name == name }
        guard found.count == 1, let account = found.first else {
            throw CommandFailure("there is not one account \"\(Printable.text(name))\"; see `segue accounts list`")
        }
        _ = try await store.removeAccount(account.id, of: account.service)
        context.console.output.line(StyledText("forgot \(Printable.text(account.name ?? account.id))"))
        return .success
    }

    private var rotateCommand: Command {
        Command(
            "rotate", "Seals all tokens with the first key of SEGUE_SECRET_KEYS",
            discussion: "Put a new key first, run this, then drop the old key.", groups: Self.groups, action: rotate)
    }

    @Sendable private func rotate(_ invocation: Invocation) async throws -> ExitStatus {
        let count = try await setup(invocation).accounts().rotate()
        context.console.output.line(StyledText("sealed the tokens of \(GroupedNumber.text(count, "account")) anew"))
        return .success
    }
}

/// How long an account's permission lasts, for people.
struct AccountTerm {
    /// From when on people are warned.
    static let warningDays = 21.0

    private let account: ServiceAccount
    private let now: Date

    init(_ account: ServiceAccount, now: Date) { (self.account, self.now) = (account, now) }

    static func day(_ date: Date) -> String { String(date.formatted(.iso8601).prefix(10)) }

    /// Whether its owner should connect it again soon.
    var isNearEnd: Bool {
        account.reconnectBy.map { $0.timeIntervalSince(now) < Self.warningDays * 86_400 } ?? false
    }

    var state: StyledText {
        switch account.state {
        case .connected: StyledText("connected", .color(.green))
        case .needsReconnect: StyledText("connect again", .color(.red))
        }
    }

    var deadline: StyledText {
        let day = account.reconnectBy.map(Self.day) ?? ""
        return isNearEnd ? StyledText(day, .color(.yellow)) : StyledText(day)
    }

    /// What an examination finds.
    var finding: Finding {
        let (name, day) = (account.name ?? account.id, account.reconnectBy.map(Self.day) ?? "")
        let mend = "run `segue accounts connect`"
        guard account.state == .connected else {
            return .failed("Spotify account", "the permission of \(name) has ended", mend: mend)
        }
        guard isNearEnd else { return .good("Spotify account", "\(name), until \(day)") }
        return .warning("Spotify account", "the permission of \(name) ends on \(day)", mend: mend)
    }
}
