internal import Catalog

/// Chooses tracks under caps and shares, in order of their keys as far as these allow.
///
/// Caps over several artists at once make the exact question as hard as packing sets, so this answers it twice over:
/// first in plain order, then, where that leaves a share unmet, taking first whatever meets most of what is unmet.
struct Selector {
    private let rules: SamplingRules
    private let kept: Set<UInt64>
    private let tracks: [PoolTrack]
    private let isNew: [Bool]

    /// Chooses from `tracks`, given best first; `kept` are the recordings of the version before.
    init(rules: SamplingRules, tracks: [PoolTrack], isNew: [Bool], kept: Set<UInt64>) {
        (self.rules, self.kept, self.tracks, self.isNew) = (rules, kept, tracks, isNew)
    }

    /// Exactly so many tracks, best first, as places in `tracks`; nil where none were found that keep all rules.
    func select(_ count: Int, _ caps: SpacingCaps.Sort = .exact) -> [Int]? {
        guard count > 0 else { return [] }
        guard count <= tracks.count else { return nil }
        let caps = SpacingCaps(caps, count: count, spacing: rules.artistSpacing)
        return inOrder(count, caps) ?? neediestFirst(count, caps)
    }

    private func inOrder(_ count: Int, _ caps: SpacingCaps) -> [Int]? {
        var tally = Tally(rules: rules, count: count, caps: caps)
        var chosen: [Int] = []
        for place in tracks.indices where tally.take(tracks[place], isNew[place], kept) {
            chosen.append(place)
            if chosen.count == count { return chosen }
        }
        return nil
    }

    private func neediestFirst(_ count: Int, _ caps: SpacingCaps) -> [Int]? {
        var tally = Tally(rules: rules, count: count, caps: caps)
        guard tally.hasNeeds else { return nil }
        var isTaken = Array(repeating: false, count: tracks.count)
        for _ in 0..<count {
            // Whoever was cancelled gets a sample that is cut short, and throws it away.
            guard !Task.isCancelled else { return nil }
            var best: (place: Int, needs: Int)?
            for place in tracks.indices where !isTaken[place] && tally.admits(tracks[place], isNew[place], kept) {
                let needs = tally.needsMet(by: tracks[place], isNew[place])
                if needs > best?.needs ?? -1 { best = (place, needs) }
                if needs == tally.familiesInNeed { break }
            }
            guard let best, tally.take(tracks[best.place], isNew[best.place], kept) else { return nil }
            isTaken[best.place] = true
        }
        return isTaken.indices.filter { isTaken[$0] }
    }
}

/// What has been taken, and what still has to be.
struct Tally {
    private let rules: SamplingRules
    private let artistCap: Int
    private let albumCap: Int
    private let spacing: SpacingCaps
    private var peaks: Int
    private var artists: [ArtistID: Int] = [:]
    private var albums: [Int64: Int] = [:]
    private var recordings: Set<UInt64> = []
    private var slots: Int
    private var keepable: Int
    private var newNeeded: Int
    private var bandNeeds: [Int]
    private var partNeeds: [Int]

    /// Nothing is taken yet of `count` tracks.
    init(rules: SamplingRules, count: Int, caps: SpacingCaps) {
        self.rules = rules
        artistCap = min(rules.perArtist ?? .max, caps.most)
        (spacing, peaks) = (caps, caps.peaks)
        albumCap = rules.perAlbum ?? .max
        slots = count
        keepable = Quota.most(rules.maximumKept, of: count)
        newNeeded = Quota.least(rules.minimumNew, of: count)
        bandNeeds = Quota.counts(rules.bands.map(\.share), of: count)
        partNeeds = Quota.counts(rules.shares, of: count)
    }

    var hasNeeds: Bool { familiesInNeed > 0 }

    /// How many of the three kinds of share have something unmet.
    var familiesInNeed: Int {
        (newNeeded > 0 ? 1 : 0) + (bandNeeds.contains { $0 > 0 } ? 1 : 0) + (partNeeds.contains { $0 > 0 } ? 1 : 0)
    }

    /// How many of these a track would meet.
    func needsMet(by track: PoolTrack, _ isNew: Bool) -> Int {
        (newNeeded > 0 && isNew ? 1 : 0) + (band(of: track) != nil ? 1 : 0) + (part(of: track) != nil ? 1 : 0)
    }

    /// The band in need that a track belongs to.
    private func band(of track: PoolTrack) -> Int? {
        rules.bands.indices.first { bandNeeds[$0] > 0 && rules.bands[$0].contains(track.facts.popularity) }
    }

    /// The part most in need that offers a track.
    private func part(of track: PoolTrack) -> Int? {
        track.parts.filter { partNeeds.indices.contains($0) && partNeeds[$0] > 0 }.max { partNeeds[$0] < partNeeds[$1] }
    }

    /// Whether a track may be taken and leaves room for what is still needed.
    func admits(_ track: PoolTrack, _ isNew: Bool, _ kept: Set<UInt64>) -> Bool {
        let facts = track.facts
        guard slots > 0, !recordings.contains(facts.recording),
            facts.artists.allSatisfy({ artists[$0, default: 0] < artistCap }), peaks > 0 || !isPeak(facts),
            facts.album.map({ albums[$0, default: 0] < albumCap }) ?? true,
            keepable > 0 || !kept.contains(facts.recording)
        else { return false }
        let left = slots - 1
        return newNeeded - (isNew ? 1 : 0) <= left
            && bandNeeds.reduce(0, +) - (band(of: track) == nil ? 0 : 1) <= left
            && partNeeds.reduce(0, +) - (part(of: track) == nil ? 0 : 1) <= left
    }

    /// Whether a track gives an artist as many tracks as the distance between them leaves room for.
    private func isPeak(_ facts: TrackFacts) -> Bool {
        facts.artists.contains { artists[$0, default: 0] + 1 == spacing.most }
    }

    /// Takes a track, where it is admitted.
    mutating func take(_ track: PoolTrack, _ isNew: Bool, _ kept: Set<UInt64>) -> Bool {
        guard admits(track, isNew, kept) else { return false }
        if let band = band(of: track) { bandNeeds[band] -= 1 }
        if let part = part(of: track) { partNeeds[part] -= 1 }
        if isNew { newNeeded -= 1 }
        if kept.contains(track.facts.recording) { keepable -= 1 }
        if isPeak(track.facts) { peaks -= 1 }
        // An artist credited twice on a track counts once.
        for artist in Set(track.facts.artists) { artists[artist, default: 0] += 1 }
        if let album = track.facts.album { albums[album, default: 0] += 1 }
        recordings.insert(track.facts.recording)
        slots -= 1
        return true
    }
}
