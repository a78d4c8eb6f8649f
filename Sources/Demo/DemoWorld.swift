internal import Catalog

/// The synthetic world behind a demo catalog: every fact is a function of the seed and a number, so nothing is kept.
struct DemoWorld: Sendable {
    let seed: UInt64
    let roster: DemoRoster
    /// The mean length of a playlist.
    let tracksPerPlaylist: Double

    init(tracks: Int, tracksPerPlaylist: Double, seed: UInt64) {
        self.seed = seed
        self.tracksPerPlaylist = tracksPerPlaylist
        roster = DemoRoster(tracks: tracks)
    }

    /// What randomness is drawn for; each kind has sequences of its own.
    enum Kind: UInt64 {
        case artist = 1
        case album
        case track
        case holes
        case playlist
        case debut
    }

    /// A generator that the seed, the kind and the number alone decide.
    func random(_ kind: Kind, _ number: Int) -> Xoshiro256 {
        let stream = SplitMix64.mixed(seed &+ kind.rawValue &* 0x9e37_79b9_7f4a_7c15)
        return Xoshiro256(seed: SplitMix64.mixed(stream ^ UInt64(number)))
    }

    func style(ofArtist artist: Int) -> DemoStyle { DemoStyle.all[artist % DemoStyle.all.count] }

    /// One of four circles of artists within a style, who share listeners and a leaning of their sound.
    func scene(ofArtist artist: Int) -> Int {
        Int(SplitMix64.mixed(seed ^ UInt64(artist) &* 0x2545_f491_4f6c_dd1d) >> 62)
    }

    /// 0 to 100: few artists are known to many, and an artist's tracks differ.
    func popularity(ofTrack track: Int) -> Int {
        let fame = roster.rank(ofArtist: roster.artist(ofTrack: track))
        let hit = Double(SplitMix64.mixed(seed &+ UInt64(track) &* 0xd134_2543_de82_ef95) >> 11) * 0x1p-53
        // Cheap falling curves of the two ranks: 95 for the first artist's hit, 3 for the last artist's obscurity.
        return Int((95 * (1 - fame) / (1 + 6 * fame) * (1 - 0.6 * hit) + 3).rounded())
    }

    /// How an artist leans away from its style, in the units of `DemoSound`.
    func sound(ofArtist artist: Int) -> DemoSound {
        var random = random(.artist, artist)
        let scene = DemoSound.scenes[scene(ofArtist: artist)]
        return scene + DemoSound(deviation: 0.55, &random)
    }

    func yearOfDebut(ofArtist artist: Int) -> Double {
        var random = random(.debut, artist)
        return style(ofArtist: artist).year + 1.5 * Double(scene(ofArtist: artist)) + 4 * random.normal()
    }
}
