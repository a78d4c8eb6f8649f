import Foundation
import Synchronization

extension FakeSpotify {
    func me(_ request: FakeRequest, _ path: [String]) -> FakeResponse {
        switch (request.method, path) {
        case ("GET", []):
            return .json([
                "id": Self.listener, "account_id": Self.accountID, "display_name": "The Listener", "type": "user",
            ])
        case ("GET", ["playlists"]): return page(playlists.map(summary), "users/\(Self.listener)/playlists", request)
        case ("POST", ["playlists"]): return create(request)
        case ("GET", ["tracks"]): return page(liked, "me/tracks", request)
        case ("GET", ["albums"]): return page(savedAlbums, "me/albums", request)
        case ("GET", ["top", "tracks"]): return page(topTracks(request), "me/top/tracks", request)
        case ("GET", ["player", "recently-played"]): return recentlyPlayed(request)
        case ("DELETE", ["library"]): return unfollow(request)
        default: return Self.problem(404, "Service not found")
        }
    }

    private var liked: [Any] {
        let numbers = state.withLock { $0.liked }
        return numbers.enumerated().map { place, number in
            ["added_at": Self.moment(numbers.count - place), "track": object(world.tracks[number])] as [String: Any]
        }
    }

    private var savedAlbums: [Any] {
        (0..<options.savedAlbums).map { number in
            ["added_at": Self.moment(1_000 - number), "album": album(number * 3 + 1, isWhole: true)] as [String: Any]
        }
    }

    /// Each span begins elsewhere; all share most tracks.
    private func topTracks(_ request: FakeRequest) -> [Any] {
        let first = ["short_term": 0, "medium_term": 10, "long_term": 20][request.value("time_range") ?? ""] ?? 10
        return world.tracks.dropFirst(first).prefix(options.topTracks).map(object)
    }

    /// One play an hour, newest first, in pages that begin before a moment in milliseconds.
    private func recentlyPlayed(_ request: FakeRequest) -> FakeResponse {
        let plays = state.withLock { $0.plays }
        let before = Double(request.number("before") ?? .max) / 1_000
        let due = (0..<plays).reversed().filter { Self.second($0) < before }
        let items = due.prefix(50).map { number in
            [
                "played_at": Self.moment(number), "track": object(world.tracks[number * 3 % world.tracks.count]),
                "context": NSNull(),
            ] as [String: Any]
        }
        let oldest = due.prefix(50).last.map { "\(Int(Self.second($0)) * 1_000)" } ?? "0"
        let href = "https://api.spotify.com/v1/me/player/recently-played?limit=50"
        return .json([
            "items": items, "limit": 50, "next": due.count > 50 ? "\(href)&before=\(oldest)" as Any : NSNull(),
            "cursors": ["after": "2", "before": oldest], "href": href,
        ])
    }

    private static func second(_ number: Int) -> Double { 1_700_000_000 + Double(number) * 3_600 }

    /// A moment that belongs to a number, in the form of the service.
    private static func moment(_ number: Int) -> String {
        Date(timeIntervalSince1970: second(number)).formatted(.iso8601)
    }

    // MARK: Playlists

    private func find(_ id: String) -> FakePlaylist? { playlists.first { $0.id == id } }

    private func summary(_ playlist: FakePlaylist) -> [String: Any] {
        let owner = playlist.isOwn ? Self.listener : "somebody"
        let items: [String: Any] = [
            "href": "https://api.spotify.com/v1/playlists/\(playlist.id)/items", "total": playlist.entries.count,
        ]
        return [
            "id": playlist.id, "type": "playlist", "uri": "spotify:playlist:\(playlist.id)", "name": playlist.name,
            "description": "", "collaborative": false, "public": false, "snapshot_id": playlist.snapshot,
            "owner": ["id": owner, "display_name": "The \(owner)", "type": "user"] as [String: Any],
            playlist.isOldShape ? "tracks" : "items": items,
        ]
    }

    func playlist(_ id: String, _ caller: Caller) -> FakeResponse {
        guard let playlist = find(id) else { return Self.problem(404, "Resource not found") }
        return .json(summary(playlist))
    }

    func items(_ id: String, _ request: FakeRequest, _ caller: Caller) -> FakeResponse {
        guard let playlist = find(id) else { return Self.problem(404, "Resource not found") }
        guard playlist.isOwn, caller == .listener else { return Self.problem(403, "Forbidden") }
        if request.method != "GET" { return change(playlist.number, request) }
        let entries = playlist.entries.enumerated().map { entry($1, at: $0, of: playlist) }
        return page(entries, "playlists/\(id)/items", request)
    }

    private func entry(_ entry: FakePlaylist.Entry, at place: Int, of playlist: FakePlaylist) -> Any {
        var content: Any = NSNull()
        switch entry {
        case .track(let number): content = object(world.tracks[number])
        case .episode:
            let id = FakeWorld.spotifyID(5, place)
            content = ["id": id, "type": "episode", "name": "Episode", "uri": "spotify:episode:\(id)"]
        case .local:
            content =
                [
                    "id": NSNull(), "type": "track", "is_local": true, "name": "Tape",
                    "uri": "spotify:local:a:b:Tape:1",
                    "artists": [["name": "Me", "id": NSNull()] as [String: Any]],
                ] as [String: Any]
        case .empty: break
        }
        return [
            "added_at": Self.moment(place), "added_by": ["id": Self.listener, "type": "user"],
            "is_local": entry == .local, playlist.isOldShape ? "track" : "item": content,
        ]
    }

    private func create(_ request: FakeRequest) -> FakeResponse {
        let body = (try? JSONSerialization.jsonObject(with: request.body)) as? [String: Any] ?? [:]
        guard let name = body["name"] as? String, !name.isEmpty else { return Self.problem(400, "Missing name") }
        let playlist = state.withLock { state in
            let number = state.playlists.count
            state.playlists.append(FakePlaylist(id: FakeWorld.spotifyID(3, number), number: number, name: name))
            return state.playlists[number]
        }
        return .json(summary(playlist), status: 201)
    }

    private func change(_ number: Int, _ request: FakeRequest) -> FakeResponse {
        let body = (try? JSONSerialization.jsonObject(with: request.body)) as? [String: Any] ?? [:]
        let items = body["items"] as? [[String: Any]]
        let uris = (body["uris"] as? [String]) ?? items?.compactMap { $0["uri"] as? String } ?? []
        guard uris.count <= 100 else { return Self.problem(400, "You can add a maximum of 100 items per request.") }
        let tracks = uris.compactMap { world.track(spotify: String($0.split(separator: ":").last ?? ""))?.number }
        let (method, position) = (request.method, body["position"] as? Int)
        changePlaylist(number) { entries in
            switch method {
            case "PUT": entries = tracks.map { .track($0) }
            case "DELETE":
                entries.removeAll { if case .track(let track) = $0 { tracks.contains(track) } else { false } }
            default:
                entries.insert(contentsOf: tracks.map { .track($0) }, at: min(position ?? entries.count, entries.count))
            }
        }
        return .json(["snapshot_id": playlists[number].snapshot], status: method == "POST" ? 201 : 200)
    }

    private func unfollow(_ request: FakeRequest) -> FakeResponse {
        let ids = (request.value("uris") ?? "").split(separator: ",").compactMap { $0.split(separator: ":").last }
        state.withLock { state in
            for index in state.playlists.indices where ids.contains(Substring(state.playlists[index].id)) {
                state.playlists[index].name = ""
            }
        }
        return FakeResponse(status: 200)
    }
}
