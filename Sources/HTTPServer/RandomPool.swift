import Glibc
import Synchronization

/// Random words drawn from the kernel many at a time: a request needs five, and a system call for each would cost it as
/// much as its log line.
///
/// A pool is not for secrets: what it will give out lies in memory. A process that forks must not share it.
final class RandomPool: Sendable {
    /// The pool of the process.
    static let shared = RandomPool()

    /// The most that the kernel gives at once without fail, in words of 8 bytes.
    private static let capacity = 32

    private struct Words {
        var words = InlineArray<32, UInt64>(repeating: 0)
        var left = 0
    }

    private let words = Mutex(Words())

    /// The next word.
    func next() -> UInt64 {
        words.withLock { words in
            if words.left == 0 {
                var mutableSpan = words.words.mutableSpan
                mutableSpan.withUnsafeMutableBytes { _ = getentropy($0.baseAddress, $0.count) }
                words.left = Self.capacity
            }
            words.left -= 1
            return words.words[words.left]
        }
    }
}

/// Random numbers out of the process's pool: as cheap as a request needs them, and not for secrets.
public struct PooledRandomNumbers: RandomNumberGenerator {
    /// Draws from the pool that names requests.
    public init() {}

    /// The next number.
    public mutating func next() -> UInt64 { RandomPool.shared.next() }
}
