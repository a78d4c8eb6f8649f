import Foundation

extension FakeService {
    /// AcousticBrainz: knows half of the recordings, at most 25 at once.
    public static let acousticBrainz = FakeService(setting: "SEGUE_ACOUSTICBRAINZ_URL", basePath: "/api/v1") { world in
        { request in FakeAcousticBrainz(world: world).answer(request) }
    }
}

/// The answers of a fake AcousticBrainz.
public struct FakeAcousticBrainz: Sendable {
    let world: FakeWorld

    /// Over a world.
    public init(world: FakeWorld) { self.world = world }

    /// Whether it has documents of a track.
    public static func knows(_ track: FakeTrack) -> Bool { track.draw(300) < 0.5 }

    /// Answers a request.
    public func answer(_ request: FakeRequest) -> FakeResponse {
        guard let list = request.value("recording_ids") else {
            return .json(["message": "Missing `recording_ids` parameter"], status: 400)
        }
        let ids = list.split(separator: ";").map { String($0.split(separator: ":")[0]) }
        guard ids.count <= 25 else {
            return .json(["message": "More than 25 recordings not allowed per request"], status: 400)
        }
        let make: (FakeTrack) -> [String: Any]
        switch request.segments.last {
        case "low-level": make = Self.low
        case "high-level": make = Self.high
        default: return .json(["message": "Not found"], status: 404)
        }
        // Upper case finds the same document, under the name that the mapping gives.
        var answer: [String: Any] = [:]
        var mapping: [String: String] = [:]
        for id in ids {
            guard let track = world.track(mbid: id.lowercased()), Self.knows(track) else { continue }
            answer[track.mbid] = ["0": make(track)]
            if id != track.mbid { mapping[id] = track.mbid }
        }
        answer["mbid_mapping"] = mapping
        return .json(answer, headers: ["X-RateLimit-Limit": "10", "X-RateLimit-Remaining": "9"])
    }

    private static func low(_ track: FakeTrack) -> [String: Any] {
        let keys = ["A", "Bb", "B", "C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab"]
        return [
            "rhythm": ["bpm": 60 + track.draw(124) * 130], "lowlevel": ["average_loudness": track.draw(301)],
            "tonal": [
                "key_key": keys[Int(track.draw(302) * 12)], "key_scale": track.draw(303) < 0.5 ? "minor" : "major",
            ],
            "metadata": ["audio_properties": ["length": Double(track.duration) / 1_000]],
        ]
    }

    private static func high(_ track: FakeTrack) -> [String: Any] {
        let models = [
            ("danceability", "danceable"), ("mood_happy", "happy"), ("mood_acoustic", "acoustic"),
            ("voice_instrumental", "instrumental"), ("mood_aggressive", "aggressive"), ("mood_relaxed", "relaxed"),
        ]
        var answer: [String: Any] = [:]
        for (place, (model, name)) in models.enumerated() {
            let share = track.draw(UInt64(310 + place))
            let other = model == "voice_instrumental" ? "voice" : "not_\(name)"
            answer[model] =
                [
                    "all": [name: share, other: 1 - share], "value": share > 0.5 ? name : other,
                    "probability": max(share, 1 - share), "version": ["models_essentia_git_sha": "v2.1_beta1"],
                ] as [String: Any]
        }
        return ["highlevel": answer, "metadata": ["version": ["highlevel": [:] as [String: Any]]]]
    }
}
