internal import Catalog

/// Tells what an import has not brought yet from what it may have brought, in two megabytes however much that is: a Bloom
/// filter with four positions for each key, all within eight words that lie side by side (Putze, Sanders and
/// Singler, "Cache-, hash- and space-efficient Bloom filters").
///
/// An import into an empty catalog need not look into it for what it did not bring itself. Of a million keys one in four
/// hundred that is new passes for one that may be known, of ten millions most do; those are looked up.
struct BroughtFilter: Sendable {
    /// What artists, albums and tracks are recognised by.
    enum Key: Hashable {
        case id(EntityReference.Kind, ExternalID)
        case artist(String)
        case album(AlbumResolution.Title)
    }

    private var words = [UInt64](repeating: 0, count: 1 << 18)

    /// Notes a key, and says whether it may have been noted before; false is certain.
    @discardableResult
    mutating func insert(_ key: Key) -> Bool {
        let hash = UInt(bitPattern: key.hashValue)
        let block = Int(hash >> 49) << 3
        var wasThere = true
        for turn in 0..<4 {
            let position = hash >> UInt(9 * turn) & 511
            let (word, bit) = (block + Int(position >> 6), UInt64(1) << UInt64(position & 63))
            if words[word] & bit == 0 { (words[word], wasThere) = (words[word] | bit, false) }
        }
        return wasThere
    }
}
