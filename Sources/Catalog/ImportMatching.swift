/// How the tracks that an import only mentions were found in the catalog; each distinct description counts once.
public struct ImportMatching: Sendable, Hashable, Codable {
    /// A description that fits nothing in the catalog.
    public struct Unmatched: Sendable, Hashable, Codable {
        /// The physical line, from 1, where the source first says it.
        public var line: Int
        /// Credited artists, where known.
        public var artist: String?
        /// Title, where known.
        public var title: String?
        /// Length in milliseconds, where known.
        public var duration: Int?
        /// Its ids, as `namespace:value`.
        public var ids: [String]

        /// Takes a description down.
        public init(line: Int, artist: String?, title: String?, duration: Int?, ids: [String]) {
            self.line = line
            self.artist = artist
            self.title = title
            self.duration = duration
            self.ids = ids
        }
    }

    /// Found by an external id that is no ISRC.
    public var byID = 0
    /// Found by ISRC.
    public var byISRC = 0
    /// Found by normalized artist and title, with a duration that agrees where both are known.
    public var byName = 0
    /// Not found.
    public var notFound = 0
    /// Those that were not found, in order of line; of very many only the first.
    public var unmatched: [Unmatched] = []

    /// Nothing was mentioned.
    public init() {}

    /// How many descriptions there were.
    public var total: Int { byID + byISRC + byName + notFound }

    /// How many that were not found are listed of several imports together.
    private static let listed = 20

    /// Both together; of very many that were not found only the first are listed.
    public static func += (left: inout ImportMatching, right: ImportMatching) {
        left.byID += right.byID
        left.byISRC += right.byISRC
        left.byName += right.byName
        left.notFound += right.notFound
        left.unmatched += right.unmatched.prefix(max(0, listed - left.unmatched.count))
    }
}
