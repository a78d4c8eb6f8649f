public import Redis
import Synchronization

/// Gives out turns for calls to one service, across all processes that share a Redis.
///
/// While Redis is out of reach, or without one, each process keeps the rate by itself, counting what it did before.
public final class Pacer: Sendable {
    private struct Local {
        var pace: Pace
        var pauses: [String: Duration] = [:]
    }

    private let name: String
    private let session: RedisSession?
    private let keyPrefix: String
    private let reachability: Reachability
    private let clock: @Sendable () -> ContinuousClock.Instant
    private let origin: ContinuousClock.Instant
    private let local: Mutex<Local>

    /// A pacer for the service of that name.
    ///
    /// - Parameters:
    ///   - name: the same in every process that shall keep one rate.
    ///   - limit: calls a second in the long run, and at once.
    ///   - session: where processes meet; nil when there is one only.
    ///   - keyPrefix: begins every key in Redis.
    ///   - reachability: told whether Redis answers.
    ///   - clock: for the turns that are given out without Redis.
    public init(
        name: String, limit: RateLimit, session: RedisSession?, keyPrefix: String = "segue:",
        reachability: Reachability, clock: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        (self.name, self.session, self.keyPrefix, self.reachability) = (name, session, keyPrefix, reachability)
        (self.clock, origin) = (clock, clock())
        local = Mutex(Local(pace: Pace(limit)))
    }

    /// Takes the next turn, unless it is further away than `patience`.
    ///
    /// - Parameter bucket: the part of the service that is called, where it may be paused by itself.
    public func reserve(bucket: String = "", patience: Duration) async -> PaceDecision {
        guard let session else { return reserveHere(bucket, patience) }
        let pace = local.withLock { $0.pace }
        do {
            let answer = try await session.evaluate(
                Self.reservation, keys: [key(""), key(bucket)],
                arguments: [pace.interval, pace.tolerance, patience].map { RedisArgument($0.microseconds) })
            reachability.succeeded()
            guard case .array(let parts) = answer, parts.count == 2, let wait = parts[1].integer else {
                return reserveHere(bucket, patience)
            }
            guard parts[0].integer == 1 else { return .refused(until: .microseconds(wait)) }
            local.withLock { $0.pace.note(at: clock() - origin, wait: .microseconds(wait)) }
            return .granted(after: .microseconds(wait))
        } catch {
            reachability.failed(error)
            return reserveHere(bucket, patience)
        }
    }

    /// Lets no call through for a time: the whole service, or one part of it.
    public func pause(bucket: String? = nil, for duration: Duration) async {
        let end = clock() - origin + duration
        local.withLock { local in
            guard let bucket else { return local.pace.pause(until: end) }
            local.pauses[bucket] = max(local.pauses[bucket] ?? .zero, end)
        }
        guard let session else { return }
        let tolerance = local.withLock { $0.pace.tolerance }
        do {
            _ = try await session.evaluate(
                bucket == nil ? Self.pausing : Self.closing, keys: [key(bucket ?? "")],
                arguments: [RedisArgument(duration.microseconds), RedisArgument(tolerance.microseconds)])
            reachability.succeeded()
        } catch {
            reachability.failed(error)
        }
    }

    private func reserveHere(_ bucket: String, _ patience: Duration) -> PaceDecision {
        let now = clock() - origin
        return local.withLock { local in
            if let end = local.pauses[bucket], end > now {
                if end - now > patience { return .refused(until: end - now) }
                local.pace.pause(until: end)
            }
            return local.pace.reserve(at: now, patience: patience)
        }
    }

    private func key(_ bucket: String) -> RedisArgument {
        bucket.isEmpty ? "\(keyPrefix)pace:\(name)" : "\(keyPrefix)pause:\(name):\(bucket)"
    }

    /// The formulae of `Pace`, in microseconds by the server's clock, and the bucket's pause.
    private static let reservation = """
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local closed = KEYS[2] ~= KEYS[1] and math.max(redis.call('PTTL', KEYS[2]), 0) * 1000 or 0
        local start = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
        local wait = math.max(0, start - ARGV[2] - now, closed)
        if wait > tonumber(ARGV[3]) then return {0, wait} end
        local due = math.max(start, now + closed) + ARGV[1]
        redis.call('SET', KEYS[1], string.format('%.0f', due), 'PX', math.ceil((due - now) / 1000) + 1000)
        return {1, wait}
        """

    private static let pausing = """
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local due = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now + ARGV[1] + ARGV[2])
        redis.call('SET', KEYS[1], string.format('%.0f', due), 'PX', math.ceil((due - now) / 1000) + 1000)
        return 1
        """

    private static let closing = """
        local rest = math.ceil(ARGV[1] / 1000)
        if redis.call('PTTL', KEYS[1]) < rest then redis.call('SET', KEYS[1], '1', 'PX', rest) end
        return 1
        """
}

extension Duration {
    fileprivate var microseconds: Int { Int((self / .microseconds(1)).rounded()) }
}
