import Foundation

extension FakeService {
    /// MusicBrainz: knows nine ISRCs of ten, some with a second recording; 403 without a meaningful `User-Agent`.
    public static let musicBrainz = FakeService(setting: "SEGUE_MUSICBRAINZ_URL", basePath: "/ws/2") { world in
        { request in FakeMusicBrainz(world: world).answer(request) }
    }
}

/// The answers of a fake MusicBrainz.
public struct FakeMusicBrainz: Sendable {
    let world: FakeWorld

    /// Over a world.
    public init(world: FakeWorld) { self.world = world }

    /// Whether it has recordings of a track.
    public static func knows(_ track: FakeTrack) -> Bool { track.draw(200) < 0.9 }

    /// What it says to callers that ask too often.
    public static var rateLimited: FakeResponse {
        .json(
            [
                "error": "Your requests are exceeding the allowable rate limit. Please see "
                    + "http://wiki.musicbrainz.org/XMLWebService for more information.",
                "help": "For usage, please see",
            ], status: 503, headers: ["Retry-After": "1", "X-RateLimit-Zone": "ws 1.2.3.4"])
    }

    /// What it says while it sheds load.
    public static var busy: FakeResponse {
        .json(
            ["error": "The MusicBrainz web server is currently busy. Please try again later."], status: 503,
            headers: ["X-RateLimit-Zone": "search-global", "X-RateLimit-Who": "search-shed"])
    }

    /// Answers a request.
    public func answer(_ request: FakeRequest) -> FakeResponse {
        guard request.headers["user-agent"]?.contains("(") == true else {
            return .json(["error": "Please identify yourself"], status: 403)
        }
        let parts = request.segments
        guard parts.count == 4, parts[0] == "ws" else { return Self.missing }
        switch parts[2] {
        case "isrc": return isrc(parts[3])
        case "recording": return recording(parts[3])
        default: return Self.missing
        }
    }

    private func isrc(_ isrc: String) -> FakeResponse {
        guard isrc.count == 12 else { return .json(["error": "Invalid ISRC."], status: 400) }
        guard let track = world.track(isrc: isrc), Self.knows(track) else { return Self.missing }
        var recordings = [Self.entry(track)]
        // A second recording, of another length, listed first.
        if track.draw(201) < 0.2 {
            var other = Self.entry(track)
            other["id"] = FakeWorld.uuid(9, track.number)
            other["title"] = "\(track.name) (live)"
            other["length"] = track.duration + 45_000
            recordings.insert(other, at: 0)
        }
        return .json(["isrc": isrc, "recordings": recordings])
    }

    private func recording(_ mbid: String) -> FakeResponse {
        guard let track = world.track(mbid: mbid), Self.knows(track) else { return Self.missing }
        return .json(Self.entry(track))
    }

    private static func entry(_ track: FakeTrack) -> [String: Any] {
        let artist: [String: Any] = [
            "id": FakeWorld.uuid(3, track.artist), "name": track.artistName, "sort-name": track.artistName,
            "disambiguation": "",
        ]
        return [
            "id": track.mbid, "title": track.name, "length": track.duration, "video": false, "disambiguation": "",
            "first-release-date": "\(track.year)-01-01", "isrcs": [track.isrc],
            "artist-credit": [["name": track.artistName, "joinphrase": "", "artist": artist] as [String: Any]],
            "tags": [["name": "Pop", "count": 3], ["name": "disputed", "count": 0]] as [[String: Any]],
        ]
    }

    private static var missing: FakeResponse {
        .json(["error": "Not Found", "help": "For usage, please see: https://musicbrainz.org/doc"], status: 404)
    }
}
