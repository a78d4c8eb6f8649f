import Catalog
import Demo
import Foundation
import IndexLifecycle
import JSONText
import Playlists
import Postgres
import Recommendation
import Rules
import Sampling
import Storage
import Synchronization
import TestSupport
import Testing

let hasDatabase = !(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "").isEmpty

/// A database with a demo catalog, an index where wanted, and a clock that tests turn.
struct Studio: Sendable {
    let database: TestDatabase
    let serving: ServingCatalog?
    let clock: Clock
    var store: PostgresStore { database.store }

    static func with(
        tracks: Int = 400, playlists: Int = 20, isIndexed: Bool = false,
        _ body: @Sendable (Studio) async throws -> Void
    ) async throws {
        try await withMigratedDatabase { database in
            let path = NSTemporaryDirectory() + "/studio-\(UUID().uuidString)"
            defer { try? FileManager.default.removeItem(atPath: path) }
            let importing = try await database.store.beginImport(of: ImportSource(name: "demo", authority: .table))
            for batch in DemoCatalog(tracks: tracks, playlists: playlists, seed: 1) {
                try await importing.append(batch)
            }
            _ = try await importing.commit()
            let serving = isIndexed ? try await index(database.store, GenerationDirectory(path)) : nil
            try await body(Studio(database: database, serving: serving, clock: Clock()))
        }
    }

    private static func index(_ store: PostgresStore, _ directory: GenerationDirectory) async throws -> ServingCatalog?
    {
        _ = try await IndexBuilder(catalog: store, features: store, registry: store, directory: directory).build()
        let live = LiveCatalog(directory: directory, catalog: store, announcing: store) { _ in }
        await live.start()
        return live.serving
    }

    /// A maker by the studio's clock.
    func maker(_ change: (inout PlaylistMaker) -> Void = { _ in }) -> PlaylistMaker {
        let (serving, clock) = (serving, clock)
        var maker = PlaylistMaker(store: store, serving: { serving })
        maker.now = { clock.now }
        maker.rules = IndexRules(
            serving: { serving }, conditions: ConditionMemory(rules: store, lifetime: .zero), sets: store)
        change(&maker)
        return maker
    }

    /// Likes tracks by number.
    func like(_ numbers: Range<Int>, of listener: String = Listener.standard) async throws {
        try await feed(numbers, .liked, of: listener)
    }

    func feed(_ numbers: Range<Int>, _ kind: Feedback.Kind, of listener: String = Listener.standard) async throws {
        let feedback = numbers.map { Feedback(track: TrackID(rawValue: Int64($0)), kind: kind, moment: clock.now) }
        try await store.record(feedback, of: listener)
    }

    /// The catalog without what only playlists and runs change.
    func state() async throws -> [String: String] {
        let session = try await database.session()
        var sums: [String: String] = [:]
        for table in [
            "playlists", "playlist_entries", "playlist_entry_history", "made_playlists", "playlist_runs", "plays",
        ] {
            sums[table] = try await session.first(
                "SELECT coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM \(unsafeRaw: table) t"
            ) { try $0[0] as String }
        }
        return sums
    }
}

/// A clock that stands still until it is turned.
final class Clock: Sendable {
    private let seconds = Mutex(1_790_000_000.0)
    var now: Date { Date(timeIntervalSince1970: seconds.withLock { $0 }) }
    func turn(days: Double) { seconds.withLock { $0 += days * 86_400 } }
}

func recipe(_ text: String) throws -> Recipe {
    let bytes = Array(text.utf8)
    return try Recipe(reading: try JSONParser.parse(bytes, 0..<bytes.count), limits: RecipeLimits())
}

func draft(_ text: String, name: String = "Evening", of listener: String = Listener.standard) throws -> PlaylistDraft {
    PlaylistDraft(name: name, listener: listener, recipe: try recipe(text))
}
