import Catalog
import JSONText
import Testing

@testable import Sampling

private func track(
    _ id: Int64, artists: [Int64] = [], album: Int64? = nil, popularity: Int? = nil, parts: [Int] = [0],
    recording: UInt64? = nil, score: Double = 0
) -> PoolTrack {
    PoolTrack(
        TrackFacts(
            id: TrackID(rawValue: id), recording: recording, artists: artists.map(ArtistID.init), album: album,
            popularity: popularity), score: score, parts: parts)
}

private func select(
    _ tracks: [PoolTrack], _ count: Int, new: Set<Int64> = [], kept: Set<UInt64> = [],
    _ change: (inout SamplingRules) -> Void
) -> [Int]? {
    var rules = SamplingRules(count: count)
    change(&rules)
    return Selector(
        rules: rules, tracks: tracks, isNew: tracks.map { new.contains($0.facts.id.rawValue) }, kept: kept
    ).select(count)
}

@Suite struct SelectorTests {
    @Test func withoutWishesTheFirstAreTaken() {
        let tracks = (1...5).map { track($0) }
        #expect(select(tracks, 3) { _ in } == [0, 1, 2])
        #expect(select(tracks, 0) { _ in } == [])
        #expect(select(tracks, 6) { _ in } == nil)
    }

    @Test func everyCreditedArtistCounts() {
        let tracks = [
            track(1, artists: [1, 2]), track(2, artists: [2]), track(3, artists: [3, 1]), track(4, artists: [4]),
        ]
        #expect(select(tracks, 2) { $0.perArtist = 1 } == [0, 3])
        #expect(select(tracks, 3) { $0.perArtist = 1 } == nil)
        // The same name twice on one track is one artist.
        #expect(select([track(1, artists: [5, 5]), track(2, artists: [5])], 2) { $0.perArtist = 2 } == [0, 1])
    }

    @Test func tracksWithoutAnAlbumAreNotOfOneAlbum() {
        let tracks = [track(1, album: 7), track(2, album: 7), track(3), track(4)]
        #expect(select(tracks, 3) { $0.perAlbum = 1 } == [0, 2, 3])
    }

    @Test func roomIsLeftForNewTracks() {
        let tracks = (1...6).map { track($0) }
        #expect(select(tracks, 4, new: [5, 6]) { $0.minimumNew = 0.5 } == [0, 1, 4, 5])
        #expect(select(tracks, 4, new: [6]) { $0.minimumNew = 0.5 } == nil)
    }

    @Test func bandsAndPartsHaveTheirShare() {
        let popular = [90, 80, 70, 20, 10, 5]
        let tracks = popular.enumerated().map { track(Int64($0), popularity: $1) }
        #expect(select(tracks, 3) { $0.bands = [.init(0, 29, share: 0.67)] } == [0, 3, 4])
        let parts = [[0], [0], [0], [1], [0, 1]].enumerated().map { track(Int64($0), parts: $1) }
        #expect(select(parts, 3) { $0.shares = [0.34, 0.66] } == [0, 3, 4])
    }

    @Test func whereSharesMeetTheNeediestComesFirst() {
        // In plain order the first two fill the parts' shares and leave no room for a track that is new.
        let tracks = [
            track(1, popularity: 90, parts: [0]), track(2, popularity: 10, parts: [1]),
            track(3, popularity: 10, parts: [1]),
        ]
        let chosen = select(tracks, 2, new: [3]) {
            ($0.shares, $0.minimumNew, $0.bands) = ([0.5, 0.5], 0.5, [.init(0, 29, share: 0.5)])
        }
        #expect(chosen == [0, 2])
    }

    @Test func tracksOfTheVersionBeforeAreLimited() {
        let tracks = (1...6).map { track($0, recording: UInt64($0)) }
        #expect(select(tracks, 4, kept: [1, 2, 3]) { $0.maximumKept = 0.25 } == [0, 3, 4, 5])
        #expect(select(tracks, 4, kept: [1, 2, 3]) { $0.maximumKept = 0 } == nil)
    }

