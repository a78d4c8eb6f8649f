internal import Catalog

/// A place in the ranking of one search: the sort key of the last track shown, and which query it belongs to.
///
/// Written as five hexadecimal numbers, floats by their bits, so that it comes back exactly.
struct SearchCursor: Sendable, Hashable, CustomStringConvertible {
    let query: UInt64
    let part: Float
    let whole: Float
    let popularity: Int32
    let id: Int64

    init(query: UInt64, part: Float, whole: Float, popularity: Int, id: Int64) {
        self.query = query
        self.part = part
        self.whole = whole
        self.popularity = Int32(clamping: popularity)
        self.id = id
    }

    /// Reads a cursor that a search for `query` gave.
    init(parsing text: String, query: String) throws(CatalogStoreError) {
        let numbers = text.utf8.count <= 96 ? text.split(separator: "-").map { UInt64($0, radix: 16) } : []
        guard numbers.count == 5, let digest = numbers[0], digest == Self.digest(of: query),
            let part = numbers[1].flatMap({ UInt32(exactly: $0) }),
            let whole = numbers[2].flatMap({ UInt32(exactly: $0) }),
            let popularity = numbers[3].flatMap({ Int32(exactly: $0) }),
            let id = numbers[4].flatMap({ Int64(exactly: $0) })
        else { throw .badCursor }
        self.query = digest
        self.part = Float(bitPattern: part)
        self.whole = Float(bitPattern: whole)
        self.popularity = popularity - 1
        self.id = id
    }

    var description: String {
        [query, UInt64(part.bitPattern), UInt64(whole.bitPattern), UInt64(max(0, popularity + 1)), UInt64(max(0, id))]
            .map { String($0, radix: 16) }.joined(separator: "-")
    }

    static func digest(of query: String) -> UInt64 { RecordingKey.hash(query) }
}
