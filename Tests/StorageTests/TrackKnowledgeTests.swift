import Catalog
import Features
import Foundation
import Storage
import TestSupport
import Testing

@Suite struct TrackKnowledgeTests {
    private func features(_ provider: String, tempo: Float, energy: Float? = nil) -> CatalogRecord {
        var features = AudioFeatures()
        features[.tempo] = tempo
        features[.energy] = energy
        return .features(FeaturesRecord(track: spotify(1), provider: provider, features: features))
    }

    private func load(_ store: PostgresStore) async throws -> TrackID {
        try await store.load([.track(TrackRecord(ids: [spotify(1), .isrc("USRC17607839")], name: "One"))])
        try await store.load([features("spotify", tempo: 120, energy: 0.5)], name: "table.csv")
        try await store.load([features("analyze", tempo: 121)], .service, name: "analyze")
        let file = MusicFile(path: "/m/one.ogg", size: 1, modified: 1, content: "c", version: 1)
        try await store.load([.track(TrackRecord(ids: [spotify(1), file.trackID]))])
        let sound = SoundRecord(version: 1, descriptors: #"{"rhythm": {"beats": 3}}"#, sound: [1], form: [2])
        try await store.keep([AnalyzedFile(file: file, sound: sound)], provider: "analyze")
        return try #require(try await store.trackID(for: spotify(1)))
    }

    @Test func everyValueIsGivenWithWhoseItIs() async throws {
        try await withTestDatabase { store in
            let id = try await load(store)
            let statements = try #require(try await store.features(of: id))
            #expect(statements.map(\.feature) == [.energy, .tempo, .tempo])
            #expect(statements.map(\.value) == [0.5, 120, 121])
            #expect(statements.map(\.provenance.provider) == ["spotify", "spotify", "analyze"])
            #expect(statements.map(\.provenance.source) == ["table.csv", "table.csv", "analyze"])
            #expect(statements.map(\.isUsed) == [true, true, false])
            #expect(statements.allSatisfy { $0.calibrated == $0.value })
            #expect(statements.allSatisfy { abs($0.provenance.updatedAt.timeIntervalSinceNow) < 600 })
        }
    }

    @Test func analysesAndStatementsNameTheirFiles() async throws {
        try await withTestDatabase { store in
            let id = try await load(store)
            let analyses = try #require(try await store.analyses(of: id))
            #expect(analyses.map(\.kind) == [.sound] && analyses.map(\.version) == [1])
            #expect(analyses[0].provenance.source == "/m/one.ogg" && analyses[0].values.contains(#""beats": 3"#))
            let facts = try #require(try await store.facts(of: id))
            #expect(facts.track.name == "One" && facts.track.externalIDs.count == 3)
            #expect(facts.statements.map(\.kind) == [.features, .features, .sound])
            #expect(facts.statements.map(\.provenance.provider) == ["analyze", "spotify", "analyze"])
        }
    }

    @Test func nothingIsKnownOfNoTrack() async throws {
        try await withTestDatabase { store in
            let nobody = TrackID(rawValue: 1_000_000)
            let facts = try await store.facts(of: nobody)
            let features = try await store.features(of: nobody)
            let analyses = try await store.analyses(of: nobody)
            #expect(facts == nil && features == nil && analyses == nil)
        }
    }
}
