import Catalog
import Foundation
import IndexLifecycle
import Recommendation
import Storage
import Synchronization
import Testing

/// A gate that says what it is told to say, and remembers what it was shown.
final class Gate: PublicationGate {
    struct Shown: Sendable, Equatable {
        var candidate: String
        var current: String?
        var tracks: Int
    }

    private let verdict: GateVerdict
    private let log = Mutex<[Shown]>([])

    init(_ verdict: GateVerdict) { self.verdict = verdict }

    var shown: [Shown] { log.withLock { $0 } }

    func judge(
        candidate: ServingCatalog, current: ServingCatalog?, view: any CatalogView
    ) async throws -> GateVerdict {
        let tracks = try await view.trackCount()
        let answers = try recommend(candidate, "demo:t5")
        #expect(!answers.isEmpty)
        log.withLock {
            $0.append(
                Shown(candidate: candidate.generation.id, current: current?.generation.id, tracks: tracks))
        }
        return verdict
    }
}

@Suite struct GateTests {
    @Test func aGateSeesTheCandidateWhatServesAndTheCatalog() async throws {
        try await Workshop.with(tracks: 100) { workshop in
            let gate = Gate(.pass(summary: "0.30 against 0.29"))
            let first = try await workshop.build(gate: gate)
            let second = try await workshop.build(gate: gate)
            #expect(
                gate.shown == [
                    .init(candidate: first.id, current: nil, tracks: 100),
                    .init(candidate: second.id, current: first.id, tracks: 100),
                ])
            #expect(second.judgement?.isPassed == true)
            #expect(second.judgement?.summary == "0.30 against 0.29")
            #expect(try workshop.directory.manifest(second.id) == second)
        }
    }

    @Test func aRefusedBuildLeavesTheOldOneServingAndNamesTheOverride() async throws {
        try await Workshop.with(tracks: 100) { workshop in
            let good = try await workshop.build()
            let error = try await #require(throws: GenerationError.self) {
                try await workshop.build(gate: Gate(.refuse(reason: "nDCG@100 fell from 0.30 to 0.10")))
            }
            #expect(error.code == .refused)
            #expect(error.description.contains("nDCG@100 fell from 0.30 to 0.10"))
            #expect(error.description.contains("--override-gate"))
            #expect(workshop.directory.current == good.id)
            #expect(workshop.directory.generations == [good.id])
            #expect(try await workshop.store.generations().current == good.id)
            let names = try FileManager.default.contentsOfDirectory(atPath: workshop.directory.path)
            #expect(!names.contains { $0.hasPrefix("building-") })
        }
    }

    @Test func anOverrideIsPublishedAndRemembered() async throws {
        try await Workshop.with(tracks: 100) { workshop in
            _ = try await workshop.build()
            let manifest = try await workshop.build(gate: Gate(.refuse(reason: "worse"))) { $0.overridesGate = true }
            #expect(workshop.directory.current == manifest.id)
            #expect(manifest.judgement?.isPassed == false)
            #expect(manifest.judgement?.summary == "worse")
        }
    }

    @Test func withoutAGateNothingIsJudged() async throws {
        try await Workshop.with(tracks: 100) { workshop in
            let manifest = try await workshop.build()
            #expect(manifest.judgement == nil)
        }
    }
}
