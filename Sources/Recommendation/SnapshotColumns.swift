internal import Catalog
internal import Rules

/// Names of the columns of a catalog snapshot; rows are tracks in ascending order of internal id.
///
/// The facts do not depend on a feature space; where the vectors are and what they were made from does, and stands in a
/// file of its own, so that several spaces can be tried over the same facts.
enum SnapshotColumns {
    /// Internal id, `Int64`, ascending.
    static let id = "id"
    /// Where the index keeps the track's vector, `UInt64`; all ones where it has none.
    static let location = "location"
    /// Coverage mask of the vector, `UInt64`.
    static let coverage = "coverage"
    /// How well known the recording is among the playlists that the space was learned from, `Float`, 0 to 1.
    static let familiarity = "familiarity"
    /// Hash of the recording key, `UInt64`; unique to the track where it has no key.
    static let recording = "recording"
    /// Credited artists as rows of the artist columns, lists of `UInt32`.
    static let artists = "artists"
    /// The artist credited first as a row of the artist columns, `UInt32`; all ones where none is.
    static let firstArtist = "artist.first"
    /// Internal id of each artist that occurs, `Int64`.
    static let artistID = "artist.id"
    /// Rows of the artist columns in ascending order of the artists' ids, `UInt32`.
    static let artistOrder = "artist.order"
    /// Ready JSON of each artist, UTF-8.
    static let artistJSON = "artist.json"
    /// Name of each artist as people write it, UTF-8.
    static let artistName = "artist.name"
    /// Explicit lyrics, `UInt8`: 0 no, 1 yes, 255 unknown.
    static let explicit = "explicit"
    /// Ready JSON of the track, UTF-8.
    static let json = "json"
    /// Title as people write it, UTF-8.
    static let title = "title"
    /// The id under which callers know the track, UTF-8.
    static let publicID = "public_id"
    /// Genres as rows of the genre dictionary, lists of `UInt32`.
    static let genres = "genres"
    /// Hash of each external id, `UInt64`, ascending.
    static let externalHash = "external.hash"
    /// The track that it belongs to, `UInt32`.
    static let externalRow = "external.row"
    /// The external id itself, `namespace:value`, UTF-8.
    static let externalText = "external.text"

    /// A number of each track, `Float`, NaN where missing.
    static func number(_ field: NumberField) -> String {
        switch field {
        case .feature(let feature): "feature.\(feature.name)"
        case .year: "year"
        case .popularity: "popularity"
        case .playlistCount: "playlists"
        }
    }

    /// A text, folded, UTF-8: one for each track, or for `artist` and `genre` one for each entry of the dictionary.
    static func folded(_ field: TextField) -> String { "folded.\(field.rawValue)" }

    static let numbers: [NumberField] =
        AudioFeature.allCases.map { .feature($0) } + [.year, .popularity, .playlistCount]

    /// Each number with its column's name, put together once and not for every track.
    static let numberColumns = numbers.map { (field: $0, name: number($0)) }

    /// The text under which an external id is hashed and compared.
    static func key(_ id: ExternalID) -> String { "\(id.namespace):\(id.value)" }
}

extension NumberField {
    /// Its place among `SnapshotColumns.numbers`.
    var place: Int {
        switch self {
        case .feature(let feature): feature.rawValue
        case .year: AudioFeature.allCases.count
        case .popularity: AudioFeature.allCases.count + 1
        case .playlistCount: AudioFeature.allCases.count + 2
        }
    }
}
