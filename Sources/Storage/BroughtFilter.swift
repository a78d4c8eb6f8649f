internal import Catalog

/// Tells what an import has not brought yet from what it may have brought, in two megabytes however much that is: a Bloom
/// filter with four positions for each key (Kirsch and Mitzenmacher, "Less hashing, same performance").
///
/// An import into an empty catalog need not look into it for what it did not bring itself. Of a million keys one in four
/// hundred that is new passes for one that may be known, of ten millions most do; those are looked up.
struct BroughtFilter: Sendable {
    /// What artists, albums and tracks are recognised by.
    enum Key: Hashable {
        case id(EntityReference.Kind, ExternalID)
        case artist(String)
        case album(String, artist: Int64)
    }

    private var words = [UInt64](repeating: 0, count: 1 << 18)

    /// Notes a key, and says whether it may have been noted before; false is certain.
    @discardableResult
    mutating func insert(_ key: Key) -> Bool {
        let hash = UInt(bitPattern: key.hashValue)
        var (position, wasThere) = (hash, true)
        for _ in 0..<4 {
            let (word, bit) = (Int(position >> 6 & (1 << 18 - 1)), UInt64(1) << UInt64(position & 63))
            if words[word] & bit == 0 { (words[word], wasThere) = (words[word] | bit, false) }
            position &+= hash >> 32 | 1
        }
        return wasThere
    }
}
