internal import Catalog

extension TableRow {
    /// The track of a row.
    /// - Throws: `RowProblem` when anything in the row is wrong.
    func track() throws(RowProblem) -> TrackRecord {
        guard let id = try id(.trackID, .track) else {
            throw problem(.trackID, "is empty; every row needs a track's id")
        }
        let artists = try artists(.artists, ids: .artistIDs)
        let released = try released()
        let album = try album(released: released)
        return TrackRecord(
            ids: [id] + (try isrc()), name: try text(.trackName), artists: artists, album: album,
            released: album == nil ? released : nil, duration: try duration(),
            popularity: try integer(.popularity, in: 0...100), explicit: try flag(.explicit),
            trackNumber: try integer(.trackNumber, in: 1...100_000),
            discNumber: try integer(.discNumber, in: 1...100_000),
            genres: try text(.genres).map(genreLists.genres) ?? [])
    }

    /// The row's audio features; empty where it has none but perhaps a duration, which is no description of sound.
    func features() throws(RowProblem) -> AudioFeatures {
        var features = AudioFeatures()
        for (feature, index) in header.features { features[feature] = try value(of: feature, at: index) }
        if !features.isEmpty, let index = header[.duration] {
            features[.duration] = try value(of: .duration, at: index)
        }
        return features
    }

    /// The playlist that a row is about, or nil.
    func playlist() throws(RowProblem) -> PlaylistRecord? {
        guard let id = try id(.playlistID, .playlist) else { return nil }
        return PlaylistRecord(
            id: id, name: try text(.playlistName), summary: try text(.playlistSummary),
            total: try integer(.playlistTotal, in: 0...10_000_000))
    }

    /// The track's place in a playlist.
    func entry(of track: ExternalID, in playlist: ExternalID) throws(RowProblem) -> PlaylistEntryRecord {
        PlaylistEntryRecord(
            playlist: playlist, track: track, position: try integer(.position, in: 1...10_000_000).map { $0 - 1 },
            addedAt: try text(.addedAt).flatMap(Instant.seconds))
    }

    private func artists(_ names: TableColumn, ids: TableColumn?) throws(RowProblem) -> [ArtistRecord] {
        let ids = if let ids { try self.ids(ids, .artist) } else { [] as [ExternalID] }
        guard let names = try text(names) else { return [] }
        return ArtistCredit.artists(names: names, ids: ids)
    }

    private func album(released: ReleaseDate?) throws(RowProblem) -> AlbumRecord? {
        let (name, id) = (try text(.album), try id(.albumID, .album))
        guard name != nil || id != nil else { return nil }
        return AlbumRecord(name: name, id: id, released: released, artists: try artists(.albumArtists, ids: nil))
    }

    private func isrc() throws(RowProblem) -> [ExternalID] {
        guard let text = try text(.isrc) else { return [] }
        guard let code = ExternalID.canonicalISRC(text) else {
            throw problem(.isrc, "is no ISRC (12 letters and digits): \(shown(.isrc))")
        }
        return [.isrc(code)]
    }

    /// The date of release; `0000` is how sources write "unknown".
    private func released() throws(RowProblem) -> ReleaseDate? {
        guard let text = try text(.released), text != "0000" else { return nil }
        guard let date = ReleaseDate(inTable: text) else {
            throw problem(.released, "is no date (YYYY, YYYY-MM or YYYY-MM-DD): \(shown(.released))")
        }
        return date
    }

    func duration() throws(RowProblem) -> Int? {
        if let index = header[.duration] {
            return try value(of: .duration, at: index).map { Int($0.rounded()) }
        }
        guard let text = try text(.length) else { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { UInt16($0).map(Int.init) }
        guard (1...3).contains(parts.count), !parts.contains(nil) else {
            throw problem(.length, "is no length (minutes:seconds): \(shown(.length))")
        }
        let seconds = parts.reduce(0) { $0 * 60 + ($1 ?? 0) }
        return seconds > 0 && seconds <= 86_400 ? seconds * 1_000 : nil
    }
}

extension ReleaseDate {
    /// A date, also as a number of a year (`2012.0`) or with a time behind it; nil for anything else.
    init?(inTable text: String) {
        if let date = ReleaseDate(text) {
            self = date
            return
        }
        var day = text.prefix { $0 != "T" }
        if day.utf8.count == 6, day.hasSuffix(".0") { day.removeLast(2) }
        self.init(day)
    }
}
