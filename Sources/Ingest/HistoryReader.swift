internal import Catalog
internal import JSONText

/// Reads what somebody heard: Spotify's streaming history, short and extended, and ListenBrainz's listens.
struct HistoryReader {
    let sink: RecordSink

    /// Heard for less than this, a track was not heard: Spotify itself counts a play from here on. In milliseconds.
    static let leastHeard = 30_000

    /// Whether an object is something that was heard.
    static func accepts(_ value: JSONValue) -> Bool {
        value["ms_played"] != nil || value["msPlayed"] != nil || value["track_metadata"] != nil
    }

    /// Whether an object wraps listens: the answer of the API, or what is submitted to it.
    static func listens(in value: JSONValue) -> [JSONValue]? {
        value["payload"]?["listens"]?.array ?? (value["listen_type"] != nil ? value["payload"]?.array : nil)
            ?? value["listens"]?.array
    }

    func read(_ value: JSONValue, at place: DocumentPlace) {
        if value["track_metadata"] != nil {
            listen(value, at: place)
        } else if value["ms_played"] != nil {
            stream(value, at: place)
        } else {
            briefStream(value, at: place)
        }
    }

    /// One row of the extended history; its moment is when the play ended.
    private func stream(_ value: JSONValue, at place: DocumentPlace) {
        sink.countRow()
        guard let moment = value["ts"]?.string.flatMap(Instant.seconds) else {
            return refuse("the play has no moment (ts)", place)
        }
        let title = SpotifyReader.text(value["master_metadata_track_name"])
        let uri = value["spotify_track_uri"]?.string
        if uri == nil, title == nil { return skip(Self.otherThanMusic(value), place) }
        let id = uri.flatMap(FileLocation.spotifyTrack)
        let mention = MentionRecord(
            ids: id.map { [$0] } ?? [], title: title,
            artist: SpotifyReader.text(value["master_metadata_album_artist_name"]), line: place.line)
        let heard = Self.milliseconds(value["ms_played"])
        let reason = value["reason_end"]?.string
        add(
            mention, album: SpotifyReader.text(value["master_metadata_album_album_name"]),
            PlayRecord(
                track: mention.handle, source: "spotify", playedAt: moment,
                kind: Self.kind(heard: heard, reason: reason, skipped: value["skipped"]?.bool), heard: heard,
                reason: reason.flatMap { $0.isEmpty ? nil : $0 }, offline: value["offline"]?.bool))
    }

    /// One row of the history of the last year, which knows tracks by name alone and moments to the minute, in UTC.
    private func briefStream(_ value: JSONValue, at place: DocumentPlace) {
        sink.countRow()
        if value["podcastName"] != nil { return skip("an episode of a podcast", place) }
        guard let text = value["endTime"]?.string,
            let moment = Instant.seconds(text.replacing(" ", with: "T") + ":00Z")
        else { return refuse("the play has no moment (endTime)", place) }
        guard let title = SpotifyReader.text(value["trackName"]), let artist = SpotifyReader.text(value["artistName"])
        else { return refuse("the play has no track or artist", place) }
        let heard = Self.milliseconds(value["msPlayed"])
        let mention = MentionRecord(title: title, artist: artist, line: place.line)
        add(
            mention, album: nil,
            PlayRecord(
                track: mention.handle, source: "spotify", playedAt: moment,
                kind: Self.kind(heard: heard, reason: nil, skipped: nil), heard: heard))
    }

    private func listen(_ value: JSONValue, at place: DocumentPlace) {
        sink.countRow()
        guard let metadata = value["track_metadata"] else { return refuse("the listen has no track_metadata", place) }
        guard let moment = value["listened_at"]?.number, moment > 0, moment < 1e11 else {
            if value["playing_now"]?.bool == true || value["listened_at"] == nil {
                return skip("what is playing now, which is no listen yet", place)
            }
            return refuse("the listen's moment (listened_at) is no time since 1970", place)
        }
        let more = metadata["additional_info"]
        let mention = MentionRecord(
            ids: Self.ids(metadata, more), title: SpotifyReader.text(metadata["track_name"]),
            artist: SpotifyReader.text(metadata["artist_name"]), duration: Self.duration(more), line: place.line)
        guard mention.title != nil || !mention.ids.isEmpty else { return refuse("the listen names no track", place) }
        add(
            mention, album: SpotifyReader.text(metadata["release_name"]),
            PlayRecord(track: mention.handle, source: "listenbrainz", playedAt: moment, kind: .played))
    }

    private func add(_ mention: MentionRecord, album: String?, _ play: PlayRecord) {
        var play = play
        play.track = sink.add(mention, album: album)
        sink.add(.play(play))
    }

    private static func kind(heard: Int?, reason: String?, skipped: Bool?) -> PlayRecord.Kind {
        if reason == "trackdone" { return .played }
        if skipped == true || reason == "fwdbtn" && (heard ?? 0) < leastHeard { return .skipped }
        return (heard ?? 0) < leastHeard ? .skipped : .played
    }

    private static func milliseconds(_ value: JSONValue?) -> Int? {
        value?.number.flatMap { $0 >= 0 && $0 <= 864_000_000 ? Int($0) : nil }
    }

    private static func ids(_ metadata: JSONValue, _ more: JSONValue?) -> [ExternalID] {
        var ids: [ExternalID] = []
        let spotify = more?["spotify_id"]?.string ?? more?["origin_url"]?.string
        if let id = spotify.flatMap(FileLocation.spotifyTrack) { ids.append(id) }
        let recordings = [more?["recording_mbid"], metadata["mbid_mapping"]?["recording_mbid"]]
        for recording in recordings.compactMap({ $0?.string?.lowercased() }) where FileLocation.isUUID(recording) {
            let id = ExternalID(namespace: "mbid", value: recording)
            if !ids.contains(id) { ids.append(id) }
        }
        if let code = more?["isrc"]?.string.flatMap({ ExternalID.canonicalISRC($0) }) { ids.append(.isrc(code)) }
        return ids
    }

    private static func duration(_ more: JSONValue?) -> Int? {
        let milliseconds = more?["duration_ms"]?.number ?? more?["duration"]?.number.map { $0 * 1_000 }
        return milliseconds.flatMap { $0 >= 1 && $0 <= 86_400_000 ? Int($0) : nil }
    }

    private static func otherThanMusic(_ value: JSONValue) -> String {
        if value["episode_name"] != nil || value["spotify_episode_uri"] != nil { return "an episode of a podcast" }
        if value["audiobook_uri"] != nil || value["audiobook_title"] != nil { return "a chapter of an audiobook" }
        return "a play without a track"
    }

    private func skip(_ what: String, _ place: DocumentPlace) {
        sink.reportForeign(
            line: place.line, field: place.path.isEmpty ? nil : place.path,
            reason: "recognised as \(what), which has nothing to import")
    }

    private func refuse(_ reason: String, _ place: DocumentPlace) {
        sink.reportBad(line: place.line, field: place.path.isEmpty ? nil : place.path, reason: reason)
    }
}
