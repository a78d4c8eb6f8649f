import FileSystem
import Foundation
import Testing

@testable import IndexLifecycle

@Suite struct GenerationDirectoryTests {
    static let files = [
        "vectors.faiss", "catalog.columns", "space.columns", "factors.columns", "artists.columns", "artists.faiss",
        "space.json", "manifest.json",
    ]

    @Test func aDamagedGenerationIsPassedOverForTheNewestGoodOne() async throws {
        try await Workshop.with(tracks: 60) { workshop in
            let good = try await workshop.build()
            let bad = try await workshop.build()
            for file in Self.files {
                let path = "\(workshop.directory.generationPath(bad.id))/\(file)"
                let whole = try Data(contentsOf: URL(fileURLWithPath: path))
                for damage in ["cut", "flip", "remove", "replace"] {
                    switch damage {
                    case "remove": try FileManager.default.removeItem(atPath: path)
                    case "cut": try workshop.damage(bad.id, file) { $0 = $0.prefix($0.count / 2) }
                    case "flip": try workshop.damage(bad.id, file) { $0[$0.startIndex + $0.count / 2] ^= 0x55 }
                    default: try workshop.damage(bad.id, file) { $0 = Data(repeating: 7, count: $0.count) }
                    }
                    let words: Comment = "\(file): \(damage)"
                    #expect(throws: GenerationError.self, words) { try workshop.directory.verify(bad.id) }
                    let (generation, problems) = try workshop.directory.openNewestGood()
                    #expect(generation.manifest.id == good.id, words)
                    #expect(problems.count == 1, words)
                    #expect(throws: GenerationError.self, words) { try workshop.directory.activate(bad.id) }
                    try workshop.directory.activate(good.id)
                    #expect(workshop.directory.current == good.id, words)
                    try whole.write(to: URL(fileURLWithPath: path))
                    // What was damaged was the only thing wrong.
                    try workshop.directory.activate(bad.id)
                }
            }
        }
    }

    @Test func filesAreReadAgainOnlyWhereSomethingTouchedThem() async throws {
        try await Workshop.with(tracks: 60) { workshop in
            let id = try await workshop.build().id
            let (directory, file) = (workshop.directory, GenerationFile.index)
            let path = "\(directory.generationPath(id))/\(file)"
            let before = try FileStamp(of: path)
            _ = try directory.check(id, .unlessUnchanged)
            try workshop.damage(id, file) { $0[$0.startIndex + $0.count / 2] ^= 0x55 }
            #expect(try FileStamp(of: path) != before)
            #expect(throws: GenerationError.self) { try directory.check(id, .unlessUnchanged) }
            // Whoever says that it was checked is believed, unless everything is asked for.
            directory.remember(directory.verification(of: try directory.manifest(id)), of: id)
            _ = try directory.check(id, .unlessUnchanged)
            #expect(throws: GenerationError.self) { try directory.check(id, .everything) }
            #expect(throws: GenerationError.self) { try directory.verify(id) }
        }
    }

    @Test(arguments: [1, 99])
    func anotherFormatIsRefusedWithTheMend(_ format: Int) async throws {
        try await Workshop.with(tracks: 60) { workshop in
            let manifest = try await workshop.build()
            try workshop.damage(manifest.id, "manifest.json") { data in
                let text = String(decoding: data, as: UTF8.self)
                let current = "\"format\" : \(GenerationManifest.currentFormat)"
                data = Data(text.replacingOccurrences(of: current, with: "\"format\" : \(format)").utf8)
            }
            let error = try #require(throws: GenerationError.self) { try workshop.directory.manifest(manifest.id) }
            #expect(error.code == .foreign)
            #expect(error.description.contains("\(format)"))
            #expect(error.description.contains("segue index build"))
            #expect(throws: GenerationError.self) { try workshop.directory.openNewestGood() }
        }
    }

    /// What an older program published: a manifest without the newer keys, beside files of its own.
    @Test func aGenerationOfAnOlderProgramIsPassedOverForTheNextBuild() async throws {
        try await Workshop.with(tracks: 60) { workshop in
            let old = "\(workshop.directory.generationPath("20200101t000000000z-00000000"))"
            try FileManager.default.createDirectory(atPath: old, withIntermediateDirectories: true)
            try Data(#"{"format": 1, "id": "20200101t000000000z-00000000", "nprobe": 4, "files": []}"#.utf8)
                .write(to: URL(fileURLWithPath: old + "/manifest.json"))
            try Data("20200101t000000000z-00000000\n".utf8)
                .write(to: URL(fileURLWithPath: workshop.directory.path + "/CURRENT"))
            let error = try #require(throws: GenerationError.self) { try workshop.directory.openNewestGood() }
            #expect(error.description.contains("format 1"))
            #expect(error.description.contains("segue index build"))
            let built = try await workshop.build(gate: Gate(.pass(summary: "first of its format")))
            #expect(try workshop.directory.openNewestGood().generation.manifest.id == built.id)
        }
    }

    @Test func filesOfAnotherGenerationAreNotMixedIn() async throws {
        try await Workshop.with(tracks: 60) { workshop in
            let small = try await workshop.build()
            try await workshop.importDemo(tracks: 90, seed: 1)
            let large = try await workshop.build()
            for file in Self.files.dropLast() {
                let from = "\(workshop.directory.generationPath(large.id))/\(file)"
                let to = "\(workshop.directory.generationPath(small.id))/\(file)"
                try FileManager.default.removeItem(atPath: to)
                try FileManager.default.copyItem(atPath: from, toPath: to)
                #expect(throws: GenerationError.self) { try workshop.directory.check(small.id, .everything) }
            }
        }
    }

    @Test(arguments: ["../../etc", "", ".", "a/b", String(repeating: "a", count: 100)])
    func namesThatAreNoNamesAreRefused(_ name: String) {
        let directory = GenerationDirectory("/tmp")
        #expect(throws: GenerationError.self) { try directory.activate(name) }
    }

    @Test func aMissingFolderNamesTheMend() {
        let error = #expect(throws: GenerationError.self) { try GenerationDirectory("/nonexistent").openNewestGood() }
        #expect(error?.description.contains("segue index build") == true)
    }

    @Test func pruningKeepsTheNewestAndTheCurrentOne() async throws {
        try await Workshop.with(tracks: 60) { workshop in
            let first = try await workshop.build()
            let second = try await workshop.build()
            let third = try await workshop.build()
            let fourth = try await workshop.build()
            try workshop.directory.activate(first.id)
            #expect(Set(try workshop.directory.prune(keeping: 2)).isSubset(of: [second.id, third.id, fourth.id]))
            #expect(workshop.directory.generations.count == 3)
            #expect(workshop.directory.current == first.id)
            _ = try LoadedGeneration(first.id, in: workshop.directory)
        }
    }
}