    @Test func thereIsRoomForAnArtistInEveryStretch() {
        #expect(SpacingCaps(.exact, count: 10, spacing: 0) == SpacingCaps(.sure, count: 10, spacing: 0))
        let ten = SpacingCaps(.exact, count: 10, spacing: 3)
        #expect(ten.most == 3 && ten.peaks == 2 && SpacingCaps(.sure, count: 10, spacing: 3).most == 2)
        let eight = SpacingCaps(.exact, count: 8, spacing: 3)
        #expect(eight.most == 2 && eight.peaks == 4)
        #expect(
            SpacingCaps(.exact, count: 3, spacing: 9).most == 1 && SpacingCaps(.exact, count: 1, spacing: 1).peaks == 1)
    }

    @Test func whatTheRoomForArtistsAllowsCanBeKeptApart() {
        for count in 1...40 {
            for spacing in 1...6 {
                let caps = SpacingCaps(.exact, count: count, spacing: spacing)
                // As many artists as may have the most tracks do, the others have one less.
                var tracks: [TrackFacts] = []
                var artist = 0
                while tracks.count < count {
                    let share = artist < caps.peaks ? caps.most : max(1, caps.most - 1)
                    for _ in 0..<min(share, count - tracks.count) {
                        tracks.append(track(Int64(tracks.count), artists: [Int64(artist)]).facts)
                    }
                    artist += 1
                }
                let spaced = Spacing(tracks, distance: spacing)
                let way = spaced.arranged(Array(tracks.indices))
                #expect(way.map { $0.count == count && spaced.holds($0) } == true, "\(count) tracks, \(spacing) apart")
            }
        }
    }
}

@Suite struct SamplerTests {
    @Test func theBestReleaseOfARecordingStandsForAllItsParts() {
        let pool = [
            track(1, parts: [0], recording: 9, score: 0.5), track(2, parts: [1], recording: 9, score: 0.7), track(3),
        ]
        let sample = Sampler(rules: SamplingRules(count: 2), now: 0, seed: 1).sample(pool)
        #expect(sample.tracks.map(\.track.facts.id.rawValue) == [2, 3])
        #expect(sample.tracks[0].track.parts == [0, 1])
        #expect(sample.pool == PoolCounts(candidates: 3, afterDuplicates: 2, afterCooldown: 2, new: 2))
    }

    @Test func whatIsDislikedIsNeverTaken() {
        var history = ListenerHistory()
        history.add(TrackHistory(liked: 1, disliked: 2), to: 1)
        history.add(TrackHistory(liked: 3, disliked: 2), to: 2)
        var rules = SamplingRules(count: 2)
        rules.ladder = Wish.allCases.map { Relaxation($0) }
        let pool = [track(1, recording: 1), track(2, recording: 2)]
        let sample = Sampler(rules: rules, history: history, now: 10, seed: 1).sample(pool)
        #expect(sample.tracks.map(\.track.facts.id.rawValue) == [2] && sample.missing == 1)
    }

    @Test func anotherReleaseRestsAsWell() {
        var history = ListenerHistory()
        history.add(TrackHistory(served: 0), to: 5)
        var rules = SamplingRules(count: 1)
        rules.cooldowns.served = Cooldown(window: 3)
        let sampler = Sampler(rules: rules, history: history, now: 86_400, seed: 1)
        #expect(sampler.sample([track(1, recording: 5), track(2, recording: 5)]).tracks.isEmpty)
        #expect(history.count == 1 && history[5].served == 0 && !history[6].isKnown)
    }

    @Test func aShortListKeepsItsShares() {
        var rules = SamplingRules(count: 10)
        rules.minimumNew = 0.5
        var history = ListenerHistory()
        for known in 1...8 as ClosedRange<UInt64> { history.add(TrackHistory(played: 0), to: known) }
        let pool = (1...11).map { track($0, recording: UInt64($0)) }
        let sample = Sampler(rules: rules, history: history, now: 1, seed: 1).sample(pool)
        #expect(sample.tracks.count == 6 && sample.tracks.count { $0.isNew } == 3 && sample.missing == 4)
        #expect(sample.relaxed.isEmpty)
    }

