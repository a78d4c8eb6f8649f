import Catalog
import ColumnFile
import Features
import Recommendation
import Testing
import VectorIndex

@testable import IndexLifecycle

@Suite struct IndexAssemblyTests {
    /// A space's vectors and rows with the facts of its tracks.
    private struct Material {
        let space: FeatureSpace
        var vectors: [TrackVector] = []
        var rows = SpaceRows()
        let facts: ColumnFile

        init(tracks count: Int) throws {
            let trained = try SmallSpace.trained(tracks: count)
            let vectorizer = Vectorizer(trained)
            space = trained.space
            var facts = try SnapshotBuilder(spoolingInto: nil)
            for track in SmallSpace.tracks(count) {
                try facts.append(track)
                let vector = vectorizer.vector(for: track)
                rows.append(
                    track.id, coverage: vector?.coverage ?? Coverage(), familiarity: vectorizer.familiarity(of: track))
                if let vector { vectors.append(vector) }
            }
            self.facts = try facts.columnFile()
        }
    }

    @Test func aSegmentInMemoryFindsWhatExactSearchFinds() throws {
        let material = try Material(tracks: 1_200)
        var options = BuildOptions()
        options.exactBelow = 100
        options.pageSize = 100
        let segment = try IndexAssembly(options: options).segment(
            vectors: material.vectors, rows: material.rows, facts: material.facts, space: material.space)
        #expect(segment.index.listCount == options.listCount(for: 1_200))
        #expect(segment.index.count == material.vectors.count)
        #expect(segment.probes <= segment.deepProbes)
        #expect(segment.snapshot.count == 1_200)
        var hits = 0
        for vector in material.vectors.prefix(100) {
            let exact = try segment.index.search(vector.values.span, k: 10, probes: segment.index.listCount)
            let found = try segment.index.search(vector.values.span, k: 10, probes: segment.probes)
            hits += Set(exact.neighbors.map(\.id)).intersection(found.neighbors.map(\.id)).count
        }
        #expect(hits >= 970)
    }

    @Test func everyTrackIsJoinedWithItsOwnVector() throws {
        let material = try Material(tracks: 300)
        let segment = try IndexAssembly().segment(
            vectors: material.vectors, rows: material.rows, facts: material.facts, space: material.space)
        #expect(segment.probes == 1)
        for vector in material.vectors {
            let row = try #require(segment.snapshot.row(of: vector.track))
            let location = try #require(segment.snapshot.location(row))
            #expect(try segment.index.vector(at: location) == vector.values)
            #expect(segment.snapshot.coverage(row) == vector.coverage)
        }
    }

    @Test func vectorsOfUnknownTracksAreRefused() throws {
        var material = try Material(tracks: 50)
        var stranger = material.vectors[0]
        stranger.track = TrackID(rawValue: 9_999)
        material.vectors.append(stranger)
        #expect(throws: GenerationError.self) {
            try IndexAssembly().segment(
                vectors: material.vectors, rows: material.rows, facts: material.facts, space: material.space)
        }
    }

    @Test func tracksWithoutVectorsKeepTheirFacts() throws {
        var material = try Material(tracks: 50)
        material.vectors.remove(at: 7)
        let segment = try IndexAssembly().segment(
            vectors: material.vectors, rows: material.rows, facts: material.facts, space: material.space)
        #expect(segment.snapshot.location(7) == nil)
        #expect(segment.snapshot.count == 50)
    }

    @Test func centroidsOfSeedsAreMeasuredWithSingleTracks() throws {
        let material = try Material(tracks: 1_200)
        var options = BuildOptions()
        options.exactBelow = 100
        options.recallQueries = 20
        let assembly = IndexAssembly(options: options)
        var sample = assembly.sample(of: material.vectors.count)
        sample.add(material.vectors)
        var building = try assembly.begin(
            sample, dimension: material.space.dimension, count: material.vectors.count)
        try assembly.add(material.vectors, to: &building)
        let index = try building.finish()
        var groups = SeedGroups([[1, 2, 3], [4, 5_000], [7, 8]].map { $0.map { TrackID(rawValue: $0) } })
        groups.add(material.vectors)
        // The second group has one track with a vector only, and is no group.
        let outcome = try assembly.tune(index, sample, groups, in: material.space)
        #expect(outcome.near.recall.queries == 22)
        #expect(outcome.near.recall.measured >= 0.99)
        #expect(outcome.deep.recall.measured >= 0.95)
        #expect(outcome.deep.probes >= outcome.near.probes)
    }
}
