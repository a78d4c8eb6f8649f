internal import Catalog

extension DemoWorld {
    /// A track's description and, unless it is one of the holes, its audio features.
    func records(ofTrack track: Int) -> [CatalogRecord] {
        let artist = roster.artist(ofTrack: track)
        let place = roster.place(ofTrack: track)
        let album = album(place.album, ofArtist: artist)
        var random = random(.track, track)
        let title = DemoNames.title(&random)
        var sound = sound(ofArtist: artist) + album.sound + DemoSound(deviation: 0.35, &random)
        // Last songs of an album tend to be calm.
        if place.number == place.total - 1 { sound.intensity -= 0.4 }
        let features = sound.features(in: style(ofArtist: artist), &random)
        let record = TrackRecord(
            ids: [Self.id("t", track)], name: title, artists: [artistRecord(artist)],
            album: AlbumRecord(
                name: "\(album.name) (demo)",
                id: Self.id("b", roster.tracks(ofArtist: artist).lowerBound + place.album),
                released: album.released, artists: [artistRecord(artist)], kind: place.total < 4 ? "single" : "album",
                totalTracks: place.total),
            duration: features[.duration].map { Int($0) }, popularity: popularity(ofTrack: track),
            explicit: random.chance(style(ofArtist: artist).speechiness), trackNumber: place.number + 1,
            discNumber: 1)
        return [.track(record)] + holed(features, ofTrack: track)
    }

    func artistRecord(_ artist: Int) -> ArtistRecord {
        let fame = roster.rank(ofArtist: artist)
        return ArtistRecord(
            name: DemoNames.artist(artist, seed: seed), id: Self.id("a", artist),
            genres: [style(ofArtist: artist).name], popularity: Int((95 * (1 - fame) / (1 + 6 * fame) + 3).rounded()))
    }

    static func id(_ kind: String, _ number: Int) -> ExternalID {
        ExternalID(namespace: "demo", value: "\(kind)\(number + 1)")
    }

    private struct Album {
        let name: String
        let released: ReleaseDate?
        let sound: DemoSound
    }

    private func album(_ number: Int, ofArtist artist: Int) -> Album {
        // An artist has at most four albums, so artists' albums never share a sequence.
        var random = random(.album, artist * 8 + number)
        let name = DemoNames.album(&random)
        let year = Int((yearOfDebut(ofArtist: artist) + 2.5 * Double(number) + random.uniform()).rounded())
        let clipped = min(max(year, 1_950), 2_025)
        let month = Self.twoDigits(1 + random.integer(below: 12))
        let date = "\(clipped)-\(month)-\(Self.twoDigits(1 + random.integer(below: 28)))"
        let precision = random.uniform()
        let released = precision < 0.02 ? nil : ReleaseDate(precision < 0.10 ? "\(clipped)" : date)
        return Album(name: name, released: released, sound: DemoSound(deviation: 0.3, &random))
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// Small holes, as real catalogs have them: no features at all for 2 % of tracks, single ones missing here and there.
    private func holed(_ features: AudioFeatures, ofTrack track: Int) -> [CatalogRecord] {
        var random = random(.holes, track)
        guard !random.chance(0.02) else { return [] }
        var features = features
        for (feature, share) in [(AudioFeature.timeSignature, 0.05), (.mode, 0.04), (.key, 0.03), (.tempo, 0.01)]
        where random.chance(share) {
            features[feature] = nil
        }
        return [.features(FeaturesRecord(track: Self.id("t", track), provider: "demo", features: features))]
    }
}
