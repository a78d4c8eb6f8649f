/// Keys, each once and in order of arrival, so that it is looked for once and is a place from then on.
///
/// A dictionary of the keys themselves would count references to those that it passes, and hash all of them anew when it
/// grows; most have left the processor's caches by then. Here a key is looked at where its whole hash is equal.
struct DifferentKeys<Key: Hashable> {
    /// The keys by their places.
    private(set) var keys: [Key] = []
    /// The place of the last key with a hash.
    private var last: [Int: Int32] = [:]
    /// For each key the place of the one before it with the same hash, or -1.
    private var earlier: [Int32] = []

    /// How many keys there are.
    var count: Int { keys.count }

    /// Where the key stands, which is at the end if it is new.
    mutating func place(of key: Key) -> Int {
        let hash = key.hashValue
        if let place = place(of: key, hash) { return place }
        earlier.append(last.updateValue(Int32(keys.count), forKey: hash) ?? -1)
        keys.append(key)
        return keys.count - 1
    }

    /// Where the key stands, if it is one of them.
    func known(_ key: Key) -> Int? { place(of: key, key.hashValue) }

    private func place(of key: Key, _ hash: Int) -> Int? {
        var place = last[hash] ?? -1
        while place >= 0, keys[Int(place)] != key { place = earlier[Int(place)] }
        return place < 0 ? nil : Int(place)
    }

    /// Forgets all; as many will come again.
    mutating func removeAll() {
        keys.removeAll(keepingCapacity: true)
        last.removeAll(keepingCapacity: true)
        earlier.removeAll(keepingCapacity: true)
    }
}

extension DifferentKeys: Sendable where Key: Sendable {}
