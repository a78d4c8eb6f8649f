import Catalog
import JSONText
import Sampling
import Testing

@testable import Playlists

private func facts(_ id: Int64, artists: [Int64] = [], recording: UInt64? = nil) -> TrackFacts {
    TrackFacts(id: TrackID(rawValue: id), recording: recording ?? UInt64(id), artists: artists.map(ArtistID.init))
}

private func offer(_ id: Int64, _ score: Double, _ origin: String) -> Offer {
    Offer(track: TrackID(rawValue: id), score: score, origin: origin)
}

private func byID(_ facts: [TrackFacts]) -> [TrackID: TrackFacts] {
    Dictionary(uniqueKeysWithValues: facts.map { ($0.id, $0) })
}

private func heard(_ id: Int64, plays: Int, affinity: Double, liked: Bool = false) -> ListenedTrack {
    ListenedTrack(
        track: TrackID(rawValue: id), recording: UInt64(id), history: TrackHistory(played: 1, liked: liked ? 1 : nil),
        plays: plays, affinity: affinity)
}

@Suite("Pools") struct PoolTests {
    @Test func theBestOfferMakesTheScoreAndOthersAddToIt() throws {
        var pool = Pool(listening: [])
        let known = byID([facts(1), facts(2)])
        pool.add([offer(1, 0.4, "a"), offer(2, 0.9, "a")], part: 0, weight: 1, facts: known, taste: .none)
        pool.add([offer(1, 0.7, "b"), offer(3, 1, "b")], part: 1, weight: 3, facts: known, taste: .none)
        pool.add([offer(1, 0.2, "c"), offer(1, 0.2, "c")], part: 1, weight: 1, facts: known, taste: .none)
        #expect(pool.tracks.map(\.facts.id.rawValue) == [1, 2])
        let first = try #require(pool.tracks.first)
        #expect(first.origins == ["a", "b", "c"] && first.parts == [0, 1] && first.weight == 3)
        #expect(first.terms == [ScorePart("b", 0.7), ScorePart("several sources", 0.1)])
        #expect(abs(first.score - 0.8) < 1e-12)
    }

    @Test func excludedRecordingsStayOut() {
        var pool = Pool(listening: [])
        pool.exclude([facts(9, recording: 1)])
        pool.add(
            [offer(1, 1, "a"), offer(2, 1, "a")], part: 0, weight: 1, facts: byID([facts(1), facts(2)]), taste: .none)
        #expect(pool.tracks.map(\.facts.id.rawValue) == [2])
    }

    @Test func aPoolThatGivesNothingSaysWhy() {
        var pool = Pool(listening: [])
        pool.sources = [OriginReport(name: "rules", candidates: 0, problem: "no index")]
        let nothing = Sampler(rules: SamplingRules(count: 1), now: 0, seed: 1).sample([])
        #expect(pool.emptiness(after: nothing) == "no source brought a track; rules: no index")
        pool.add([offer(1, 1, "a")], part: 0, weight: 1, facts: byID([facts(1)]), taste: .none)
        #expect(pool.emptiness(after: nothing).hasPrefix("1 tracks were found and none may be taken"))
    }

    @Test func tasteBoostsAndPenaltiesAreShownAndSumUp() throws {
        let listening = [
            heard(1, plays: 3, affinity: 2, liked: true), heard(2, plays: 0, affinity: -1),
            heard(3, plays: 25, affinity: 1),
        ]
        let met = byID([facts(1, artists: [1]), facts(2, artists: [2]), facts(3, artists: [3])])
        let taste = Taste(listening, facts: met)
        #expect(taste.terms(for: facts(10, artists: [9, 1])) == [ScorePart("liked artist", 0.1)])
        #expect(taste.terms(for: facts(11, artists: [2])) == [ScorePart("skipped artist", -0.2)])
        #expect(taste.terms(for: facts(3, artists: [3])) == [ScorePart("heard often", -0.1)])
        #expect(taste.terms(for: facts(12)).isEmpty)
        var pool = Pool(listening: listening)
        pool.add([offer(11, 0.1, "a")], part: 0, weight: 1, facts: byID([facts(11, artists: [2])]), taste: taste)
        let track = try #require(pool.tracks.first)
        #expect(track.score == 0 && track.terms.map(\.name) == ["a", "skipped artist", "floor"])
        #expect(abs(track.terms.reduce(0) { $0 + $1.value }) < 1e-12)
    }

    @Test func whatIsTooMuchIsThinnedOutEvenly() {
        let numbers = Array(0..<1_000)
        #expect(numbers.thinned(to: 4) == [0, 250, 500, 750])
        #expect(numbers.thinned(to: 1_000) == numbers && numbers.thinned(to: 5_000) == numbers)
        #expect(Set(numbers.thinned(to: 333)).count == 333)
    }

    @Test func rulesNeedAnIndexAndSayWhatIsWrongWithThem() async throws {
        let rules = IndexRules { nil }
        #expect(rules.faults(in: .object(["match": .string("all")])).isEmpty)
        #expect(rules.faults(in: .object(["match": .string("some")])).map(\.path) == [["match"]])
        #expect(rules.faults(in: .object([:])).map(\.code) == [.missing])
        #expect(!rules.faults(in: .string("x")).isEmpty)
        await #expect(throws: NoIndex.self) {
            try await rules.tracks(matching: .object(["match": .string("all")]), heardBy: "default", limit: 1)
        }
    }
}
