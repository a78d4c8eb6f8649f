import Catalog
import Playlists
import Sampling
import Storage
import Testing

private struct Broken: SimilarTracks {
    let name = "nobody"

    func tracks(similarTo seeds: [TrackID], limit: Int) async throws -> SimilarTracksFound { throw Trouble() }
}

/// Holds a few tracks similar to anything, and could not be asked to the end.
private struct Partial: SimilarTracks {
    let name = "somebody"

    func tracks(similarTo seeds: [TrackID], limit: Int) async throws -> SimilarTracksFound {
        SimilarTracksFound(
            (700..<720).map { SimilarityMatch(track: TrackID(rawValue: $0), similarity: 1) }, problem: "it is tired")
    }
}

private struct Trouble: Error, CustomStringConvertible { let description = "the provider's table is gone" }

@Suite("Daily playlists", .enabled(if: hasDatabase, "DATABASE_URL is not set")) struct DailyTests {
    @Test func everyDayIsAnotherAndSaysWhereItsTracksComeFrom() async throws {
        try await Studio.with(tracks: 1_500, playlists: 60, isIndexed: true) { studio in
            try await studio.like(1..<81)
            try await studio.feed(40..<60, .played)
            let maker = studio.maker()
            var served: [Set<TrackID>] = []
            for _ in 0..<5 {
                let run = try await maker.daily(of: Listener.standard)
                #expect(run.total == 30 && run.missing == 0 && run.keptCount == 0)
                #expect(run.report.relaxed.isEmpty, "\(run.report.relaxed.map(\.text))")
                #expect(run.newCount >= 15)
                #expect(run.tracks.allSatisfy { !$0.origins.isEmpty })
                #expect(run.report.sources.contains { $0.name.hasPrefix("neighbours of") && $0.taken > 0 })
                #expect(run.report.sources.contains { $0.name.hasPrefix("beside ") && $0.candidates > 0 })
                #expect(run.report.sources.contains { $0.name.hasPrefix("same artists as") && $0.candidates > 0 })
                for track in run.tracks { #expect(abs(track.terms.reduce(0) { $0 + $1.value } - track.score) < 1e-9) }
                served.append(Set(run.tracks.map(\.track)))
                studio.clock.turn(days: 1)
            }
            for (day, tracks) in served.enumerated() {
                #expect(served.dropFirst(day + 1).allSatisfy { $0.isDisjoint(with: tracks) })
            }
            let there = try await studio.store.madePlaylists(of: nil)
            #expect(there.count == 1)
        }
    }

    @Test func contextsAreKeptApartAndOneCanBeLeftOut() async throws {
        try await Studio.with(tracks: 1_500, playlists: 60, isIndexed: true) { studio in
            try await studio.like(1..<81)
            let all = try await studio.maker().daily(of: Listener.standard, .init(seed: 1, isDryRun: true))
            #expect(all.report.contexts.count > 1 && all.report.contexts.allSatisfy { !$0.isExcluded })
            #expect(abs(all.report.contexts.reduce(0) { $0 + $1.share } - 1) < 1e-6)
            let without = #"{"pool": [{"from": "profile"}], "count": 20, "exclude_contexts": ["segue:5"]}"#
            let run = try await studio.maker().create(try draft(without), .init(seed: 1, isDryRun: true))
            let left = try #require(run.report.contexts.first { $0.isExcluded })
            #expect(run.report.contexts.count { $0.isExcluded } == 1)
            #expect(!run.report.sources.contains { $0.name == "neighbours of \(left.name)" })
            #expect(run.total == 20)
        }
    }

    @Test func whatBelongsToAContextThatIsLeftOutIsTakenFromNobody() async throws {
        try await Studio.with(tracks: 1_500, playlists: 60, isIndexed: true) { studio in
            try await studio.like(1..<81)
            let liked = Set((1..<81).map { TrackID(rawValue: Int64($0)) })
            let everything = #"{"pool": [{"from": "library"}, {"from": "profile"}], "count": 500"#
            let all = try await studio.maker().create(try draft(everything + "}"), .init(seed: 1, isDryRun: true))
            #expect(liked.isSubset(of: all.tracks.map(\.track)), "so that what is missing below was left out")
            for pool in [everything, #"{"pool": [{"from": "profile"}], "count": 500"#] {
                let recipe = pool + #", "exclude_contexts": ["segue:5", "segue:6"]}"#
                let run = try await studio.maker().create(try draft(recipe), .init(seed: 1, isDryRun: true))
                let left = run.report.contexts.filter(\.isExcluded).reduce(0) { $0 + $1.tracks }
                let taken = liked.intersection(run.tracks.map(\.track))
                #expect(left > 0 && !taken.isEmpty && taken.count <= liked.count - left, "\(taken.count) and \(left)")
                #expect(!taken.contains(TrackID(rawValue: 5)) && !taken.contains(TrackID(rawValue: 6)))
            }
            let nothing = (1..<81).map { "\"segue:\($0)\"" }.joined(separator: ",")
            let error = await #expect(throws: PlaylistError.self) {
                try await studio.maker().create(
                    try draft(#"{"pool": [{"from": "profile"}], "exclude_contexts": [\#(nothing)]}"#))
            }
            #expect(error?.description.contains("every context") == true)
        }
    }

    @Test func withoutAnIndexNamedTracksAreLeftOutAndTheRestIsSaid() async throws {
        try await Studio.with(tracks: 400, playlists: 0) { studio in
            try await studio.like(1..<81)
            let recipe =
                #"{"pool": [{"from": "profile"}], "count": 300, "exclude_contexts": ["segue:5", "segue:99999"]}"#
            let run = try await studio.maker().create(try draft(recipe), .init(seed: 1, isDryRun: true))
            let taken = Set(run.tracks.map(\.track.rawValue))
            #expect(taken.contains(4) && taken.contains(6) && !taken.contains(5))
            let problems = run.report.sources.filter { $0.name.hasPrefix("exclude_contexts") }.map(\.problem)
            #expect(problems.count == 2)
            #expect(problems.contains { $0?.contains("no track") == true })
            #expect(problems.contains { $0?.contains("segue index build") == true })
        }
    }

    @Test func aSourceThatFailsDegradesTheRunAndIsNamed() async throws {
        try await Studio.with(tracks: 800, playlists: 30) { studio in
            try await studio.like(1..<41)
            let maker = studio.maker { $0.similar = { [Broken(), Partial()] } }
            let run = try await maker.daily(of: Listener.standard)
            #expect(run.total > 0)
            let problems = run.report.sources.filter { $0.problem != nil }
            #expect(problems.contains { $0.problem?.contains("segue index build") == true })
            #expect(
                problems.contains { $0.name.hasPrefix("held similar") && $0.problem == "the provider's table is gone" })
            #expect(run.report.sources.contains { $0.problem == nil && $0.taken > 0 })
            let partial = try #require(run.report.sources.first { $0.name.hasSuffix(" by somebody") })
            #expect(partial.candidates == 20 && partial.problem == "it is tired" && partial.taken > 0)
            #expect(
                run.tracks.contains { $0.origins.contains(partial.name) && (700..<720).contains($0.track.rawValue) })
        }
    }

    @Test func likedTracksStepInWhereAllElseIsKnown() async throws {
        // Without an index and playlists only the artists heard most have something to offer.
        try await Studio.with(tracks: 1_500, playlists: 0) { studio in
            try await studio.like(1..<301)
            let run = try await studio.maker().daily(of: Listener.standard, count: 80)
            let liked = try #require(run.report.sources.last)
            #expect(liked.name.hasPrefix("liked tracks") && liked.candidates > 0 && liked.taken > 0)
            #expect(run.report.relaxed.contains { $0.wish == .minimumNew })
            #expect(run.tracks.contains { $0.origins == [liked.name] })
        }
    }

    @Test func whereAllElseRestsLikedTracksComeBackBeforeTheirTime() async throws {
        try await Studio.with(tracks: 60, playlists: 0) { studio in
            try await studio.like(1..<41)
            try await studio.feed(41..<61, .disliked)
            let maker = studio.maker()
            var runs: [PlaylistRun] = []
            let recipe = #"{"pool": [{"from": "profile"}], "count": 12, "cooldown": {"served_days": 14}}"#
            runs.append(try await maker.create(try draft(recipe)))
            let playlist = try #require(runs.first?.playlist)
            for _ in 0..<5 {
                studio.clock.turn(days: 1)
                runs.append(try await maker.reshuffle(playlist))
            }
            #expect(runs.allSatisfy { $0.missing == 0 }, "a listener who likes something has a list every day")
            let first = try #require(runs.firstIndex { $0.report.relaxed.contains { $0.wish == .likedRest } })
            #expect(first == 3, "not before all that had rested was taken")
            #expect(runs[first].tracks.contains { $0.relaxed.contains(.servedCooldown) })
            for (day, next) in zip(runs, runs.dropFirst()) {
                #expect(Set(day.tracks.map(\.track)).isDisjoint(with: next.tracks.map(\.track)))
            }
            #expect(runs.flatMap(\.tracks).allSatisfy { $0.track.rawValue <= 40 }, "never what is disliked")
        }
    }

    @Test func aListenerOfWhomNothingIsKnownIsToldSo() async throws {
        try await Studio.with(tracks: 60, playlists: 0, isIndexed: true) { studio in
            _ = try await studio.store.addListener("new")
            await #expect(throws: PlaylistError.self) { try await studio.maker().daily(of: "new") }
            let there = try await studio.store.madePlaylists(of: "new")
            #expect(there.isEmpty)
        }
    }

    @Test func skipsAndDislikesCount() async throws {
        try await Studio.with(tracks: 800, playlists: 40, isIndexed: true) { studio in
            try await studio.like(1..<41)
            let first = try await studio.maker().daily(of: Listener.standard, .init(seed: 4))
            studio.clock.turn(days: 0.1)
            let disliked = Set(first.tracks.prefix(10).map(\.track))
            let feedback = disliked.map {
                Feedback(track: $0, kind: .disliked, moment: studio.clock.now, run: first.id)
            }
            try await studio.store.record(feedback, of: Listener.standard)
            for _ in 0..<4 {
                studio.clock.turn(days: 30)
                let run = try await studio.maker().daily(of: Listener.standard)
                #expect(disliked.isDisjoint(with: run.tracks.map(\.track)))
            }
        }
    }
}
