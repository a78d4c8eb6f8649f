import Catalog
import Features
import Testing
import VectorIndex

@testable import IndexLifecycle

/// What a build keeps of the catalog to place lists by and to measure recall with.
@Suite struct SamplingTests {
    private func vector(_ track: Int64) -> TrackVector {
        TrackVector(track: TrackID(rawValue: track), values: [Float(track), 0], coverage: Coverage())
    }

    @Test func aSampleHasAboutTheSizeAskedForAndIsTheSameEveryTime() {
        var (one, other) = (VectorSample(about: 1_000, of: 20_000), VectorSample(about: 1_000, of: 20_000))
        one.add((1...20_000).map(vector))
        for start in stride(from: 1, to: 20_000, by: 700) {
            other.add((Int64(start)...Int64(min(start + 699, 20_000))).map(vector))
        }
        #expect((850...1_150).contains(one.ids.count))
        #expect(one.ids == other.ids)
        #expect(one.values == one.ids.flatMap { [Float($0), 0] })
    }

    @Test func aSmallCatalogIsItsOwnSample() {
        var sample = VectorSample(about: 100, of: 40)
        sample.add((1...40).map(vector))
        #expect(sample.ids == Array(1...40))
        let spread = sample.spread(8, dimension: 2)
        #expect(spread.map(\.id) == [1, 6, 11, 16, 21, 26, 31, 36])
        #expect(spread.allSatisfy { $0.vector == [Float($0.id), 0] })
        #expect(sample.spread(0, dimension: 2).isEmpty)
        #expect(VectorSample(about: 1, of: 1).spread(5, dimension: 2).isEmpty)
    }

    private func playlist(_ id: Int64, _ tracks: ClosedRange<Int64>) -> PlaylistContents {
        PlaylistContents(id: PlaylistID(rawValue: id), tracks: tracks.map(TrackID.init))
    }

    @Test func groupsAreAFewTracksOfSomePlaylistsWhateverTheirOrder() {
        let playlists = (1...100).map { playlist($0, $0 * 100...$0 * 100 + 20) }
        var (one, other) = (SeedGroups(limit: 10), SeedGroups(limit: 10))
        for playlist in playlists { one.add(playlist) }
        for playlist in playlists.reversed() { other.add(playlist) }
        for groups in [one, other] { #expect(groups.seeds.count == 10) }
        one.close()
        other.close()
        let vectors = (100...10_100).map { vector(Int64($0)) }
        one.add(vectors)
        other.add(vectors.reversed())
        #expect(one.seeds.map { $0.map(\.id) } == other.seeds.map { $0.map(\.id) })
        for seeds in one.seeds {
            #expect(seeds.count == SeedGroups.size)
            #expect(Set(seeds.map { $0.id / 100 }).count == 1)
            #expect(seeds.allSatisfy { $0.vector == [Float($0.id), 0] })
        }
    }

    @Test func playlistsOfOneTrackAndTracksWithoutVectorsAreNoSeeds() {
        var groups = SeedGroups(limit: 5)
        groups.add(playlist(1, 1...1))
        groups.add(playlist(2, 1...3))
        groups.close()
        groups.add([vector(2), vector(9)])
        #expect(groups.seeds.map { $0.map(\.id) } == [[2]])
        var none = SeedGroups(limit: 0)
        none.add(playlist(2, 1...3))
        #expect(none.seeds.isEmpty)
    }

    @Test func recallCountsTiesWithTheLastNeighborAsFound() {
        func neighbors(_ scores: [Float]) -> [Neighbor] {
            scores.enumerated().map { Neighbor(id: Int64($0.offset), location: 0, score: $0.element) }
        }
        let exact = [neighbors([0.9, 0.8, 0.7]), neighbors([0.5, 0.5])]
        #expect(ProbeTuning.recall(exact, exact) == 1)
        #expect(ProbeTuning.recall([neighbors([0.9, 0.7, 0.7]), neighbors([0.5, 0.4])], exact) == 4.0 / 5)
        #expect(ProbeTuning.recall([[], []], exact) == 0)
        #expect(ProbeTuning.recall([], []) == 1)
    }
}
