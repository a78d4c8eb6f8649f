import Foundation

extension FakeSpotify {
    /// What it answers of one track.
    public func track(_ id: String) -> FakeResponse {
        guard let track = world.track(spotify: id) else { return Self.problem(404, "Resource not found") }
        return .json(object(track))
    }

    func album(_ id: String, _ request: FakeRequest) -> FakeResponse {
        guard let number = albumNumber(id) else { return Self.problem(404, "Resource not found") }
        return .json(album(number, isWhole: true))
    }

    func albumTracks(_ id: String, _ request: FakeRequest) -> FakeResponse {
        guard let number = albumNumber(id) else { return Self.problem(404, "Resource not found") }
        let tracks = albumMembers(number).map { simple($0) }
        return page(tracks, "albums/\(id)/tracks", request)
    }

    func audioFeatures(_ request: FakeRequest) -> FakeResponse {
        if options.isRestricted { return Self.problem(403, "Forbidden") }
        let ids = (request.value("ids") ?? "").split(separator: ",").map(String.init)
        let found: [Any] = ids.map { id in
            guard let track = world.track(spotify: id) else { return NSNull() }
            var features: [String: Any] = FakeReccoBeats.features(track)
            features["id"] = id
            features["type"] = "audio_features"
            features["duration_ms"] = track.duration
            features["time_signature"] = 4
            return features
        }
        return .json(["audio_features": found])
    }

    func audioAnalysis(_ id: String) -> FakeResponse {
        if options.isRestricted { return Self.problem(404, "Service not found") }
        return Self.problem(404, "analysis not found")
    }

    /// A page of a list, as every list comes.
    func page(_ all: [Any], _ path: String, _ request: FakeRequest, most: Int = 50) -> FakeResponse {
        let limit = min(max(request.number("limit") ?? 20, 1), most)
        return .json(page(all, path, offset: max(request.number("offset") ?? 0, 0), limit: limit))
    }

    func page(_ all: [Any], _ path: String, offset: Int, limit: Int) -> [String: Any] {
        let address = "https://api.spotify.com/v1/\(path)?offset="
        let end = min(offset + limit, all.count)
        return [
            "href": "\(address)\(offset)&limit=\(limit)", "limit": limit, "offset": offset,
            "total": all.count + options.unlisted,
            "items": offset < end ? Array(all[offset..<end]) : [],
            "next": end < all.count ? "\(address)\(end)&limit=\(limit)" : NSNull(), "previous": NSNull(),
        ]
    }

    /// A track with everything that the service says of it; what applications of 2026 do not get is left out.
    func object(_ track: FakeTrack) -> [String: Any] {
        var object = simple(track)
        object["album"] = album(track.number / 10, isWhole: false)
        object["external_ids"] = ["isrc": track.isrc]
        if !options.isRestricted { object["popularity"] = track.popularity }
        object["preview_url"] = options.preview(track).map { $0 as Any } ?? NSNull()
        return object
    }

    /// A track as an album lists it.
    func simple(_ track: FakeTrack) -> [String: Any] {
        [
            "id": track.spotify, "type": "track", "uri": "spotify:track:\(track.spotify)", "name": track.name,
            "href": "https://api.spotify.com/v1/tracks/\(track.spotify)", "duration_ms": track.duration,
            "explicit": track.number % 5 == 0, "is_local": false, "disc_number": 1,
            "track_number": track.number % 10 + 1, "artists": [artist(track.artist)],
        ]
    }

    private func artist(_ number: Int) -> [String: Any] {
        let id = FakeWorld.spotifyID(4, number)
        return ["id": id, "type": "artist", "uri": "spotify:artist:\(id)", "name": "Artist \(number)"]
    }

    func album(_ number: Int, isWhole: Bool) -> [String: Any] {
        let (id, members) = (FakeWorld.spotifyID(2, number), albumMembers(number))
        var album: [String: Any] = [
            "id": id, "type": "album", "uri": "spotify:album:\(id)", "name": "Album \(number)", "album_type": "album",
            "href": "https://api.spotify.com/v1/albums/\(id)", "total_tracks": members.count,
            "release_date": "\(1970 + number % 55)-03-01", "release_date_precision": "day",
            "artists": members.first.map { [artist($0.artist)] } ?? [],
        ]
        if isWhole {
            let tracks = members.map { simple($0) }
            album["tracks"] = page(tracks, "albums/\(id)/tracks", offset: 0, limit: options.tracksWithAlbum)
        }
        return album
    }

    private func albumMembers(_ number: Int) -> [FakeTrack] {
        let first = min(number * 10, world.tracks.count)
        return Array(world.tracks[first..<min(first + 10, world.tracks.count)])
    }

    private func albumNumber(_ id: String) -> Int? {
        (0..<(world.tracks.count + 9) / 10).first { FakeWorld.spotifyID(2, $0) == id }
    }
}