    @Test func whatStoodBeforeIsSaid() {
        let pool = [track(1, recording: 1), track(2, recording: 2)]
        let sample = Sampler(rules: SamplingRules(count: 2), kept: [2], now: 0, seed: 1).sample(pool)
        #expect(
            Dictionary(uniqueKeysWithValues: sample.tracks.map { ($0.track.facts.id.rawValue, $0.isKept) }) == [
                1: false, 2: true,
            ])
    }
}

@Suite struct LadderTests {
    @Test func theUsualLadderSpeaksOfTheWishesThereAre() {
        #expect(SamplingRules(count: 3).usualLadder == [Relaxation(.shares), Relaxation(.popularity)])
        let daily = Recipe.daily().rules
        #expect(
            daily.usualLadder.map(\.wish) == [
                .shares, .popularity, .perAlbum, .minimumNew, .minimumNew, .artistSpacing, .perArtist, .servedCooldown,
                .playedCooldown, .maximumKept,
            ])
        // Rests are halved and never given up, and skipped tracks rest on.
        #expect(!daily.usualLadder.contains { $0.wish == .skippedCooldown })
        #expect(daily.usualLadder.contains(Relaxation(.servedCooldown, to: 7)))
        var rules = daily
        for step in daily.usualLadder { _ = rules.relax(step) }
        #expect(rules.cooldowns.served?.window == 7 && rules.perArtist == 4 && rules.maximumKept == 1)
    }

    @Test func aWishForRestMayBeRelaxed() throws {
        let wish = try CooldownWish(reading: .object(["served_days": .number(10), "relax": .bool(true)]))
        #expect(wish.listener == "default" && wish.context == nil)
        #expect(wish.ladder == [Relaxation(.servedCooldown, to: 5), Relaxation(.servedCooldown)])
        let strict = try CooldownWish(reading: .object(["played_days": .number(3), "context": .string("car")]))
        #expect(strict.ladder.isEmpty && strict.cooldowns.served == nil && strict.context == "car")
        #expect(try CooldownWish(reading: .object([:])).cooldowns.served?.window == CooldownWish.usualDays)
        #expect(throws: RecipeError.self) { try CooldownWish(reading: .object(["relax": .string("yes")])) }
    }

    @Test func runsKnowTheirNumbersAndNames() {
        let lists: [[Int64]] = [[], [1], [2], [1, 2], [2, 1], [1, 2, 3]]
        let names = lists.map { PlaylistRun.snapshot(of: $0.map(TrackID.init)) }
        #expect(Set(names).count == lists.count && names.allSatisfy { $0.count == 16 })
        #expect(PlaylistRun.snapshot(of: [TrackID(rawValue: 1)]) == names[1])
        #expect(
            Listener.isName("anna.b-2") && !Listener.isName("Anna") && !Listener.isName("") && !Listener.isName("-a"))
        let refusals: [PlaylistError] = [
            .unknownPlaylist(PlaylistID(rawValue: 1)), .unknownListener("x"), .unknownTracks([]), .empty("why"),
            .unknownRun(PlaylistRunID(rawValue: 2)), .tooManyPlaylists(limit: 3), .runUnderWay(listener: "x"),
            .dailyExists(PlaylistID(rawValue: 4)), .notBegun, .interrupted, .keptByRules(PlaylistID(rawValue: 5)),
            .unknownRun(PlaylistRunID(rawValue: 2), listener: "anna"), .unknownRecommendation("r", listener: "anna"),
            .notRecommended([TrackID(rawValue: 1)], by: "r"), .orphaned(PlaylistID(rawValue: 5)),
            .empty("why", isNew: true), .notInRun([TrackID(rawValue: 1)], PlaylistRunID(rawValue: 2)),
        ]
        #expect(Set(refusals.map(\.description)).count == refusals.count)
        #expect(!PlaylistError.empty("why", isNew: true).description.contains("as it was"), "there was none")
    }
}
