/// One generated track, the same in every fake, so that ids of one service lead to the others.
public struct FakeTrack: Sendable, Hashable {
    /// Its place in the world, from 0.
    public let number: Int
    /// Spotify's id: 22 characters of base 62.
    public let spotify: String
    /// Twelve characters.
    public let isrc: String
    /// MusicBrainz's recording id.
    public let mbid: String
    /// ReccoBeats's own id.
    public let reccobeats: String
    /// Title.
    public let name: String
    /// The artist's place in the world; tracks are shared out evenly.
    public let artist: Int
    /// The artist's name.
    public let artistName: String
    /// The album's title.
    public let album: String
    /// Milliseconds.
    public let duration: Int
    /// Year of release.
    public let year: Int
    /// 0 to 100.
    public let popularity: Int

    /// A number from 0 up to 1 that belongs to this track and `aspect`.
    public func draw(_ aspect: UInt64) -> Double { Scramble.unit(UInt64(number) &* 1_000 &+ aspect) }
}

/// Thousands of tracks, made from numbers.
public struct FakeWorld: Sendable {
    /// In order of number.
    public let tracks: [FakeTrack]
    private let bySpotify: [String: Int]
    private let byISRC: [String: Int]
    private let byMBID: [String: Int]
    private let byReccoBeats: [String: Int]

    /// Makes a world of so many tracks, of about twelve an artist.
    public init(tracks count: Int = 5_000) {
        tracks = (0..<count).map(Self.track)
        bySpotify = Dictionary(uniqueKeysWithValues: tracks.map { ($0.spotify, $0.number) })
        byISRC = Dictionary(uniqueKeysWithValues: tracks.map { ($0.isrc, $0.number) })
        byMBID = Dictionary(uniqueKeysWithValues: tracks.map { ($0.mbid, $0.number) })
        byReccoBeats = Dictionary(uniqueKeysWithValues: tracks.map { ($0.reccobeats, $0.number) })
    }

    /// The track with a Spotify id.
    public func track(spotify id: String) -> FakeTrack? { bySpotify[id].map { tracks[$0] } }
    /// The track with an ISRC.
    public func track(isrc: String) -> FakeTrack? { byISRC[isrc].map { tracks[$0] } }
    /// The track with a recording id.
    public func track(mbid: String) -> FakeTrack? { byMBID[mbid].map { tracks[$0] } }
    /// The track with an id of ReccoBeats.
    public func track(reccobeats id: String) -> FakeTrack? { byReccoBeats[id].map { tracks[$0] } }

    /// A made-up id of Spotify's form for anything that has a number: `kind` keeps tracks and albums apart.
    public static func spotifyID(_ kind: UInt64, _ number: Int) -> String {
        let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
        var (value, text) = (Scramble.mix(kind &* 1_000_003 &+ UInt64(number)), "")
        for _ in 0..<11 {
            text.append(digits[Int(value % 62)])
            value /= 62
        }
        value = Scramble.mix(kind &* 7_919 &+ UInt64(number) &+ 1 << 40)
        for _ in 0..<11 {
            text.append(digits[Int(value % 62)])
            value /= 62
        }
        return text
    }

    /// A made-up UUID (version 4's form).
    public static func uuid(_ kind: UInt64, _ number: Int) -> String {
        let first = Scramble.mix(kind &* 104_729 &+ UInt64(number))
        let second = Scramble.mix(first ^ 0x5EED)
        let digits = hex(first) + hex(second)
        let parts = [digits.prefix(8), digits.dropFirst(8).prefix(4), digits.dropFirst(13).prefix(3)]
        let tail = [digits.dropFirst(17).prefix(3), digits.dropFirst(20).prefix(12)]
        return "\(parts[0])-\(parts[1])-4\(parts[2])-a\(tail[0])-\(tail[1])"
    }

    private static func hex(_ value: UInt64) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }

    private static func track(_ number: Int) -> FakeTrack {
        let artist = number / 12
        let draw = { (aspect: UInt64) in Scramble.unit(UInt64(number) &* 1_000 &+ aspect) }
        let digits = String(number)
        return FakeTrack(
            number: number, spotify: spotifyID(1, number),
            isrc: "QZFAK" + String(repeating: "0", count: 7 - digits.count) + digits, mbid: uuid(1, number),
            reccobeats: uuid(2, number), name: "Song \(number)", artist: artist, artistName: "Artist \(artist)",
            album: "Album \(number / 10)", duration: 120_000 + Int(draw(1) * 240_000), year: 1970 + Int(draw(2) * 55),
            popularity: Int(draw(3) * 100))
    }
}
