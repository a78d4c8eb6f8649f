internal import Catalog

/// Which lengths a list of some tracks may have at all.
///
/// Shares are rounded, and room for an artist comes in stretches: a list of ten may exist where none of nine does. Each
/// wish is looked at by itself here, which leaves out nothing that there is, and mostly leaves no more than that.
struct ListLengths {
    private let rules: SamplingRules
    private let total: Int
    private let new: Int
    private let fresh: Int
    private let bands: [Int]
    private let parts: [Int]
    /// How many artists offer so many tracks, by what the caps leave of them; tracks that name nobody apart.
    private let artists: [(tracks: Int, artists: Int)]
    private let unnamed: Int

    /// Looks at tracks, each under the first of its artists: those stand apart in any case.
    init(_ rules: SamplingRules, _ tracks: [PoolTrack], isNew: [Bool], kept: Set<UInt64>) {
        self.rules = rules
        total = tracks.count
        new = isNew.count { $0 }
        fresh = tracks.count { !kept.contains($0.facts.recording) }
        bands = rules.bands.map { band in tracks.count { band.contains($0.facts.popularity) } }
        parts = rules.shares.indices.map { part in tracks.count { $0.parts.contains(part) } }
        var counts: [ArtistID: [Int64?: Int]] = [:]
        for track in tracks {
            if let artist = track.facts.artists.first {
                counts[artist, default: [:]][track.facts.album, default: 0] += 1
            }
        }
        unnamed = tracks.count { $0.facts.artists.isEmpty }
        let offered = counts.values.map { albums in
            let sum = albums.reduce(0) { $0 + min($1.value, $1.key == nil ? .max : rules.perAlbum ?? .max) }
            return min(sum, rules.perArtist ?? .max)
        }
        artists = Dictionary(grouping: offered, by: \.self).map { ($0.key, $0.value.count) }
    }

    /// Whether no wish by itself speaks against a list of `count` tracks.
    func allows(_ count: Int) -> Bool {
        count <= total && room(in: count) >= count
            && new >= Quota.least(rules.minimumNew, of: count)
            && fresh >= count - Quota.most(rules.maximumKept, of: count)
            && zip(bands, Quota.counts(rules.bands.map(\.share), of: count)).allSatisfy { $0 >= $1 }
            && zip(parts, Quota.counts(rules.shares, of: count)).allSatisfy { $0 >= $1 }
    }

    private func room(in count: Int) -> Int {
        let caps = SpacingCaps(.exact, count: count, spacing: rules.artistSpacing)
        let below = artists.reduce(0) { $0 + $1.artists * min($1.tracks, caps.most - 1) }
        let able = artists.reduce(0) { $0 + ($1.tracks >= caps.most ? $1.artists : 0) }
        return unnamed + below + min(able, caps.peaks)
    }
}
