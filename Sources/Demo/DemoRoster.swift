internal import Catalog

/// Who made which track: arithmetic alone, so that any number of tracks needs no memory.
///
/// Tracks are numbered artist by artist. Eleven artists of very different catalog sizes make up a cycle of a hundred
/// tracks; artist `a` is of style `a mod 30`, and eleven and thirty having no common divisor, every style has artists
/// of every size.
struct DemoRoster: Sendable {
    /// Number of tracks.
    let tracks: Int
    /// Number of artists that have one.
    let artists: Int

    private static let sizes = [13, 1, 2, 40, 1, 6, 3, 20, 2, 8, 4]
    private static let starts = sizes.indices.map { sizes[..<$0].reduce(0, +) }
    private static let cycle = sizes.reduce(0, +)
    /// Tracks of a long-playing album.
    private static let albumSize = 10

    init(tracks: Int) {
        self.tracks = tracks
        let rest = tracks % Self.cycle
        artists = tracks / Self.cycle * Self.sizes.count + Self.starts.filter { $0 < rest }.count
    }

    /// The artist of a track.
    func artist(ofTrack track: Int) -> Int {
        let within = track % Self.cycle
        let slot = (Self.starts.firstIndex { $0 > within } ?? Self.starts.count) - 1
        return track / Self.cycle * Self.sizes.count + slot
    }

    /// An artist's tracks; at least one.
    func tracks(ofArtist artist: Int) -> Range<Int> {
        let slot = artist % Self.sizes.count
        let first = artist / Self.sizes.count * Self.cycle + Self.starts[slot]
        return first..<min(first + Self.sizes[slot], tracks)
    }

    /// A track's place: which album of the artist, where on it, and how many tracks that has.
    func place(ofTrack track: Int) -> (album: Int, number: Int, total: Int) {
        let range = tracks(ofArtist: artist(ofTrack: track))
        let within = track - range.lowerBound
        let album = within / Self.albumSize
        let total = min(Self.albumSize, range.count - album * Self.albumSize)
        return (album, within % Self.albumSize, total)
    }

    /// The artists of a style: how many, and the one of a given rank, rank 0 being the best known.
    func artistCount(ofStyle style: Int) -> Int {
        let styles = DemoStyle.all.count
        return style < artists ? (artists - style - 1) / styles + 1 : 0
    }

    /// The artist of a style that stands at a rank. Ranks are scattered over the numbers by a permutation, so that fame
    /// does not show in ids.
    func artist(ofStyle style: Int, rank: Int) -> Int {
        let count = artistCount(ofStyle: style)
        return style + DemoStyle.all.count * (rank * Self.step(count) % count)
    }

    /// An artist's rank within its style as a share, 0 for the best known up to but not including 1.
    func rank(ofArtist artist: Int) -> Double {
        let styles = DemoStyle.all.count
        let count = artistCount(ofStyle: artist % styles)
        let inverse = Self.inverse(of: Self.step(count), modulo: count)
        return Double(artist / styles % count * inverse % count) / Double(count)
    }

    /// About the golden section of `count`, without a divisor in common with it.
    private static func step(_ count: Int) -> Int {
        var step = max(1, Int(Double(count) * 0.618))
        while divisor(step, count) != 1 { step += 1 }
        return step
    }

    private static func divisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : divisor(b, a % b) }

    /// The number that undoes multiplication by `factor` modulo `modulus` (Euclid's algorithm, extended).
    private static func inverse(of factor: Int, modulo modulus: Int) -> Int {
        var (remainders, coefficients) = ((modulus, factor % modulus), (0, 1))
        while remainders.1 > 1 {
            let quotient = remainders.0 / remainders.1
            remainders = (remainders.1, remainders.0 - quotient * remainders.1)
            coefficients = (coefficients.1, coefficients.0 - quotient * coefficients.1)
        }
        return ((coefficients.1 % modulus) + modulus) % modulus
    }
}
