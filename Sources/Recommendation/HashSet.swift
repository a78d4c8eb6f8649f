/// A set of 64-bit hashes, which are as good as random, so that each is its own place in the table and nothing is hashed
/// again: a request asks a thousand times whether it has seen a track or a recording.
struct HashSet {
    /// A power of two of places, at most half of them taken; 0 is a free one.
    private var places: [UInt64]
    private var hasZero = false
    private var room: Int

    /// An empty set with room for `capacity` hashes.
    init(capacity: Int) {
        room = max(8, capacity)
        places = Array(repeating: 0, count: 1 << (Int.bitWidth - (2 * room - 1).leadingZeroBitCount))
    }

    /// Whether a hash is in the set.
    func contains(_ hash: UInt64) -> Bool { hash == 0 ? hasZero : places[place(of: hash)] == hash }

    /// Adds a hash; false where it was there already.
    mutating func insert(_ hash: UInt64) -> Bool {
        guard hash != 0 else {
            defer { hasZero = true }
            return !hasZero
        }
        let place = place(of: hash)
        guard places[place] != hash else { return false }
        precondition(room > 0, "more hashes than there is room for")
        places[place] = hash
        room -= 1
        return true
    }

    /// Where a hash is, or else where it would be.
    private func place(of hash: UInt64) -> Int {
        let mask = places.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while places[place] != 0, places[place] != hash { place = (place + 1) & mask }
        return place
    }
}
