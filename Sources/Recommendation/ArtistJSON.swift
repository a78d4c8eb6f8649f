public import Catalog
internal import JSONText

/// How an artist looks in every answer: `{"id", "url", "name"}`.
public enum ArtistJSON {
    /// Appends an artist's JSON object.
    public static func append(_ artist: CreditedArtist, to bytes: inout [UInt8]) {
        JSONBytes.append(raw: #"{"id":"#, to: &bytes)
        JSONBytes.append(publicID(artist), to: &bytes)
        JSONBytes.append(raw: #","url":"#, to: &bytes)
        JSONBytes.append(url(artist), to: &bytes)
        JSONBytes.append(raw: #","name":"#, to: &bytes)
        JSONBytes.append(artist.name, to: &bytes)
        bytes.append(125)
    }

    /// The reference under which callers know an artist, and which they may give back as a seed.
    public static func publicID(_ artist: CreditedArtist) -> String {
        let id = artist.publicID ?? ExternalID(namespace: "segue", value: "\(artist.id.rawValue)")
        return EntityReference(kind: .artist, id: id).description
    }

    private static func url(_ artist: CreditedArtist) -> String? {
        guard let id = artist.publicID, id.namespace == "spotify" else { return nil }
        return "https://open.spotify.com/artist/\(id.value)"
    }
}
