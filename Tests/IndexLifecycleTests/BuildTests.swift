import Catalog
import Foundation
import IndexLifecycle
import Recommendation
import Storage
import Testing

@Suite struct BuildTests {
    @Test func aBuiltGenerationServesTheWholeCatalog() async throws {
        try await Workshop.with(tracks: 500) { workshop in
            let manifest = try await workshop.build()
            #expect(manifest.tracks == 500)
            #expect(manifest.vectors == 500)
            #expect(manifest.nlist == 1)
            #expect(manifest.recall.measured == 1)
            #expect(workshop.directory.current == manifest.id)
            let generation = try LoadedGeneration(manifest.id, in: workshop.directory)
            #expect(generation.segment.snapshot.count == 500)
            let recorded = try await workshop.store.generations()
            #expect(recorded.current == manifest.id)
            #expect(recorded.all.map(\.id) == [manifest.id])
        }
    }

    @Test func anInvertedFileReachesTheRecallAskedFor() async throws {
        try await Workshop.with(tracks: 3_000) { workshop in
            let manifest = try await workshop.build { $0.exactBelow = 100 }
            #expect(manifest.nlist == 219)
            #expect(manifest.nprobe < manifest.nlist)
            #expect(manifest.recall.measured >= 0.99)
            #expect(manifest.recall.k == 10)
            #expect(manifest.deepProbes >= manifest.nprobe)
            #expect(manifest.deepRecall.measured >= 0.95)
            #expect(manifest.deepRecall.k == 1_000)
            let segment = try workshop.open(manifest).segment
            #expect(segment.probes == manifest.nprobe)
            #expect(segment.deepProbes == manifest.deepProbes)
            #expect(try workshop.directory.verify(manifest.id) == manifest)
        }
    }

    @Test func theIndexIsRebuiltFromTheDatabaseAlone() async throws {
        try await Workshop.with { workshop in
            let first = try await workshop.build()
            let before = try LoadedGeneration(first.id, in: workshop.directory)
            try FileManager.default.removeItem(atPath: workshop.directory.path)
            let second = try await workshop.build()
            let after = try LoadedGeneration(second.id, in: workshop.directory)
            for row in 0..<before.segment.snapshot.count {
                let (one, other) = (before.segment.snapshot, after.segment.snapshot)
                #expect(one.id(row) == other.id(row))
                let vectors = (
                    try before.segment.index.vector(at: #require(one.location(row))),
                    try after.segment.index.vector(at: #require(other.location(row)))
                )
                #expect(vectors.0 == vectors.1)
            }
        }
    }

    @Test func anEmptyCatalogIsSaidToBeEmpty() async throws {
        try await Workshop.with(tracks: 0) { workshop in
            let error = try await #require(throws: GenerationError.self) { try await workshop.build() }
            #expect(error.code == .emptyCatalog)
            #expect(error.description.contains("segue import"))
            #expect(workshop.directory.generations.isEmpty)
        }
    }

    @Test func tracksOfWhichNothingIsKnownHaveNoVectorAndDoNoHarm() async throws {
        try await Workshop.with(tracks: 100) { workshop in
            let importing = try await workshop.store.beginImport(of: ImportSource(name: "bare", authority: .table))
            try await importing.append([.track(TrackRecord(ids: [ExternalID(namespace: "test", value: "bare")]))])
            _ = try await importing.commit()
            let manifest = try await workshop.build()
            #expect(manifest.tracks == 101)
            #expect(manifest.vectors == 100)
        }
    }

    @Test func whatAKilledBuildLeftIsNeitherServedNorKept() async throws {
        try await Workshop.with { workshop in
            let first = try await workshop.build()
            let remains = "\(workshop.directory.path)/building-20990101t000000z-deadbeef"
            try FileManager.default.createDirectory(atPath: remains, withIntermediateDirectories: true)
            try Data("half".utf8).write(to: URL(fileURLWithPath: remains + "/vectors.faiss"))
            #expect(try workshop.directory.openNewestGood().generation.manifest.id == first.id)
            _ = try await workshop.build()
            #expect(!FileManager.default.fileExists(atPath: remains))
        }
    }

    @Test func twoBuildsAtOnceAreNotPossible() async throws {
        try await Workshop.with(tracks: 2_000) { workshop in
            async let one: Result<GenerationManifest, any Error> = result { try await workshop.build() }
            async let other: Result<GenerationManifest, any Error> = result { try await workshop.build() }
            let results = await [one, other]
            let failures = results.compactMap { result -> GenerationError? in
                if case .failure(let error) = result { return error as? GenerationError }
                return nil
            }
            #expect(failures.allSatisfy { $0.code == .busy })
            #expect(failures.count <= 1)
            #expect(workshop.directory.generations.count == 2 - failures.count)
        }
    }

    private func result<Value>(_ body: () async throws -> Value) async -> Result<Value, any Error> {
        do { return .success(try await body()) } catch { return .failure(error) }
    }
}
