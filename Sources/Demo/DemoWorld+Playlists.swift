internal import Catalog
internal import Foundation

extension DemoWorld {
    /// A playlist and its entries: most are of one style and lean to one scene, some wander into another style,
    /// and everywhere the well known comes up more often.
    func records(ofPlaylist playlist: Int) -> [CatalogRecord] {
        let (style, tracks) = self.playlist(playlist)
        let id = Self.id("p", playlist)
        let record = PlaylistRecord(
            id: id, name: "Demo: \(DemoStyle.all[style].name) \(playlist + 1)",
            summary: "A synthetic playlist of the demo catalog.", owner: "synthetic demo", total: tracks.count)
        return [.playlist(record)]
            + tracks.enumerated().map { position, track in
                .playlistEntry(PlaylistEntryRecord(playlist: id, track: Self.id("t", track), position: position))
            }
    }

    /// A playlist's main style and its tracks.
    func playlist(_ playlist: Int) -> (style: Int, tracks: [Int]) {
        var random = random(.playlist, playlist)
        let theme = Theme(
            style: random.integer(below: min(DemoStyle.all.count, roster.artists)), scene: random.integer(below: 4),
            second: random.integer(below: min(DemoStyle.all.count, roster.artists)))
        // Lengths spread by a factor of e^0.5 about their median, which is an eighth below their mean.
        let usual = tracksPerPlaylist * exp(3.5) / 37.5
        let length = min(max(usual * exp(0.5 * random.normal()), 0.36 * usual), 4.5 * usual)
        return (theme.style, tracks(of: theme, wanted: min(Int(length), roster.tracks), &random))
    }

    /// What a playlist is about.
    private struct Theme {
        let style: Int
        let scene: Int
        let second: Int
    }

    private func tracks(of theme: Theme, wanted: Int, _ random: inout Xoshiro256) -> [Int] {
        var seen: Set<Int> = []
        var tracks: [Int] = []
        // A small catalog may not have enough tracks of the theme; then the playlist stays shorter.
        for _ in 0..<wanted * 6 where tracks.count < wanted {
            let track = candidate(for: theme, &random)
            if seen.insert(track).inserted { tracks.append(track) }
        }
        return tracks
    }

    private func candidate(for theme: Theme, _ random: inout Xoshiro256) -> Int {
        let aside = random.uniform()
        let style =
            aside < 0.8
            ? theme.style
            : aside < 0.93 ? theme.second : random.integer(below: min(DemoStyle.all.count, roster.artists))
        let artist = artist(ofStyle: style, scene: theme.scene, &random)
        let range = roster.tracks(ofArtist: artist)
        let (one, other) = (
            range.lowerBound + random.integer(below: range.count), range.lowerBound + random.integer(below: range.count)
        )
        return popularity(ofTrack: one) >= popularity(ofTrack: other) ? one : other
    }

    /// A well-known artist rather than an obscure one, and one of the scene rather than another.
    private func artist(ofStyle style: Int, scene: Int, _ random: inout Xoshiro256) -> Int {
        let count = roster.artistCount(ofStyle: style)
        let leaning = random.chance(0.7)
        var artist = 0
        for _ in 0..<8 {
            let rank = min(Int(Double(count) * pow(random.uniform(), 2.2)), count - 1)
            artist = roster.artist(ofStyle: style, rank: rank)
            if !leaning || self.scene(ofArtist: artist) == scene { break }
        }
        return artist
    }
}
