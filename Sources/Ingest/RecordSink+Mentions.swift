internal import Catalog

extension RecordSink {
    /// Adds a track that an entry describes, and its place in a playlist.
    func add(_ mention: MentionRecord, in playlist: ExternalID, position: Int?, addedAt: Double? = nil) {
        let track = add(mention)
        add(.playlistEntry(PlaylistEntryRecord(playlist: playlist, track: track, position: position, addedAt: addedAt)))
    }

    /// Adds a track that a source describes and says what other records call it.
    ///
    /// With a Spotify id and a title it becomes a track where the catalog lacks it; everything else is only looked for.
    func add(_ mention: MentionRecord, album: String? = nil) -> ExternalID {
        guard let id = mention.ids.first(where: { $0.namespace == "spotify" }), let title = mention.title else {
            add(.mention(mention))
            return mention.handle
        }
        let isrc = mention.ids.first { $0.namespace == "isrc" }
        add(
            .track(
                TrackRecord(
                    ids: [id] + (isrc.map { [$0] } ?? []), name: title,
                    artists: mention.artist.map { ArtistCredit.artists(names: $0, ids: []) } ?? [],
                    album: album.map { AlbumRecord(name: $0) }, duration: mention.duration)))
        return id
    }
}
