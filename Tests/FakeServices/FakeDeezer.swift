import Foundation
import SoundSamples

extension FakeService {
    /// Deezer: previews of seven tracks in ten, by ISRC, and their sound at the same address.
    public static let deezer = FakeService(setting: "SEGUE_DEEZER_URL") { world in
        { FakeDeezer(world: world).answer($0) }
    }
}

/// The answers of a fake Deezer.
public struct FakeDeezer: Sendable {
    let world: FakeWorld

    /// Over a world.
    public init(world: FakeWorld) { self.world = world }

    /// Whether it has a preview of a track.
    public static func knows(_ track: FakeTrack) -> Bool { track.draw(130) < 0.7 }

    /// Answers a look-up, or a download.
    public func answer(_ request: FakeRequest) -> FakeResponse {
        let segments = request.segments
        guard segments.count == 2 else { return Self.problem(600, "Unknown path components") }
        switch segments[0] {
        case "track": return track(segments[1], at: request.headers["host"] ?? "")
        case "preview": return Self.sound(of: Int(segments[1].prefix { $0.isNumber }) ?? 0)
        default: return Self.problem(600, "Unknown path components")
        }
    }

    private func track(_ name: String, at host: String) -> FakeResponse {
        guard name.hasPrefix("isrc:"), let track = world.track(isrc: String(name.dropFirst(5))) else {
            return Self.problem(800, "no data")
        }
        let preview = Self.knows(track) ? "http://\(host)/preview/\(track.number).wav" : ""
        return .json(["id": track.number, "title": track.name, "isrc": track.isrc, "preview": preview])
    }

    /// Four seconds of chords that belong to the track.
    public static func sound(of number: Int) -> FakeResponse {
        let tune = (0..<8).flatMap { step -> [Float] in
            let note = 48 + Int(Scramble.unit(UInt64(number) &* 97 &+ UInt64(step)) * 24)
            return Signal.chord([note, note + 4, note + 7].map(Signal.pitch), seconds: 0.5, rate: 11_025)
        }
        let bytes = WaveFile([tune], rate: 11_025).data
        return FakeResponse(headers: ["Content-Type": "audio/wav"], body: bytes)
    }

    /// Errors come with status 200.
    static func problem(_ code: Int, _ message: String) -> FakeResponse {
        .json(["error": ["type": "DataException", "message": message, "code": code]])
    }
}
