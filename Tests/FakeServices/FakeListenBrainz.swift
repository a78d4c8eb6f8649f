import Foundation

extension FakeService {
    /// ListenBrainz: 2,500 listens of the user `listener`, in pages, newest first.
    public static let listenBrainz = FakeService(setting: "SEGUE_LISTENBRAINZ_URL") { world in
        { request in FakeListenBrainz(world: world).answer(request) }
    }

    /// Its laboratory: ten similar recordings of each, in no order, the first twice.
    public static let listenBrainzLabs = FakeService(setting: "SEGUE_LISTENBRAINZ_LABS_URL") { world in
        { request in FakeListenBrainz(world: world).similar(request) }
    }
}

/// The answers of a fake ListenBrainz.
public struct FakeListenBrainz: Sendable {
    /// Listens of the one user.
    public static let listenCount = 2_500
    /// The newest listen, in seconds since 1970; each is 200 seconds before the next.
    public static let newest = 1_780_000_000

    let world: FakeWorld

    /// Over a world.
    public init(world: FakeWorld) { self.world = world }

    /// Answers a request.
    public func answer(_ request: FakeRequest) -> FakeResponse {
        guard request.segments.count == 4, request.segments[1] == "user", request.segments[2] == "listener" else {
            return .json(["code": 404, "error": "Cannot find user"], status: 404)
        }
        let count = min(max(request.number("count") ?? 25, 1), 1_000)
        let before = request.number("max_ts") ?? .max
        let moments = (0..<Self.listenCount).map { Self.newest - 200 * $0 }.filter { $0 < before }.prefix(count)
        let payload: [String: Any] = [
            "count": moments.count, "user_id": "listener", "latest_listen_ts": Self.newest,
            "listens": moments.map(listen),
        ]
        return .json(["payload": payload], headers: ["X-RateLimit-Limit": "30", "X-RateLimit-Remaining": "29"])
    }

    private func listen(_ moment: Int) -> [String: Any] {
        let track = world.tracks[Int(Scramble.mix(UInt64(moment)) % UInt64(world.tracks.count))]
        let additional: [String: Any] = [
            "isrc": track.isrc, "duration_ms": track.duration, "recording_mbid": "",
            "spotify_id": "https://open.spotify.com/track/\(track.spotify)",
        ]
        let metadata: [String: Any] = [
            "artist_name": track.artistName, "track_name": track.name, "release_name": track.album,
            "additional_info": additional, "mbid_mapping": ["recording_mbid": track.mbid],
        ]
        return [
            "listened_at": moment, "recording_msid": FakeWorld.uuid(4, moment), "track_metadata": metadata,
            "user_name": "listener",
        ]
    }

    /// Answers the laboratory's request.
    public func similar(_ request: FakeRequest) -> FakeResponse {
        guard request.path == "/similar-recordings/json", let mbid = request.value("recording_mbids"),
            request.value("algorithm")?.hasPrefix("session_based_days_") == true
        else { return .json(["code": 400, "error": "algorithm: not one of those permitted"], status: 400) }
        guard let seed = world.track(mbid: mbid) else { return .json([] as [Any]) }
        let others = (1...10).map { world.tracks[(seed.number + $0 * 7) % world.tracks.count] }
        let entries = others.enumerated().map { place, track -> [String: Any] in
            [
                "recording_mbid": track.mbid, "recording_name": track.name, "artist_credit_name": track.artistName,
                "artist_credit_mbids": NSNull(), "release_name": track.album, "score": 100 - 9 * place,
                "reference_mbid": mbid,
            ]
        }
        return .json([entries[4], entries[0], entries[0]] + entries[5...] + entries[1...3])
    }
}
