internal import Catalog
internal import JSONText

extension SpotifyReader {
    /// Reads one page of a list; what it is a page of is known beforehand, or is in its address and its elements.
    func page(_ value: JSONValue, at place: DocumentPlace, playlist: ExternalID? = nil) {
        let address = value["href"]?.string ?? ""
        let elements = value["items"]?.array ?? []
        let playlist = playlist ?? owner(.playlist, at: place) ?? Self.id(after: "playlists", in: address)
        if let playlist, place.path.isEmpty, elements.allSatisfy(isEntry) || elements.isEmpty {
            sink.countRow()
            sink.add(.playlist(PlaylistRecord(id: playlist, total: Self.total(value))))
        }
        let album = (owner(.album, at: place) ?? Self.id(after: "albums", in: address)).map { AlbumRecord(id: $0) }
        let first = Self.offset(value, address)
        let place = place.member("items")
        for (index, element) in elements.enumerated() {
            pageElement(element, album: album, playlist: playlist, position: first + index, at: place.element(index))
        }
        if elements.isEmpty, playlist == nil { skip("an empty list", place) }
    }

    /// Whose page a whole document is; lists within it say that themselves.
    private func owner(_ kind: EntityReference.Kind, at place: DocumentPlace) -> ExternalID? {
        owner.flatMap { place.path.isEmpty && $0.kind == kind ? $0.id : nil }
    }

    private func pageElement(
        _ element: JSONValue, album: AlbumRecord?, playlist: ExternalID?, position: Int, at place: DocumentPlace
    ) {
        if isEntry(element) {
            entry(element, playlist: playlist, position: position, at: place)
        } else if let kind = kind(of: element) {
            if kind == "track" { track(element, on: album, at: place) } else { item(element, kind, at: place) }
        } else {
            skip(element.isObject ? "an element of unknown kind" : "an empty element", place)
        }
    }

    /// Reads an element of a playlist, of the listener's library, or of the history of plays.
    func entry(_ value: JSONValue, playlist: ExternalID?, position: Int?, at place: DocumentPlace) {
        if let album = value["album"], value["track"] == nil { return self.album(album, at: place.member("album")) }
        guard let content = value["item"] ?? value["track"], content.isObject else {
            let other = ["episode", "show", "audiobook"].first { value[$0] != nil }
            return skip(other.map(Self.withArticle) ?? "an entry without a track", place)
        }
        if value["is_local"]?.bool == true { return skip("a local file", place) }
        guard let track = self.content(content, at: place) else { return }
        let added = value["added_at"]?.string.flatMap(Instant.seconds)
        if let playlist {
            sink.add(
                .playlistEntry(
                    PlaylistEntryRecord(playlist: playlist, track: track, position: position, addedAt: added)))
        } else if value["added_at"] != nil, value["added_by"] == nil {
            sink.add(.savedTrack(SavedTrackRecord(track: track, savedAt: added)))
        } else if let played = value["played_at"]?.string.flatMap(Instant.seconds) {
            // Whole seconds, as the service's own exports have them: a play that stands in both is one.
            sink.add(
                .play(
                    PlayRecord(track: track, source: Self.provider, playedAt: played.rounded(.down), kind: .played)))
        }
    }

    /// Imports what an entry or a player holds, and says which track that is.
    @discardableResult
    func content(_ value: JSONValue, at place: DocumentPlace) -> ExternalID? {
        let kind = value["type"]?.string ?? "track"
        guard kind == "track" else {
            skip(Self.withArticle(kind), place)
            return nil
        }
        return track(value, at: place)
    }

    /// Reads a playlist with the entries that it brings along.
    func playlist(_ value: JSONValue, at place: DocumentPlace) {
        sink.countRow()
        guard let id = Self.id(value) else { return refuse("the playlist has no Spotify id", place) }
        let (name, entries) =
            value["items"]?.isObject == true ? ("items", value["items"]) : ("tracks", value["tracks"])
        let owner = value["owner"]?["display_name"]?.string ?? value["owner"]?["id"]?.string
        sink.add(
            .playlist(
                PlaylistRecord(
                    id: id, name: Self.text(value["name"]), summary: Self.text(value["description"]),
                    snapshot: value["snapshot_id"]?.string, owner: owner, total: entries.flatMap(Self.total))))
        if let entries, entries["items"]?.array?.isEmpty == false {
            page(entries, at: place.member(name), playlist: id)
        }
    }

    private static func total(_ page: JSONValue) -> Int? {
        page["total"]?.integer.flatMap { $0 >= 0 ? $0 : nil }
    }

    /// The first element's place in the whole list.
    private static func offset(_ page: JSONValue, _ address: String) -> Int {
        if let offset = page["offset"]?.integer { return min(max(offset, 0), maximumOffset) }
        let query = address.split(separator: "?").dropFirst().joined(separator: "&")
        let pair = query.split(separator: "&").first { $0.hasPrefix("offset=") }
        return min(max(pair.flatMap { Int($0.dropFirst(7)) } ?? 0, 0), maximumOffset)
    }

    private static let maximumOffset = 100_000_000

    /// The id behind a word in the path of an address of the Web API.
    private static func id(after word: String, in address: String) -> ExternalID? {
        let path = address.prefix { $0 != "?" }.split(separator: "/")
        guard let index = path.firstIndex(of: Substring(word)), index + 1 < path.endIndex,
            ExternalID.isSpotifyID(path[index + 1])
        else { return nil }
        return .spotify(String(path[index + 1]))
    }
}
