import API
import Signing
import Storage

/// The key that a process names its answers under: the installation's, which is in its database.
///
/// Answers do not wait for the database, so a process that begins without it makes a key of its own, and makes it known
/// once it can; feedback that comes earlier than that could not be kept anyway.
struct RecommendationKeeping: Sendable {
    private let store: PostgresStore
    private let key: IdentifierKey
    private let isKnown: Bool

    /// Asks for the key, once.
    init(in store: PostgresStore) async {
        let known = try? await store.recommendationKey()
        (self.store, key, isKnown) = (store, known ?? IdentifierKey(), known != nil)
    }

    /// Names answers.
    var ids: RecommendationIDs { RecommendationIDs(key: key) }

    /// Makes a key known that is this process's own, once: for answers that are given at once.
    func makeKnown() async {
        if !isKnown { try? await store.addRecommendationKey(key) }
    }

    /// Sees to it that the key is known until the task is cancelled, also where the table loses it: a database that is
    /// restored from a dump has the keys of that day, while the names under this one are about already.
    ///
    /// - Parameters:
    ///   - interval: how long until the next attempt where the database cannot be asked.
    ///   - check: how long until it is looked after again.
    func run(every interval: Duration = .seconds(2), checkingEvery check: Duration = .seconds(30)) async {
        while !Task.isCancelled {
            let isKept = (try? await store.addRecommendationKey(key)) != nil
            try? await Task.sleep(for: isKept ? check : interval)
        }
    }
}
