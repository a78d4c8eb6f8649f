internal import Catalog

/// What a column of a table means, other than an audio feature.
enum TableColumn: Int, CaseIterable {
    case trackID
    case trackName
    case artists
    case artistIDs
    case album
    case albumID
    case albumArtists
    case released
    case isrc
    case popularity
    case explicit
    case genres
    /// Length as minutes and seconds, `3:42`.
    case length
    case trackNumber
    case discNumber
    /// Length in milliseconds; the audio feature as well as the track's.
    case duration
    case playlistID
    case playlistName
    case playlistSummary
    case playlistTotal
    /// Place in the playlist, from 1.
    case position
    case addedAt

    /// Recognises a column by its name in any table known to us; letters and digits count, case does not.
    init?(name: String) {
        guard let column = Self.byName[Self.key(name)] else { return nil }
        self = column
    }

    /// The audio feature that a column of this name holds.
    static func feature(named name: String) -> AudioFeature? { featuresByName[key(name)] }

    private static func key(_ name: String) -> String {
        name.lowercased().filter { $0.isLetter || $0.isNumber }
    }

    /// The names in public tables, in playlist archives and in Exportify's files.
    private static let byName: [String: TableColumn] = [
        "trackid": .trackID, "id": .trackID, "trackuri": .trackID, "uri": .trackID, "spotifyid": .trackID,
        "spotifytrackid": .trackID, "trackurl": .trackID, "spotifytrackuri": .trackID, "spotifyuri": .trackID,
        "trackname": .trackName, "name": .trackName, "title": .trackName, "song": .trackName,
        "songname": .trackName, "tracktitle": .trackName,
        "trackartist": .artists, "artist": .artists, "artists": .artists, "artistname": .artists,
        "artistnames": .artists,
        "artistid": .artistIDs, "artistids": .artistIDs, "artisturi": .artistIDs, "artisturis": .artistIDs,
        "trackalbumname": .album, "album": .album, "albumname": .album, "albumtitle": .album,
        "trackalbumid": .albumID, "albumid": .albumID, "albumuri": .albumID,
        "spotifyalbumuri": .albumID,
        "albumartistnames": .albumArtists, "albumartist": .albumArtists,
        "trackalbumreleasedate": .released, "releasedate": .released, "albumreleasedate": .released,
        "released": .released, "year": .released, "releaseyear": .released,
        "performer": .artists, "creator": .artists,
        "isrc": .isrc, "trackpopularity": .popularity, "popularity": .popularity, "explicit": .explicit,
        "genre": .genres, "genres": .genres, "trackgenre": .genres,
        "length": .length, "tracknumber": .trackNumber, "discnumber": .discNumber,
        "trackdurationms": .duration, "durationms": .duration, "duration": .length, "time": .length,
        "playlist": .playlistName,
        "playlistid": .playlistID, "playlisturi": .playlistID, "playlistname": .playlistName,
        "playlistdescription": .playlistSummary, "description": .playlistSummary, "ntracks": .playlistTotal,
        "pos": .position, "position": .position, "addedat": .addedAt,
    ]

    private static let featuresByName = Dictionary(
        uniqueKeysWithValues: AudioFeature.allCases.filter { $0 != .duration }.map { (key($0.name), $0) })
}
