public import Redis
import Synchronization

/// Remembers which tokens have been used for a changing call, so that none is used twice.
///
/// Redis remembers for all replicas; each process remembers its own calls too, which decides alone while Redis is out
/// of reach: then a token could be replayed to another replica within its five minutes, and that is said in the log by
/// the reachability.
public final class ReplayGuard: Sendable {
    private let session: RedisSession?
    private let keyPrefix: String
    private let reachability: Reachability
    private let clock: @Sendable () -> Int
    private let capacity: Int

    /// When each use may be forgotten, in seconds since 1970.
    private let uses = Mutex<[String: Int]>([:])

    /// A guard with an empty memory of its own.
    ///
    /// - Parameters:
    ///   - session: the memory that replicas share; nil when there is one replica only.
    ///   - keyPrefix: begins every key in Redis.
    ///   - reachability: told whether Redis answers.
    ///   - capacity: how many uses to remember in the process; when more are still valid, those that end first go.
    ///   - clock: seconds since 1970.
    public init(
        session: RedisSession?, keyPrefix: String = "segue:", reachability: Reachability, capacity: Int = 100_000,
        clock: @escaping @Sendable () -> Int = { RateLimiter.systemSeconds() }
    ) {
        precondition(capacity > 0, "a memory holds something")
        (self.session, self.keyPrefix, self.reachability) = (session, keyPrefix, reachability)
        (self.capacity, self.clock) = (capacity, clock)
    }

    /// Whether this is the token's first use, which is remembered until the token has expired.
    ///
    /// - Parameters:
    ///   - id: the token's `jti`.
    ///   - issuer: its `iss`; two issuers may use the same ids.
    ///   - expiresAt: when it is refused anyway, in seconds since 1970; give it the leeway of the verifier.
    /// - Returns: false for a replay.
    public func isFirstUse(of id: String, issuer: String, expiresAt: Int) async -> Bool {
        // The length keeps ("a", "b:c") and ("a:b", "c") apart.
        let use = "\(issuer.utf8.count):\(issuer):\(id)"
        guard rememberHere(use, until: expiresAt) else { return false }
        guard let session else { return true }
        do {
            let seconds = RedisArgument(max(1, expiresAt - clock()))
            let answer = try await session.send("SET", "\(keyPrefix)jti:\(use)", "1", "NX", "EX", seconds)
            reachability.succeeded()
            return !answer.isNull
        } catch {
            reachability.failed(error)
            return true
        }
    }

    private func rememberHere(_ use: String, until end: Int) -> Bool {
        let now = clock()
        return uses.withLock { uses in
            if let known = uses[use], known > now { return false }
            if uses.count >= capacity { makeRoom(in: &uses, now: now) }
            uses[use] = max(end, now + 1)
            return true
        }
    }

    private func makeRoom(in uses: inout [String: Int], now: Int) {
        uses = uses.filter { $0.value > now }
        guard uses.count >= capacity else { return }
        for (use, _) in uses.sorted(by: { $0.value < $1.value }).prefix(max(1, capacity / 4)) { uses[use] = nil }
    }
}
