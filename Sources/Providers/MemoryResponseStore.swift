public import Catalog
public import Foundation
import Synchronization

/// Remembers answers in the process, where there is no database; the oldest go when there are too many.
public final class MemoryResponseStore: ResponseStore {
    private let capacity: Int
    private let entries = Mutex<[String: RememberedResponse]>([:])

    /// Remembers so many answers at most.
    public init(capacity: Int = 10_000) { self.capacity = max(1, capacity) }

    /// What is remembered and has not expired.
    public func responses(of service: String, keys: [String], at moment: Date) -> [String: RememberedResponse] {
        entries.withLock { entries in
            let found = keys.compactMap { key in entries[Self.name(service, key)].map { (key, $0) } }
            return Dictionary(found.filter { $0.1.expiresAt > moment }) { first, _ in first }
        }
    }

    /// Remembers answers, in place of earlier ones.
    public func remember(_ responses: [String: RememberedResponse], of service: String) {
        entries.withLock { entries in
            for (key, response) in responses { entries[Self.name(service, key)] = response }
            guard entries.count > capacity else { return }
            let surplus = entries.sorted { $0.value.expiresAt < $1.value.expiresAt }.prefix(entries.count - capacity)
            for (name, _) in surplus { entries[name] = nil }
        }
    }

    /// Forgets what expired.
    public func forgetResponses(expiredBefore moment: Date) -> Int {
        entries.withLock { entries in
            let before = entries.count
            entries = entries.filter { $0.value.expiresAt >= moment }
            return before - entries.count
        }
    }

    private static func name(_ service: String, _ key: String) -> String { "\(service)\n\(key)" }
}
