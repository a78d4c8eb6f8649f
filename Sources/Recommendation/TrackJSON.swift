public import Catalog
internal import JSONText

/// How a track looks in every answer: `{"id", "url", "name", "artists", "artist_ids", "album", "year", "duration_ms",
/// "popularity"}`; the ids of the artists stand in the order of their names.
public enum TrackJSON {
    /// Appends a track's JSON object.
    public static func append(_ track: CatalogTrack, to bytes: inout [UInt8]) {
        JSONBytes.append(raw: #"{"id":"#, to: &bytes)
        JSONBytes.append(publicID(track), to: &bytes)
        JSONBytes.append(raw: #","url":"#, to: &bytes)
        JSONBytes.append(url(track), to: &bytes)
        JSONBytes.append(raw: #","name":"#, to: &bytes)
        JSONBytes.append(track.name, to: &bytes)
        JSONBytes.append(raw: #","artists":"#, to: &bytes)
        JSONBytes.appendArray(track.artists, to: &bytes) { JSONBytes.append($0.name, to: &$1) }
        JSONBytes.append(raw: #","artist_ids":"#, to: &bytes)
        JSONBytes.appendArray(track.artists, to: &bytes) { JSONBytes.append(ArtistJSON.publicID($0), to: &$1) }
        JSONBytes.append(raw: #","album":"#, to: &bytes)
        JSONBytes.append(track.album, to: &bytes)
        JSONBytes.append(raw: #","year":"#, to: &bytes)
        JSONBytes.append(track.year, to: &bytes)
        JSONBytes.append(raw: #","duration_ms":"#, to: &bytes)
        JSONBytes.append(duration(track), to: &bytes)
        JSONBytes.append(raw: #","popularity":"#, to: &bytes)
        JSONBytes.append(track.popularity, to: &bytes)
        bytes.append(125)
    }

    /// The id under which callers know a track, and which they may give back as a seed: the Spotify id where there is
    /// one, else `namespace:value` of its first external id, else `segue:` and the internal id.
    public static func publicID(_ track: CatalogTrack) -> String {
        let id = track.externalIDs.first { $0.namespace == "spotify" } ?? track.externalIDs.first
        return id?.description ?? "segue:\(track.id.rawValue)"
    }

    private static func url(_ track: CatalogTrack) -> String? {
        track.externalIDs.first { $0.namespace == "spotify" }.map { "https://open.spotify.com/track/\($0.value)" }
    }

    private static func duration(_ track: CatalogTrack) -> Int? {
        track.duration ?? track.features[.duration].map { Int($0) }
    }
}
