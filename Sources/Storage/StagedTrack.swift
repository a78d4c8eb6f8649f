internal import Catalog

/// A track whose artists and album were staged, on its way into the catalog.
struct StagedTrack: Sendable {
    /// Its number among all tracks of the import.
    let no: Int32
    private let content: Content
    /// Number of its album's row.
    let album: Int32?
    /// Its audio features, where they came in the same chunk.
    private(set) var features: [Features] = []
    /// Whether its id comes again in the same chunk.
    var isRepeated = false
    /// Whether it may be known under another id than its first; an ISRC names a recording and not a release.
    let hasAlias: Bool

    /// Audio features, with their place among all that came.
    struct Features: Sendable {
        let place: Int
        let record: FeaturesRecord
    }

    /// A record has a dozen parts that are counted each; shared, it is one.
    private final class Content: Sendable {
        let record: TrackRecord
        let artists: [Int32]
        let released: String?

        init(_ record: TrackRecord, _ artists: [Int32], _ released: String?) {
            (self.record, self.artists, self.released) = (record, artists, released)
        }
    }

    init(no: Int32, record: TrackRecord, artists: [Int32], album: Int32?) {
        (self.no, self.album) = (no, album)
        let isNameless = record.album.map { $0.id == nil && $0.name == nil } ?? false
        let released = (record.released ?? (isNameless ? record.album?.released : nil))?.description
        content = Content(record, artists, released)
        hasAlias = record.ids.count > 1 && record.ids.dropFirst().contains { $0.namespace != "isrc" }
    }

    /// What the source says.
    var record: TrackRecord { content.record }
    /// Numbers of its artists' rows, in order.
    var artists: [Int32] { content.artists }
    /// Its own date of release; that of an album without title and id is the track's.
    var released: String? { content.released }

    /// Whether a row of its own says all there is about it, if the catalog does not have it.
    var isLone: Bool { !isRepeated && !hasAlias && features.count <= 1 }

    /// Takes in audio features, unless others of the same provider have a value wherever these have one.
    mutating func add(_ record: FeaturesRecord, at place: Int) {
        let isSaid = features.lazy.map(\.record).contains { said in
            said.provider == record.provider
                && AudioFeature.allCases.allSatisfy { said.features[$0] != nil || record.features[$0] == nil }
        }
        if !isSaid { features.append(Features(place: place, record: record)) }
    }

    /// Whether nothing would come of another record of the same track that follows in the same table, of which the first
    /// value counts: it says nothing that this one does not. Genres are gathered from all, and so have to be the same.
    func hasAll(of other: StagedTrack) -> Bool {
        let (mine, its) = (record, other.record)
        return its.ids.allSatisfy(mine.ids.contains)
            && (mine.name?.storable != nil || its.name?.storable == nil) && (!artists.isEmpty || other.artists.isEmpty)
            && (album != nil || other.album == nil) && (released != nil || other.released == nil)
            && (mine.duration != nil || its.duration == nil) && (mine.popularity != nil || its.popularity == nil)
            && (mine.explicit != nil || its.explicit == nil) && (mine.trackNumber != nil || its.trackNumber == nil)
            && (mine.discNumber != nil || its.discNumber == nil) && (its.genres.isEmpty || its.genres == mine.genres)
    }

    /// The artists' names, as the search looks for them.
    var credit: String? {
        record.artists.count == 1
            ? record.artists[0].name.storable : record.artists.map(\.name).joined(separator: " ").storable
    }

    /// Title and artists' names, as the search looks for them once they are folded.
    var searchText: String {
        var text = record.name?.storable ?? ""
        guard let credit else { return text }
        if !text.isEmpty { text += " " }
        text += credit
        return text
    }
}
