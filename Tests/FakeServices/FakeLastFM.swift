import Foundation

extension FakeService {
    /// Last.fm: similar tracks by id or by artist and title; errors come with status 200.
    public static let lastFM = FakeService(setting: "SEGUE_LASTFM_URL", basePath: "/2.0") { world in
        { request in FakeLastFM(world: world).answer(request) }
    }
}

/// The answers of a fake Last.fm.
public struct FakeLastFM: Sendable {
    /// The one key that it accepts.
    public static let key = "0123456789abcdef0123456789abcdef"

    let world: FakeWorld

    /// Over a world.
    public init(world: FakeWorld) { self.world = world }

    /// An error as it words them, with status 200.
    public static func problem(_ code: Int, _ message: String) -> FakeResponse {
        .json(["error": code, "message": message, "links": [] as [String]])
    }

    /// Answers a request.
    public func answer(_ request: FakeRequest) -> FakeResponse {
        guard request.value("api_key") == Self.key else {
            return Self.problem(10, "Invalid API key - You must be granted a valid key by last.fm")
        }
        guard request.value("method") == "track.getSimilar" else { return Self.problem(3, "Invalid Method") }
        guard let seed = seed(request) else { return Self.problem(6, "Track not found") }
        let limit = min(max(request.number("limit") ?? 100, 0), 250)
        let tracks = (0..<limit).map { place -> [String: Any] in
            let track = world.tracks[(seed.number + 1 + place * 11) % world.tracks.count]
            return [
                "name": track.name, "playcount": 1_000 - place, "mbid": track.draw(400) < 0.3 ? "" : track.mbid,
                "match": 1 / Double(place + 1), "duration": track.duration / 1_000,
                "url": "https://www.last.fm/music/_/\(track.number)",
                "artist": ["name": track.artistName, "mbid": FakeWorld.uuid(3, track.artist)],
            ]
        }
        return .json([
            "similartracks": ["track": tracks, "@attr": ["artist": seed.artistName, "track": seed.name]]
                as [String: Any]
        ])
    }

    private func seed(_ request: FakeRequest) -> FakeTrack? {
        if let mbid = request.value("mbid") { return world.track(mbid: mbid) }
        guard let name = request.value("track"), let number = Int(name.drop { !$0.isNumber }),
            world.tracks.indices.contains(number), world.tracks[number].artistName == request.value("artist")
        else { return nil }
        return world.tracks[number]
    }
}
