import Catalog
import Features
import Foundation
import IndexLifecycle
import Recommendation
import Storage
import Testing
import VectorIndex

/// What a build learns from playlists, and what it makes of catalogs that teach little.
@Suite struct LearningBuildTests {
    @Test func listedTracksHaveListenersAndAreFamiliar() async throws {
        try await Workshop.with(tracks: 600, playlists: 60) { workshop in
            let generation = try workshop.open(try await workshop.build())
            let space = generation.vectorizer.space
            #expect(space.fittedPlaylists == 60)
            #expect(space.listening != nil)
            let snapshot = generation.segment.snapshot
            let listed = try await workshop.store.withView { view in
                Set(try await view.playlists(after: PlaylistID(rawValue: 0), entries: 100_000).flatMap(\.tracks))
            }
            for row in 0..<snapshot.count where listed.contains(snapshot.id(row)) {
                #expect(snapshot.coverage(row).contains(.listeners))
                #expect(snapshot.familiarity(row) > 0)
            }
            #expect((0..<snapshot.count).contains { snapshot.familiarity($0) == 1 })
            #expect((0..<snapshot.count).allSatisfy { (0...1).contains(snapshot.familiarity($0)) })
        }
    }

    @Test func theThreadsOfABuildDoNotChangeIt() async throws {
        try await Workshop.with(tracks: 400, playlists: 40) { workshop in
            let one = try workshop.open(
                try await workshop.build {
                    $0.threads = 1
                    $0.pageSize = 70
                })
            let two = try workshop.open(try await workshop.build { $0.threads = 2 })
            #expect(one.vectorizer.space == two.vectorizer.space)
            #expect(one.vectorizer.factors.columns == two.vectorizer.factors.columns)
            for row in 0..<one.segment.snapshot.count {
                let vectors = try [one, two].map {
                    try $0.segment.index.vector(at: #require($0.segment.snapshot.location(row)))
                }
                #expect(vectors[0] == vectors[1])
            }
        }
    }

    @Test func everyFirstCreditedArtistHasTheMeanOfItsTracks() async throws {
        try await Workshop.with(tracks: 300, playlists: 40) { workshop in
            let generation = try workshop.open(try await workshop.build())
            let segment = generation.segment
            let index = try #require(segment.artists)
            var tracks: [ArtistID: [[Float]]] = [:]
            for row in 0..<segment.snapshot.count {
                guard let artist = segment.snapshot.artists(row).first else { continue }
                tracks[artist, default: []].append(
                    try segment.index.vector(at: #require(segment.snapshot.location(row))))
            }
            #expect(index.count == tracks.count)
            for (artist, vectors) in tracks {
                let found = try #require(try index.reconstruct(id: artist.rawValue))
                let sum = found.indices.map { place in vectors.reduce(0) { $0 + $1[place] } }
                let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
                for (value, wanted) in zip(found, sum) { #expect(abs(value - wanted / length) < 1e-5) }
            }
        }
    }

    @Test func stagesComeInOrderAndLearningTellsItsShare() async throws {
        try await Workshop.with(tracks: 300, playlists: 40) { workshop in
            let steps = try await workshop.steps(gate: Gate(.pass(summary: "good")))
            var stages: [BuildProgress.Stage] = []
            for step in steps where stages.last != step.stage { stages.append(step.stage) }
            #expect(stages == BuildProgress.Stage.allCases)
            let learned = steps.filter { $0.stage == .learn }.map(\.done)
            #expect(learned == learned.sorted())
            #expect(learned.count > 3)
            #expect(learned.last == 1_000)
            #expect(steps.last { $0.stage == .read }?.done == 300)
        }
    }

    @Test func withoutPlaylistsContentStandsAlone() async throws {
        try await Workshop.with(tracks: 200, playlists: 0) { workshop in
            let generation = try workshop.open(try await workshop.build())
            #expect(generation.vectorizer.space.listening == nil)
            #expect(generation.vectorizer.factors.columns.recordings.isEmpty)
            let answers = try recommend(generation.serving, "demo:t5")
            #expect(!answers.isEmpty)
        }
    }

    @Test func recallIsMeasuredWithoutPlaylistsToo() async throws {
        try await Workshop.with(tracks: 1_500, playlists: 0) { workshop in
            let manifest = try await workshop.build {
                $0.exactBelow = 100
                $0.recallQueries = 40
            }
            #expect(manifest.recall.queries == 60)
            #expect(manifest.deepRecall.measured >= 0.95)
        }
    }

    /// Catalogs that leave something out, each as records of one import.
    enum Oddity: CaseIterable {
        case onePlaylist, playlistsOfOneTrack, playlistOfEverything, oneArtist, noFeatures, equalFeatures, noArtists

        var records: [CatalogRecord] {
            let tracks = (0..<40).flatMap(track)
            switch self {
            case .onePlaylist: return tracks + entries("p", 0..<10)
            case .playlistsOfOneTrack: return tracks + (0..<20).flatMap { entries("p\($0)", $0..<$0 + 1) }
            case .playlistOfEverything: return tracks + entries("p", 0..<40)
            default: return tracks + (0..<12).flatMap { entries("p\($0)", $0..<$0 + 8) }
            }
        }

        private func entries(_ playlist: String, _ tracks: Range<Int>) -> [CatalogRecord] {
            tracks.map {
                .playlistEntry(
                    PlaylistEntryRecord(
                        playlist: ExternalID(namespace: "test", value: playlist),
                        track: ExternalID(namespace: "test", value: "\($0)")))
            }
        }

        private func track(_ number: Int) -> [CatalogRecord] {
            let id = ExternalID(namespace: "test", value: "\(number)")
            let artist = ArtistRecord(name: self == .oneArtist ? "Same" : "Artist \(number % 7)")
            let record = TrackRecord(
                ids: [id], name: "Track \(number)", artists: self == .noArtists ? [] : [artist],
                album: AlbumRecord(name: "Album", released: ReleaseDate("\(1980 + number % 30)"), artists: [artist]))
            guard self != .noFeatures else { return [.track(record)] }
            var features = AudioFeatures()
            features[.energy] = self == .equalFeatures ? 0.5 : Float(number % 11) / 10
            features[.tempo] = self == .equalFeatures ? 120 : 90 + Float(number)
            return [.track(record), .features(FeaturesRecord(track: id, provider: "spotify", features: features))]
        }
    }

    @Test(arguments: Oddity.allCases)
    func oddCatalogsGiveUnitVectorsAndAnswers(_ oddity: Oddity) async throws {
        try await Workshop.with(tracks: 0) { workshop in
            try await workshop.load(oddity.records)
            let manifest = try await workshop.build()
            #expect(manifest.vectors == 40)
            let generation = try workshop.open(manifest)
            for row in 0..<40 {
                let vector = try generation.segment.index.vector(
                    at: #require(generation.segment.snapshot.location(row)))
                #expect(vector.allSatisfy { $0.isFinite })
                #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-4)
            }
            let answers = try recommend(generation.serving, "test:3")
            #expect(!answers.isEmpty)
        }
    }
}
