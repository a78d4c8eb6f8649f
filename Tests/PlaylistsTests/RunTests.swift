import Catalog
import JSONText
import Playlists
import Sampling
import Storage
import TestSupport
import Testing

private let library = #"{"pool": [{"from": "library"}], "count": 10, "temperature": 1, "cooldown": {"served_days": 3}}"#

@Suite("Runs", .enabled(if: hasDatabase, "DATABASE_URL is not set")) struct RunTests {
    @Test func aPlaylistIsMadeWithItsTracksReasonsAndHistory() async throws {
        try await Studio.with { studio in
            try await studio.like(1..<61)
            let run = try await studio.maker().create(try draft(library))
            let id = try #require(run.playlist)
            let playlist = try #require(try await studio.store.madePlaylist(id))
            #expect(playlist.name == "Evening" && playlist.trackCount == 10 && playlist.lastRun == run.id)
            let stored1 = try await studio.store.entries(of: id)
            #expect(stored1 == run.tracks.map(\.track))
            #expect(playlist.snapshot == run.snapshot)
            let number = try #require(run.id)
            let stored = try #require(try await studio.store.run(number))
            #expect(stored.tracks == run.tracks && stored.report == run.report && stored.seed == run.seed)
            #expect(run.tracks.allSatisfy { $0.origins == ["library"] && !$0.isNew })
            for track in run.tracks { #expect(abs(track.terms.reduce(0) { $0 + $1.value } - track.score) < 1e-9) }
            let changes = try await studio.store.changes(of: id, before: nil, limit: 100)
            #expect(changes.count == 10 && changes.allSatisfy { $0.change == "added" })
            #expect(Set(changes.map(\.batch)) == ["run \(run.id?.rawValue ?? 0)"])
        }
    }

    @Test func reshufflingReplacesInPlaceAndRemembersWhatWasServed() async throws {
        try await Studio.with { studio in
            try await studio.like(1..<61)
            let maker = studio.maker()
            let first = try await maker.create(try draft(library))
            let id = try #require(first.playlist)
            studio.clock.turn(days: 1)
            let second = try await maker.reshuffle(id)
            #expect(second.playlist == id && second.cause == .reshuffle)
            #expect(Set(first.tracks.map(\.track)).isDisjoint(with: second.tracks.map(\.track)))
            let stored2 = try await studio.store.entries(of: id)
            #expect(stored2 == second.tracks.map(\.track))
            let changes = try await studio.store.changes(of: id, before: nil, limit: 100)
            #expect(changes.count == 30)
            let older = try await studio.store.changes(of: id, before: changes[19].number, limit: 100)
            #expect(older.count == 10 && older.allSatisfy { $0.change == "added" })
            let runs = try await studio.store.runs(of: id, before: nil, limit: 10)
            #expect(runs.map(\.run.id) == [second.id, first.id] && runs.map(\.total) == [10, 10])
        }
    }

    @Test func theSameSeedMakesTheSameTracks() async throws {
        try await Studio.with { studio in
            try await studio.like(1..<101)
            let options = PlaylistMaker.Options(seed: 11, isDryRun: true)
            let one = try await studio.maker().create(try draft(library), options)
            let two = try await studio.maker().create(try draft(library), options)
            let other = try await studio.maker().create(try draft(library), .init(seed: 12, isDryRun: true))
            #expect(one.tracks == two.tracks && one.snapshot == two.snapshot && one.tracks != other.tracks)
        }
    }

    @Test func aDryRunLeavesNothingBehind() async throws {
        try await Studio.with { studio in
            try await studio.like(1..<61)
            let made = try await studio.maker().create(try draft(library))
            let before = try await studio.state()
            let create = try await studio.maker().create(try draft(library), .init(isDryRun: true))
            let id = try #require(made.playlist)
            let again = try await studio.maker().reshuffle(id, .init(isDryRun: true))
            #expect(create.id == nil && create.playlist == nil && create.total == 10)
            #expect(again.id == nil && again.total == 10)
            let after = try await studio.state()
            #expect(after == before)
        }
    }

    @Test func anEmptyResultReplacesNothingAndSaysWhy() async throws {
        try await Studio.with { studio in
            let none = #"{"pool": [{"from": "library"}, {"from": "tracks", "of": "demo:playlist:nowhere"}]}"#
            let refusal = await #expect(throws: PlaylistError.self) {
                try await studio.maker().create(try draft(none))
            }
            #expect(refusal?.description.contains("no playlist was made") == true, "there was none to stay as it was")
            let there = try await studio.store.madePlaylists(of: nil)
            #expect(there.isEmpty)
            try await studio.like(1..<4)
            let made = try await studio.maker().create(try draft(none))
            let id = try #require(made.playlist)
            #expect(made.missing == 27)
            let source = try #require(made.report.sources.last)
            #expect(source.problem?.contains("demo:playlist:nowhere") == true)
            studio.clock.turn(days: 1)
            try await studio.feed(1..<4, .disliked)
            let entries = try await studio.store.entries(of: id)
            await #expect(throws: PlaylistError.self) { try await studio.maker().reshuffle(id) }
            let stored3 = try await studio.store.entries(of: id)
            #expect(stored3 == entries)
            let failed = try #require(try await studio.store.runs(of: id, before: nil, limit: 1).first)
            #expect(failed.run.status == .failed && failed.run.problem?.contains("stays as it was") == true)
        }
    }

    @Test func aListenerHasOnlySoManyPlaylists() async throws {
        try await Studio.with { studio in
            try await studio.like(1..<61)
            let maker = studio.maker { $0.limits.maximumPlaylists = 2 }
            _ = try await maker.create(try draft(library))
            let second = try await maker.create(try draft(library))
            await #expect(throws: PlaylistError.tooManyPlaylists(limit: 2)) {
                try await maker.create(try draft(library))
            }
            await #expect(throws: PlaylistError.tooManyPlaylists(limit: 2), "a dry run says what the run would") {
                try await maker.create(try draft(library), .init(isDryRun: true))
            }
            let id = try #require(second.playlist)
            let isRemoved = try await studio.store.removeMadePlaylist(id)
            let isRemovedAgain = try await studio.store.removeMadePlaylist(id)
            #expect(isRemoved && !isRemovedAgain)
            let third = try await maker.create(try draft(library))
            #expect(third.total == 10)
            let last = try await studio.store.changes(of: id, before: nil, limit: 1).first
            #expect(last?.change == "removed" && last?.batch == "removal")
        }
    }

    @Test func runsOfOneListenerNeverOverlap() async throws {
        try await Studio.with { studio in
            try await studio.like(1..<61)
            _ = try await studio.store.addListener("guest")
            try await studio.like(1..<61, of: "guest")
            let made = try await studio.maker().create(try draft(library))
            let id = try #require(made.playlist)
            try await studio.store.withRun(of: Listener.standard) { _ in
                // As another process would: by a pool of its own.
                let maker = PlaylistMaker(store: studio.database.store, serving: { nil })
                await #expect(throws: PlaylistError.runUnderWay(listener: Listener.standard)) {
                    try await maker.reshuffle(id)
                }
                let other = try await maker.create(try draft(library, of: "guest"))
                #expect(other.total == 10)
            }
            // Nothing was under way for the playlist, so nothing failed either.
            let runs = try await studio.store.runs(of: id, before: nil, limit: 9)
            #expect(runs.count == 1)
            studio.clock.turn(days: 1)
            let again = try await studio.maker().reshuffle(id)
            #expect(again.total == 10)
        }
    }

    @Test func severalAreReshuffledAndOneThatFailsHoldsBackNone() async throws {
        try await Studio.with { studio in
            try await studio.like(1..<61)
            let maker = studio.maker()
            let (one, two) = (try await maker.create(try draft(library)), try await maker.create(try draft(library)))
            let (first, second) = (try #require(one.playlist), try #require(two.playlist))
            studio.clock.turn(days: 4)
            let outcomes = try await maker.reshuffle([first, PlaylistID(rawValue: 99_999), second])
            #expect(outcomes.map { (try? $0.result.get()) != nil } == [true, false, true])
            let batches = Set(outcomes.compactMap { try? $0.result.get().batch })
            #expect(batches.count == 1)
        }
    }

    @Test func unknownListenersArePointedOut() async throws {
        try await Studio.with(tracks: 20, playlists: 0) { studio in
            await #expect(throws: PlaylistError.unknownListener("nobody")) {
                try await studio.maker().create(try draft(library, of: "nobody"))
            }
            await #expect(throws: PlaylistError.unknownListener("nobody")) {
                try await studio.like(1..<3, of: "nobody")
            }
            await #expect(throws: PlaylistError.unknownTracks([TrackID(rawValue: 999)])) {
                try await studio.feed(999..<1_000, .played)
            }
            let known = try await studio.store.listening(of: Listener.standard, context: nil, at: studio.clock.now)
            #expect(known.isEmpty)
        }
    }

    @Test func partsAreMixedByTheirShares() async throws {
        try await Studio.with(isIndexed: true) { studio in
            try await studio.like(1..<61)
            let mixed = #"""
                {"pool": [{"from": "library", "share": 0.5},
                          {"from": "recommendations", "seeds": ["segue:100"], "share": 0.3},
                          {"from": "rules", "share": 0.2,
                           "rules": {"match": "all", "conditions": [{"field": "energy", "op": "gte", "value": 0.5}]}}],
                 "count": 20, "temperature": 0.5}
                """#
            let run = try await studio.maker().create(try draft(mixed))
            func from(_ name: String) -> Int { run.tracks.count { $0.origins.contains(name) } }
            #expect(run.total == 20 && run.report.relaxed.isEmpty)
            #expect(from("library") >= 10 && from("recommendations") >= 6 && from("rules") >= 4)
        }
    }

    @Test func aRuleThatMeansNothingIsRefusedAtItsPlace() async throws {
        try await Studio.with(tracks: 20, playlists: 0) { studio in
            let bad = #"{"pool": [{"from": "library"}, {"from": "rules", "rules": {"match": "some"}}]}"#
            do {
                _ = try await studio.maker().create(try draft(bad))
                Issue.record("the rule was taken")
            } catch let error as RecipeError {
                #expect(error.faults.map { Array($0.path.prefix(4)) } == [["pool", "1", "rules", "match"]])
            }
        }
    }
}
