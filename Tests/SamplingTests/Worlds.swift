import Catalog

@testable import Sampling

/// A pool, rules and a history drawn by lot.
struct World {
    static let now = 1_900_000_000.0

    var rules: SamplingRules
    var pool: [PoolTrack]
    var history: ListenerHistory
    var kept: Set<UInt64>

    func sampler(seed: UInt64 = 1, rules: SamplingRules? = nil) -> Sampler {
        Sampler(rules: rules ?? self.rules, history: history, kept: kept, now: Self.now, seed: seed)
    }

    /// Rules of any kind that can be kept together.
    static func rules(_ random: inout Xoshiro256) -> SamplingRules {
        var rules = SamplingRules(count: 1 + random.integer(below: 40))
        if random.chance(0.6) { rules.perArtist = 1 + random.integer(below: 3) }
        if random.chance(0.4) { rules.perAlbum = 1 + random.integer(below: 2) }
        if random.chance(0.5) { rules.minimumNew = Double(random.integer(below: 5)) / 4 }
        if random.chance(0.4) { rules.maximumKept = Double(random.integer(below: 4)) / 4 }
        if random.chance(0.5) { rules.bands = [.init(0, 29, share: 0.3), .init(30, 69, share: 0.4)] }
        if random.chance(0.5) { rules.shares = [0.5, 0.3, 0.2] }
        if random.chance(0.5) { rules.artistSpacing = 1 + random.integer(below: 4) }
        rules.temperature = random.chance(0.5) ? random.uniform() : 0
        rules.order = SampleOrder.allCases[random.integer(below: 4)]
        rules.cooldowns = Cooldowns(
            played: random.chance(0.7) ? Cooldown(window: 7, recovery: 7) : nil,
            served: random.chance(0.7) ? Cooldown(window: 14) : nil,
            skipped: random.chance(0.7) ? Cooldown(window: 60, recovery: 30) : nil)
        rules.ladder = rules.usualLadder
        return rules
    }

    /// A pool of `size` tracks by so many artists, of which a listener has met about a half.
    static func any(seed: UInt64, size: Int, artists: Int) -> World {
        var random = Xoshiro256(seed: seed)
        let rules = rules(&random)
        var world = World(rules: rules, pool: [], history: ListenerHistory(), kept: [])
        for number in 1...max(size, 1) {
            let track = track(number, artists: artists, &random)
            world.pool.append(track)
            world.meet(track.facts, &random)
        }
        return world
    }

    private static func track(_ number: Int, artists: Int, _ random: inout Xoshiro256) -> PoolTrack {
        let first = random.integer(below: artists)
        let guests = random.chance(0.2) ? [random.integer(below: artists)] : []
        let facts = TrackFacts(
            id: TrackID(rawValue: Int64(number)),
            // One in twenty is another release of the one before.
            recording: UInt64(random.chance(0.05) ? max(1, number - 1) : number),
            artists: ([first] + guests).map { ArtistID(rawValue: Int64($0)) },
            album: random.chance(0.8) ? Int64(first * 3 + random.integer(below: 3)) : nil,
            popularity: random.chance(0.9) ? random.integer(below: 101) : nil,
            energy: random.chance(0.9) ? random.uniform() : nil,
            tempo: random.chance(0.9) ? 60 + 120 * random.uniform() : nil,
            key: random.chance(0.9) ? random.integer(below: 12) : nil, isMajor: random.chance(0.5))
        return PoolTrack(facts, score: random.uniform(), parts: [random.integer(below: 3)])
    }

    private mutating func meet(_ facts: TrackFacts, _ random: inout Xoshiro256) {
        if random.chance(0.5) {
            func ago() -> Double? { random.chance(0.4) ? Self.now - 86_400 * 100 * random.uniform() : nil }
            history.add(
                TrackHistory(
                    played: ago(), served: ago(), skipped: ago(), liked: random.chance(0.1) ? ago() : nil,
                    disliked: random.chance(0.1) ? ago() : nil), to: facts.recording)
        }
        if random.chance(0.1) { kept.insert(facts.recording) }
    }

    /// What a sample breaks of rules; shares are asked of as many tracks as there are.
    func violations(of sample: Sample, under rules: SamplingRules) -> [String] {
        let tracks = sample.tracks.map(\.track)
        let facts = tracks.map(\.facts)
        var found: [String] = []
        func check(_ holds: Bool, _ what: String) { if !holds { found.append(what) } }
        check(tracks.count + sample.missing == rules.count, "count")
        check(Set(facts.map(\.recording)).count == facts.count, "a recording twice")
        for artist in Set(facts.flatMap(\.artists)) {
            let places = facts.indices.filter { facts[$0].artists.contains(artist) }
            check(places.count <= rules.perArtist ?? .max, "artist cap")
            check(zip(places, places.dropFirst()).allSatisfy { $1 - $0 > rules.artistSpacing }, "spacing")
        }
        for album in Set(facts.compactMap(\.album)) {
            check(facts.count { $0.album == album } <= rules.perAlbum ?? .max, "album cap")
        }
        for track in facts {
            let past = history[track.recording]
            check(!past.isDisliked, "disliked")
            check(rules.cooldowns.share(of: past, at: Self.now) > 0, "cooldown")
        }
        let new = facts.count { !history[$0.recording].isKnown }
        check(new >= Quota.least(rules.minimumNew, of: facts.count), "new")
        let old = facts.count { kept.contains($0.recording) }
        check(old <= Quota.most(rules.maximumKept, of: facts.count), "kept")
        for (band, least) in zip(rules.bands, Quota.counts(rules.bands.map(\.share), of: facts.count)) {
            check(facts.count { band.contains($0.popularity) } >= least, "band")
        }
        for (part, least) in Quota.counts(rules.shares, of: facts.count).enumerated() {
            check(tracks.count { $0.parts.contains(part) } >= least, "share")
        }
        return Array(Set(found)).sorted()
    }
}
