import Synchronization

/// Tokens whose signature was found good, by the digest of their text, in bounded memory.
///
/// Sharded by the digest, so that the server's threads seldom meet at one lock. A full shard first drops what has
/// expired, then starts anew: a token forgotten too early costs one more signature check, nothing else.
final class VerifiedTokenCache: Sendable {
    private static let shardCount = 16

    private final class Shard: Sendable {
        let tokens = Mutex<[SHA256Digest: ServiceToken]>([:])
    }

    private let shards: [Shard]
    private let shardCapacity: Int

    init(capacity: Int) {
        shards = (0..<Self.shardCount).map { _ in Shard() }
        shardCapacity = max(1, capacity / Self.shardCount)
    }

    var count: Int { shards.reduce(0) { sum, shard in sum + shard.tokens.withLock { $0.count } } }

    func token(for digest: SHA256Digest) -> ServiceToken? {
        shard(for: digest).tokens.withLock { $0[digest] }
    }

    /// - Parameter now: tokens that ended by then, in seconds since 1970, are the first to go.
    func remember(_ token: ServiceToken, for digest: SHA256Digest, now: Int) {
        shard(for: digest).tokens.withLock { tokens in
            guard tokens[digest] == nil else { return }
            if tokens.count >= shardCapacity { tokens = tokens.filter { $0.value.expiresAt > now } }
            if tokens.count >= shardCapacity { tokens.removeAll(keepingCapacity: true) }
            tokens[digest] = token
        }
    }

    private func shard(for digest: SHA256Digest) -> Shard {
        shards[Int(UInt(bitPattern: digest.hashValue) % UInt(Self.shardCount))]
    }
}
