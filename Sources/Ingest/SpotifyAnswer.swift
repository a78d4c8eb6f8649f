public import Catalog
internal import JSONText

/// An answer of the Spotify Web API: what it brings for a catalog, and where in a list it stands.
///
/// Read by the same reader as files of such answers, so that a catalog is the same either way.
public struct SpotifyAnswer: Sendable {
    /// Elements of a list that a catalog has no place for.
    public struct Oddities: Sendable, Hashable, Codable {
        /// Files of the listener's own machine.
        public var localFiles = 0
        /// Episodes of podcasts, and other things that are no tracks.
        public var episodes = 0
        /// Elements that are null or hold nothing: the service has withdrawn them.
        public var empty = 0

        /// None.
        public init() {}

        /// Both together.
        public static func + (left: Oddities, right: Oddities) -> Oddities {
            var sum = left
            sum.localFiles += right.localFiles
            sum.episodes += right.episodes
            sum.empty += right.empty
            return sum
        }

        /// What the left has beyond the right.
        public static func - (left: Oddities, right: Oddities) -> Oddities {
            var rest = left
            rest.localFiles -= right.localFiles
            rest.episodes -= right.episodes
            rest.empty -= right.empty
            return rest
        }
    }

    /// The place of a page in its list.
    public struct Page: Sendable, Hashable {
        /// The first element's place in the whole list, from 0.
        public var offset: Int
        /// How many elements this page has.
        public var count: Int
        /// How many the whole list has, where the answer says.
        public var total: Int?
        /// Whether the service has more behind it.
        public var hasMore: Bool
        /// How many elements the list had by what was said of it before; nil where this page says at least as many.
        public fileprivate(set) var formerTotal: Int?

        /// How many elements the list has, by this page or by what was said before, behind a page which says that it is
        /// the last one.
        ///
        /// Above 0 the service contradicts itself: it is in trouble, the list has changed, or its total counts what it
        /// never lists.
        public var unlisted: Int { hasMore ? 0 : max(0, max(total ?? 0, formerTotal ?? 0) - offset - count) }

        /// Whether the page itself shows that the list has more elements than its total says.
        public var isTotalTooLow: Bool { total.map { $0 < offset + count + (hasMore ? 1 : 0) } ?? false }

        /// Describes a place.
        public init(offset: Int, count: Int, total: Int?, hasMore: Bool) {
            (self.offset, self.count, self.total, self.hasMore) = (offset, count, total, hasMore)
        }
    }

    /// What there is for the catalog, in order.
    public var records: [CatalogRecord]
    /// How many elements are wrong, so that they are not among the records.
    public var refused: Int
    /// What is wrong with the first of them.
    public var problems: [ImportProblem]
    /// What has no place in a catalog.
    public var oddities: Oddities
    /// Of which elements these are, from 0 within the page.
    private var oddPlaces: [Int] = []
    /// Where it stands in a list; nil where it is none.
    public var page: Page?
    /// When the first element was added, as the service writes it; nil where it does not say.
    public var newest: String?
    /// Albums within the answer whose tracks it does not give to the end, with how many it gives; what is fetched of them
    /// afterwards is for the caller to take off.
    public var unfinishedAlbums: [(id: ExternalID, tracks: Int)]

