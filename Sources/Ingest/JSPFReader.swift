internal import Catalog
internal import JSONText

/// Reads JSPF (XSPF in JSON), as ListenBrainz and others give playlists.
struct JSPFReader {
    let file: String
    let sink: RecordSink

    /// Whether an object is a playlist of that format.
    static func accepts(_ value: JSONValue) -> Bool { value["playlist"]?["track"]?.array != nil }

    func read(_ document: JSONValue, at place: DocumentPlace) {
        guard let playlist = document["playlist"], let tracks = playlist["track"]?.array else { return }
        let location = FileLocation(file)
        let id = Self.texts(playlist["identifier"]).lazy.compactMap(Self.playlist).first ?? location.playlist()
        sink.countRow()
        sink.add(
            .playlist(
                PlaylistRecord(
                    id: id, name: SpotifyReader.text(playlist["title"]) ?? location.playlistName,
                    summary: SpotifyReader.text(playlist["annotation"]), owner: SpotifyReader.text(playlist["creator"]),
                    total: tracks.count)))
        let place = place.member("playlist").member("track")
        for (position, track) in tracks.enumerated() {
            entry(track, in: id, position, location, at: place.element(position))
        }
    }

    private func entry(
        _ value: JSONValue, in playlist: ExternalID, _ position: Int, _ location: FileLocation, at place: DocumentPlace
    ) {
        sink.countRow()
        let addresses = Self.texts(value["identifier"]) + Self.texts(value["location"])
        var ids: [ExternalID] = []
        for id in addresses.compactMap({ Self.track($0, location) }) where !ids.contains(id) { ids.append(id) }
        // ISRCs are the least exact.
        ids = ids.filter { $0.namespace != "isrc" } + ids.filter { $0.namespace == "isrc" }
        let mention = MentionRecord(
            ids: ids, title: SpotifyReader.text(value["title"]), artist: SpotifyReader.text(value["creator"]),
            duration: value["duration"]?.number.flatMap { $0 >= 1 && $0 <= 86_400_000 ? Int($0) : nil },
            line: place.line)
        guard mention.title != nil || !ids.isEmpty else {
            return sink.reportBad(
                line: place.line, field: place.path, reason: "the entry has neither a title nor an id")
        }
        sink.add(mention, in: playlist, position: position)
    }

    private static func track(_ address: String, _ location: FileLocation) -> ExternalID? {
        if let range = address.lowercased().firstRange(of: "isrc:"), range.lowerBound == address.lowercased().startIndex
        {
            return ExternalID.canonicalISRC(address.dropFirst(5)).map { .isrc($0) }
        }
        return location.track(address)
    }

    /// The playlist behind an address of Spotify or ListenBrainz.
    private static func playlist(_ address: String) -> ExternalID? {
        if let reference = try? EntityReference(parsing: address), reference.kind == .playlist { return reference.id }
        guard let range = address.firstRange(of: "listenbrainz.org/playlist/") else { return nil }
        let id = address[range.upperBound...].prefix(36).lowercased()
        return FileLocation.isUUID(id) ? ExternalID(namespace: "listenbrainz", value: id) : nil
    }

    /// A text, or the texts of a list.
    private static func texts(_ value: JSONValue?) -> [String] {
        value?.string.map { [$0] } ?? value?.array?.compactMap(\.string) ?? []
    }
}
