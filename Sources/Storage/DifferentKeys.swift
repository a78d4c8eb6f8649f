/// Keys, each once and in order of arrival, so that it is looked for once and is a place from then on.
///
/// A dictionary of the keys themselves would count references to those that it passes, and hash all of them anew when it
/// grows; most have left the processor's caches by then. Here a key is hashed once, and looked at where half of its hash
/// is equal.
struct DifferentKeys<Key: Hashable> {
    /// Where a key may be said to stand.
    private struct Slot {
        /// The upper half of the key's hash.
        var mark: UInt32 = 0
        /// The key's place, or -1.
        var place: Int32 = -1
    }

    /// The keys by their places.
    private(set) var keys: [Key] = []
    /// The hashes of the keys.
    private var hashes: [Int] = []
    /// A power of two, at least half of them free. That of a key is the one at its hash, or the next that was free.
    private var slots: [Slot] = []

    /// How many keys there are.
    var count: Int { keys.count }

    /// Where the key stands, which is at the end if it is new.
    mutating func place(of key: Key) -> Int {
        if count * 2 >= slots.count { grow() }
        let hash = key.hashValue
        let index = slot(of: key, hash)
        guard slots[index].place < 0 else { return Int(slots[index].place) }
        slots[index] = Slot(mark: Self.mark(hash), place: Int32(count))
        hashes.append(hash)
        keys.append(key)
        return count - 1
    }

    /// Where the key stands, if it is one of them.
    func known(_ key: Key) -> Int? {
        guard count > 0 else { return nil }
        let place = slots[slot(of: key, key.hashValue)].place
        return place < 0 ? nil : Int(place)
    }

    /// Forgets all; as many will come again.
    mutating func removeAll() {
        keys.removeAll(keepingCapacity: true)
        hashes.removeAll(keepingCapacity: true)
        for index in slots.indices { slots[index] = Slot() }
    }

    /// The slot of a key, which is free if there is no such key.
    private func slot(of key: Key, _ hash: Int) -> Int {
        // Of a span they are not copied, which would count references.
        let (keys, mark) = (keys.span, Self.mark(hash))
        var index = hash & (slots.count - 1)
        while slots[index].place >= 0, slots[index].mark != mark || keys[Int(slots[index].place)] != key {
            index = (index + 1) & (slots.count - 1)
        }
        return index
    }

    private mutating func grow() {
        slots = Array(repeating: Slot(), count: max(16, slots.count * 2))
        for (place, hash) in hashes.enumerated() {
            var index = hash & (slots.count - 1)
            while slots[index].place >= 0 { index = (index + 1) & (slots.count - 1) }
            slots[index] = Slot(mark: Self.mark(hash), place: Int32(place))
        }
    }

    private static func mark(_ hash: Int) -> UInt32 { UInt32(truncatingIfNeeded: hash >> 32) }
}

extension DifferentKeys: Sendable where Key: Sendable {}