    /// Reads an answer.
    ///
    /// - Parameters:
    ///   - body: JSON in UTF-8.
    ///   - name: what problems call it, for example the endpoint.
    ///   - track: whose analysis this is, where it is one.
    ///   - owner: the playlist or album of which it is a page, whatever the page itself says of that.
    /// - Throws: `ImportError` where it is no JSON, or an analysis without its track.
    public init(
        reading body: some Sequence<UInt8>, of name: String, track: ExternalID? = nil, owner: EntityReference? = nil
    ) throws(ImportError) {
        let bytes = Array(body)
        let value: JSONValue
        do throws(JSONFailure) {
            value = try JSONParser.parse(bytes, 0..<bytes.count, ignoring: Self.bulk)
        } catch {
            throw ImportError(.brokenJSON, name, "no JSON at byte \(error.index): \(error.reason)")
        }
        var options = ImportOptions()
        options.track = track
        let sink = RecordSink(file: name, maximumProblems: options.maximumProblems)
        try SpotifyReader(file: name, options: options, sink: sink, owner: owner).read(value, line: 1)
        (records, problems, refused) = (sink.takeRecords(), sink.faults, sink.rowsBad)
        (page, oddities) = (Page(value), Oddities())
        for (place, element) in (value["items"]?.array ?? []).enumerated() {
            guard let oddity = Oddities.kind(of: element) else { continue }
            oddities[keyPath: oddity] += 1
            oddPlaces.append(place)
        }
        newest = value["items"]?.array?.first?["added_at"]?.string
        unfinishedAlbums = Self.unfinished([value] + (value["items"]?.array ?? []).compactMap { $0["album"] })
        if page?.isTotalTooLow == true { leaveOutTotal() }
    }

    /// Nobody asks in which countries something is sold, and it is half of an answer.
    private static let bulk: Set<String> = ["available_markets", "images", "external_urls"]

    private static func unfinished(_ albums: [JSONValue]) -> [(id: ExternalID, tracks: Int)] {
        albums.compactMap { album in
            guard let tracks = album["tracks"], let id = SpotifyReader.id(album), album["type"]?.string == "album"
            else { return nil }
            let given = tracks["items"]?.array?.count ?? 0
            return tracks["next"] != nil || given < tracks["total"]?.integer ?? 0 ? (id, given) : nil
        }
    }

    /// Compares the page with how many elements its list had by what was said before.
    ///
    /// Where the page says less, its total is left out of `records`: taken for true, it would cost a playlist all entries
    /// behind it. Who reads the list to its end learns from `unlisted` whether they are missing.
    public mutating func expect(_ total: Int) {
        guard let page, page.total ?? 0 < total else { return }
        self.page?.formerTotal = total
        leaveOutTotal()
    }

    private mutating func leaveOutTotal() {
        records = records.map { record in
            guard case .playlist(var playlist) = record else { return record }
            playlist.total = nil
            return .playlist(playlist)
        }
    }

    /// Takes in what another answer brings; the place in a list stays this one's.
    public mutating func append(_ other: SpotifyAnswer) {
        records += other.records
        oddities = oddities + other.oddities
        refused += other.refused
        problems += other.problems
    }

    /// Places of this page that hold no track, so that a playlist has nothing there; what is wrong may be one all the same.
    ///
    /// - Parameter playlist: of which playlist.
    public func vacantPositions(of playlist: ExternalID) -> [Int] {
        guard let page else { return [] }
        let taken = records.compactMap { record -> Int? in
            guard case .playlistEntry(let entry) = record, entry.playlist == playlist else { return nil }
            return entry.position
        }
        return Set(oddPlaces.map { page.offset + $0 }).subtracting(taken).sorted()
    }
}

extension SpotifyAnswer.Page {
    fileprivate init?(_ value: JSONValue) {
        guard let items = value["items"]?.array else { return nil }
        let whole: (JSONValue?) -> Int? = { $0?.integer.flatMap { (0...100_000_000).contains($0) ? $0 : nil } }
        // A list that is read by moments has no places, so its total says nothing of where it ends.
        let total = value["cursors"] == nil ? whole(value["total"]) : nil
        self.init(
            offset: whole(value["offset"]) ?? 0, count: items.count, total: total, hasMore: value["next"] != nil)
    }
}

extension SpotifyAnswer.Oddities {
    /// Which oddity an element of a list is; nil where it is none.
    fileprivate static func kind(of element: JSONValue) -> WritableKeyPath<Self, Int>? {
        let content = element["item"] ?? element["track"] ?? (element["type"] == nil ? element["album"] : element)
        if element["is_local"]?.bool == true || content?["is_local"]?.bool == true { return \.localFiles }
        guard let content, content.isObject else { return \.empty }
        let kinds = ["track", "album", "playlist", "artist"]
        return content["type"]?.string.map(kinds.contains) == false ? \.episodes : nil
    }
}
