import Foundation

extension FakeService {
    /// ReccoBeats: knows four tracks of five, answers in an order of its own, and drops what is past the fortieth.
    public static let reccoBeats = FakeService(setting: "SEGUE_RECCOBEATS_URL", basePath: "/v1") { world in
        { request in
            switch request.segments {
            case ["v1", "audio-features"]: FakeReccoBeats(world: world).audioFeatures(request)
            default: FakeReccoBeats.problem(404, code: 4042, "Path not found")
            }
        }
    }
}

/// The answers of a fake ReccoBeats.
public struct FakeReccoBeats: Sendable {
    let world: FakeWorld

    /// Over a world.
    public init(world: FakeWorld) { self.world = world }

    /// Whether it has features of a track.
    public static func knows(_ track: FakeTrack) -> Bool { track.draw(100) < 0.8 }

    /// The features of a track, as Spotify would have them.
    public static func features(_ track: FakeTrack) -> [String: Double] {
        let names = [
            "acousticness", "danceability", "energy", "instrumentalness", "liveness", "speechiness", "valence",
        ]
        var features = Dictionary(
            uniqueKeysWithValues: names.enumerated().map { ($1, rounded(track.draw(UInt64(110 + $0)))) })
        features["key"] = track.draw(120) < 0.02 ? -1 : Double(Int(track.draw(121) * 12))
        features["loudness"] = rounded(-3 - track.draw(122) * 20)
        features["mode"] = track.draw(123) < 0.6 ? 1 : 0
        features["tempo"] = rounded(60 + track.draw(124) * 130)
        return features
    }

    private static func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }

    /// Answers a request for features.
    public func audioFeatures(_ request: FakeRequest) -> FakeResponse {
        let ids = request.query.filter { $0.name == "ids" }.flatMap { $0.value.split(separator: ",") }.map(String.init)
        guard !ids.isEmpty else { return Self.problem(400, code: 4001, "ids: must not be empty") }
        let found = ids.prefix(40).compactMap { id -> FakeTrack? in
            (world.track(spotify: id) ?? world.track(isrc: id) ?? world.track(reccobeats: id))
                .flatMap { Self.knows($0) ? $0 : nil }
        }
        return .json(["content": found.sorted { $0.reccobeats < $1.reccobeats }.map(Self.entry)])
    }

    private static func entry(_ track: FakeTrack) -> [String: Any] {
        var entry: [String: Any] = features(track)
        entry["id"] = track.reccobeats
        entry["href"] = "https://open.spotify.com/track/\(track.spotify)"
        entry["isrc"] = track.isrc
        return entry
    }

    static func problem(_ status: Int, code: Int, _ message: String) -> FakeResponse {
        .json(["timestamp": "2026-01-01T00:00:00Z", "error": message, "code": code, "status": status], status: status)
    }
}
