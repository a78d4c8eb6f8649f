import Foundation
public import Redis
import Synchronization

/// Limits how many requests each client makes, across all replicas, without Redis on the request's way.
///
/// Each decision is taken in the process, from a token bucket for the client. Once a second `run` tells Redis what each
/// active client spent here and charges what it spent elsewhere, so a client of `n` replicas may exceed its limit for
/// about a second and pays for it afterwards. While Redis is out of reach each replica limits by itself.
public final class RateLimiter: Sendable {
    /// The length of the windows that replicas count in, in seconds.
    static let windowSeconds = 60

    private static let shardCount = 16

    private final class Shard: Sendable {
        let buckets = Mutex<[String: TokenBucket]>([:])
    }

    private let currentLimit: Mutex<RateLimit>
    private let session: RedisSession?
    private let keyPrefix: String
    private let reachability: Reachability
    private let clock: @Sendable () -> ContinuousClock.Instant
    private let wallClock: @Sendable () -> Int
    private let shards: [Shard]
    private let shardCapacity: Int

    /// A limiter for clients that are told apart by name.
    ///
    /// - Parameters:
    ///   - limit: the same for every client.
    ///   - session: where replicas meet; nil when there is one replica only.
    ///   - keyPrefix: begins every key in Redis.
    ///   - reachability: told whether Redis answers.
    ///   - maximumClients: how many to keep account of; beyond that those that have not called for longest are
    ///     forgotten, that is, begin anew.
    ///   - clock: for refilling.
    ///   - wallClock: seconds since 1970, for the windows that replicas share.
    public init(
        limit: RateLimit, session: RedisSession?, keyPrefix: String = "segue:", reachability: Reachability,
        maximumClients: Int = 65_536, clock: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        wallClock: @escaping @Sendable () -> Int = { RateLimiter.systemSeconds() }
    ) {
        currentLimit = Mutex(limit)
        (self.session, self.keyPrefix, self.reachability) = (session, keyPrefix, reachability)
        (self.clock, self.wallClock) = (clock, wallClock)
        shards = (0..<Self.shardCount).map { _ in Shard() }
        shardCapacity = max(4, maximumClients / Self.shardCount)
    }

    /// Seconds since 1970 by the system's clock.
    public static func systemSeconds() -> Int { Int(Date().timeIntervalSince1970) }

    /// How many clients are kept account of at present.
    public var clientCount: Int { shards.reduce(0) { sum, shard in sum + shard.buckets.withLock { $0.count } } }

    /// The limit of every client, which may be changed at any time: a saved-up burst is cut to a smaller one when the
    /// client calls next.
    public var limit: RateLimit {
        get { currentLimit.withLock { $0 } }
        set { currentLimit.withLock { $0 = newValue } }
    }

    /// Charges one request to `client`, if it has one left.
    public func admit(_ client: String) -> RateDecision {
        let (now, limit) = (clock(), limit)
        return shard(of: client).buckets.withLock { buckets in
            if buckets[client] == nil, buckets.count >= shardCapacity { makeRoom(in: &buckets, at: now) }
            return buckets[client, default: TokenBucket(full: limit, at: now)].spend(limit, at: now)
        }
    }

    /// Reconciles once a second until its task is cancelled.
    public func run() async {
        while !Task.isCancelled {
            await reconcile()
            do { try await Task.sleep(for: .seconds(1)) } catch { return }
        }
    }

    /// Tells Redis what was spent here since the last time, and charges what was spent elsewhere.
    public func reconcile() async {
        guard let session else { return forgetIdleClients() }
        let window = wallClock() / Self.windowSeconds
        for shard in shards { await reconcile(shard, window: window, through: session) }
        forgetIdleClients()
    }

    private func reconcile(_ shard: Shard, window: Int, through session: RedisSession) async {
        let reports = shard.buckets.withLock { buckets in
            buckets.keys.map { client in (client: client, amount: buckets[client]?.beginReport() ?? 0) }
        }
        guard !reports.isEmpty else { return }
        do {
            let totals = try await session.sendAll(reports.flatMap { commands(for: $0.client, $0.amount, window) })
            reachability.succeeded()
            shard.buckets.withLock { buckets in
                for (index, report) in reports.enumerated() {
                    guard let total = totals[2 * index].integer else { continue }
                    buckets[report.client]?.finishReport(
                        of: report.amount, total: total, window: window, limit: limit)
                }
            }
        } catch {
            reachability.failed(error)
            shard.buckets.withLock { buckets in
                for report in reports { buckets[report.client]?.cancelReport(of: report.amount) }
            }
        }
    }

    private func commands(for client: String, _ amount: Int, _ window: Int) -> [[RedisArgument]] {
        let key: RedisArgument = "\(keyPrefix)rate:\(window):\(client)"
        return [
            ["INCRBY", key, RedisArgument(amount)],
            ["EXPIRE", key, RedisArgument(2 * Self.windowSeconds)],
        ]
    }

    /// A client with a full bucket is as good as one never seen.
    private func forgetIdleClients() {
        let now = clock()
        for shard in shards { shard.buckets.withLock { forgetIdle(in: &$0, at: now) } }
    }

    private func forgetIdle(in buckets: inout [String: TokenBucket], at now: ContinuousClock.Instant) {
        buckets = buckets.filter { _, bucket in
            var bucket = bucket
            bucket.refill(limit, at: now)
            return bucket.tokens < limit.burst || bucket.unreported > 0
        }
    }

    /// Forgets the idle clients, and when there are none the quarter that has not called for longest: a whole quarter,
    /// so that a crowd of new clients does not pay for a search each.
    private func makeRoom(in buckets: inout [String: TokenBucket], at now: ContinuousClock.Instant) {
        forgetIdle(in: &buckets, at: now)
        guard buckets.count >= shardCapacity else { return }
        let oldest = buckets.sorted { $0.value.updated < $1.value.updated }.prefix(shardCapacity / 4)
        for (client, _) in oldest { buckets[client] = nil }
    }

    private func shard(of client: String) -> Shard {
        shards[Int(UInt(bitPattern: client.hashValue) % UInt(Self.shardCount))]
    }
}
