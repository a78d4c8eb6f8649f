internal import Catalog
internal import JSONText

extension SpotifyReader {
    /// Reads a track, full or as an album lists it.
    /// - Returns: Its id, or nil when it was not imported.
    @discardableResult
    func track(_ value: JSONValue, on album: AlbumRecord? = nil, at place: DocumentPlace) -> ExternalID? {
        guard value["is_local"]?.bool != true else {
            skip("a local file", place)
            return nil
        }
        sink.countRow()
        guard let id = Self.id(value) else {
            refuse("the track has no Spotify id", place)
            return nil
        }
        let popularity = value["popularity"]?.number
        guard popularity.map({ (0...100).contains($0) }) ?? true else {
            refuse("the track's popularity is outside 0 to 100", place)
            return nil
        }
        let isrc = (value["external_ids"]?["isrc"]?.string).flatMap { ExternalID.canonicalISRC($0) }
        var record = TrackRecord(ids: [id] + (isrc.map { [.isrc($0)] } ?? []), name: Self.text(value["name"]))
        record.artists = Self.artists(value["artists"])
        record.album = value["album"].flatMap(Self.albumRecord) ?? album
        record.duration = Self.positive(value["duration_ms"], upTo: 86_400_000)
        record.popularity = popularity.map { Int($0) }
        record.explicit = value["explicit"]?.bool
        record.trackNumber = Self.positive(value["track_number"], upTo: 100_000)
        record.discNumber = Self.positive(value["disc_number"], upTo: 100_000)
        sink.add(.track(record))
        return id
    }

    /// Reads an album with the tracks that it brings along.
    func album(_ value: JSONValue, at place: DocumentPlace) {
        sink.countRow()
        guard let record = Self.albumRecord(value), record.id != nil else {
            return refuse("the album has no Spotify id", place)
        }
        sink.add(.album(record))
        let list = value["tracks"]?["items"]?.array ?? value["tracks"]?.array ?? []
        let place = place.member("tracks.items")
        for (index, element) in list.enumerated() {
            if element.isObject {
                track(element, on: record, at: place.element(index))
            } else {
                skip("an empty element", place.element(index))
            }
        }
    }

    /// Reads an artist.
    func artist(_ value: JSONValue, at place: DocumentPlace) {
        sink.countRow()
        guard let record = Self.artistRecord(value), record.id != nil else {
            return refuse("the artist has no Spotify id or no name", place)
        }
        sink.add(.artist(record))
    }

    /// Reads audio features of a track.
    func features(_ value: JSONValue, at place: DocumentPlace) {
        sink.countRow()
        guard let id = Self.id(value) else { return refuse("the audio features have no Spotify id of a track", place) }
        var features = AudioFeatures()
        for feature in AudioFeature.allCases {
            guard let number = value[feature.name] else { continue }
            guard let number = number.number else { return refuse("\(feature.name) is not a number", place) }
            let value = Float(number)
            if feature.isUndetected(value) { continue }
            guard feature.range.contains(value) else {
                let range = feature.range
                return refuse("\(feature.name) is outside \(range.lowerBound) to \(range.upperBound): \(value)", place)
            }
            features[feature] = value
        }
        guard !features.isEmpty else { return refuse("the audio features hold no value", place) }
        sink.add(.features(FeaturesRecord(track: id, provider: Self.provider, features: features)))
    }

    /// The Spotify id of an object, or nil.
    static func id(_ value: JSONValue) -> ExternalID? {
        value["id"]?.string.flatMap { ExternalID.isSpotifyID($0) ? .spotify($0) : nil }
    }

    /// The text of a string that is not blank.
    static func text(_ value: JSONValue?) -> String? {
        value?.string.map(\.trimmingSpaces).flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func positive(_ value: JSONValue?, upTo limit: Double) -> Int? {
        value?.number.flatMap { $0 >= 1 && $0 <= limit ? Int($0) : nil }
    }

    private static func artists(_ value: JSONValue?) -> [ArtistRecord] {
        (value?.array ?? []).compactMap(artistRecord)
    }

    private static func artistRecord(_ value: JSONValue) -> ArtistRecord? {
        guard let name = text(value["name"]) else { return nil }
        var genres: [String] = []
        for genre in (value["genres"]?.array ?? []).compactMap({ text($0)?.lowercased() }) where !genres.contains(genre)
        {
            genres.append(genre)
        }
        let popularity = value["popularity"]?.integer.flatMap { (0...100).contains($0) ? $0 : nil }
        return ArtistRecord(name: name, id: id(value), genres: genres, popularity: popularity)
    }

    /// The album that an object describes; nil when that is neither an id nor a name.
    private static func albumRecord(_ value: JSONValue) -> AlbumRecord? {
        let (id, name) = (id(value), text(value["name"]))
        guard id != nil || name != nil else { return nil }
        let kind = value["album_type"]?.string.map { $0.lowercased() }
        return AlbumRecord(
            name: name, id: id, released: released(value["release_date"]), artists: artists(value["artists"]),
            kind: kind.flatMap { ["album", "single", "compilation"].contains($0) ? $0 : nil },
            totalTracks: positive(value["total_tracks"] ?? value["tracks"]?["total"], upTo: 100_000))
    }

    /// A date as text, or as an object of year, month and day, which the Web API gave long ago.
    private static func released(_ value: JSONValue?) -> ReleaseDate? {
        if let text = value?.string { return ReleaseDate(text) }
        let parts = ["year", "month", "day"].map { value?[$0]?.integer }.prefix { $0 != nil }.compactMap(\.self)
        guard !parts.isEmpty else { return nil }
        return ReleaseDate(parts.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: "-"))
    }
}
