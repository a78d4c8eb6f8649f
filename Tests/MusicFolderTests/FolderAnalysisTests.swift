import Catalog
import Foundation
import Glibc
import MusicFolder
import SoundDocument
import SoundSamples
import Storage
import TestSupport
import Testing

/// Runs over real folders into a real database, with the real program.
@Suite(.enabled(if: BuiltAnalyzer.path != nil, "segue-analyze was not built"))
struct FolderAnalysisTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    /// A piece of music of its own: fingerprints of pure tones are all alike.
    private func write(_ name: String, seed: UInt64, seconds: Double = 12) throws {
        var signal: [Float] = []
        var state = seed
        while Double(signal.count) < seconds * 22_050 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let note = 48 + Int(state >> 33) % 36
            signal += Signal.chord([note, note + 4, note + 7].map(Signal.pitch), seconds: 0.4)
        }
        try WaveFile([signal], rate: 22_050).write(to: folder(name))
    }

    private func run(_ store: PostgresStore, again: Bool = false) async throws -> FolderReport {
        let pool = AnalyzerPool(program: try #require(BuiltAnalyzer.path))
        return try await FolderAnalysis(store: store, pool: pool, workers: 2).run(folder.path, again: again)
    }

    private func track(_ name: String, _ store: PostgresStore) async throws -> TrackID? {
        try await store.trackID(for: ExternalID(namespace: "file", value: folder(name)))
    }

    @Test func aFolderBecomesTracksOnce() async throws {
        try write("a.wav", seed: 1)
        try write("b.wav", seed: 2)
        try Data("words".utf8).write(to: URL(fileURLWithPath: folder("bad.mp3")))
        try Data("words".utf8).write(to: URL(fileURLWithPath: folder("notes.txt")))
        try await withTestDatabase { store in
            let first = try await run(store)
            #expect(first.files == 3 && first.analyzed == 2 && first.failures.map(\.path) == [folder("bad.mp3")])
            let found = try await track("a.wav", store)
            #expect(found != nil)
            let tracks = try await store.withView { try await $0.tracks(after: TrackID(rawValue: 0), limit: 10) }
            #expect(tracks.count == 2)
            for track in tracks {
                #expect(track.sound?.count == SoundDescriptors.soundCount)
                #expect(track.form?.count == SoundDescriptors.formCount)
                #expect(try #require(track.features[.loudness]) < 0)
                #expect(abs(Double(try #require(track.duration)) - 12_000) < 500)
            }
            let second = try await run(store)
            #expect(second.analyzed == 0 && second.unchanged == 3 && second.failures == first.failures)
        }
    }

    @Test func movesKeepTheTrackAndDeletionsRemoveIt() async throws {
        try write("a.wav", seed: 1)
        try write("b.wav", seed: 2)
        try await withTestDatabase { store in
            _ = try await run(store)
            let before = try await track("a.wav", store)
            try FileManager.default.moveItem(atPath: folder("a.wav"), toPath: folder("renamed.wav"))
            try FileManager.default.removeItem(atPath: folder("b.wav"))
            let report = try await run(store)
            #expect(report.moved == 1 && report.analyzed == 0 && report.gone == 1 && report.removedTracks == 1)
            let after = try await track("renamed.wav", store)
            let old = try await track("a.wav", store)
            let removed = try await track("b.wav", store)
            #expect(after == before && before != nil)
            #expect(old == nil && removed == nil)
        }
    }

    @Test func whatALinkHidesIsKeptAndReported() async throws {
        let drive = try Folder()
        try write("a.wav", seed: 1)
        try write("b.wav", seed: 2)
        try FileManager.default.moveItem(atPath: folder("b.wav"), toPath: drive("b.wav"))
        try FileManager.default.createSymbolicLink(atPath: folder("drive"), withDestinationPath: drive.path)
        try await withTestDatabase { store in
            _ = try await run(store)
            let before = try await track("drive/b.wav", store)
            let away = drive.path + ".away"
            try FileManager.default.moveItem(atPath: drive.path, toPath: away)
            let report = try await run(store)
            #expect(report.gone == 0 && report.removedTracks == 0)
            #expect(report.failures.map(\.path) == [folder("drive")] && report.failures.first?.code == "unreadable")
            let during = try await track("drive/b.wav", store)
            #expect(before != nil && during == before)
            try FileManager.default.moveItem(atPath: away, toPath: drive.path)
            let back = try await run(store)
            #expect(back.unchanged == 2 && back.failures.isEmpty)
            try FileManager.default.removeItem(atPath: folder("drive"))
            let without = try await run(store)
            #expect(without.gone == 1 && without.removedTracks == 1)
        }
    }

    @Test func namesThatDifferInHowAccentsAreComposedAreTwo() async throws {
        let (composed, decomposed) = ("\u{e9}.wav", "e\u{301}.wav")
        try write(composed, seed: 1)
        try write(decomposed, seed: 2)
        try await withTestDatabase { store in
            let first = try await run(store)
            #expect(first.analyzed == 2)
            let (one, other) = (try await track(composed, store), try await track(decomposed, store))
            #expect(one != nil && other != nil && one != other)
            let second = try await run(store)
            #expect(second.unchanged == 2 && second.analyzed == 0 && second.removedTracks == 0)
            try FileManager.default.removeItem(atPath: folder(composed))
            let third = try await run(store)
            #expect(third.gone == 1 && third.removedTracks == 1)
            // As tools do that compose the names of a whole collection.
            #expect(Glibc.rename(folder(decomposed), folder(composed)) == 0)
            let fourth = try await run(store)
            #expect(fourth.files == 1 && fourth.unchanged == 0)
            let (after, gone) = (try await track(composed, store), try await track(decomposed, store))
            #expect(after == other && gone == nil)
        }
    }

    @Test func theSameRecordingTwiceIsOneTrack() async throws {
        try write("a.wav", seed: 1)
        try FileManager.default.copyItem(atPath: folder("a.wav"), toPath: folder("copy.wav"))
        try await withTestDatabase { store in
            _ = try await run(store)
            // The same sound in other bytes: one sample more.
            var bytes = try Data(contentsOf: URL(fileURLWithPath: folder("a.wav")))
            bytes.append(contentsOf: [0, 0, 0, 0])
            try bytes.write(to: URL(fileURLWithPath: folder("again.wav")))
            let report = try await run(store)
            #expect(report.duplicates == 1)
            let first = try await track("a.wav", store)
            let copy = try await track("copy.wav", store)
            let again = try await track("again.wav", store)
            #expect(first != nil && first == copy && first == again)
        }
    }

    @Test func twoFilesTooShortForAFingerprintAreOneTrackByTheirContent() async throws {
        try write("a.wav", seed: 1, seconds: 1.2)
        try FileManager.default.copyItem(atPath: folder("a.wav"), toPath: folder("b.wav"))
        try await withTestDatabase { store in
            let report = try await run(store)
            #expect(report.duplicates == 1)
            let (first, copy) = (try await track("a.wav", store), try await track("b.wav", store))
            #expect(first != nil && first == copy)
        }
    }

    @Test func aChangedFileIsAnalysedAgain() async throws {
        try write("a.wav", seed: 1)
        try await withTestDatabase { store in
            _ = try await run(store)
            let before = try await track("a.wav", store)
            try write("a.wav", seed: 3, seconds: 15)
            let report = try await run(store)
            let after = try await track("a.wav", store)
            #expect(report.analyzed == 1 && report.removedTracks == 1)
            #expect(after != nil && after != before, "another recording is another track")
            let everything = try await run(store, again: true)
            #expect(everything.analyzed == 1)
        }
    }

    @Test func aMissingProgramIsNoFailureOfFiles() async throws {
        try write("a.wav", seed: 1)
        try await withTestDatabase { store in
            let pool = AnalyzerPool(program: "/nonexistent/segue-analyze")
            let analysis = FolderAnalysis(store: store, pool: pool, workers: 1)
            await #expect(throws: AnalyzerMissing.self) { try await analysis.run(folder.path) }
            let found = try await track("a.wav", store)
            #expect(found == nil)
        }
    }

    @Test func aCancelledRunKeepsWhatItHasAndGoesOn() async throws {
        for number in 0..<20 { try write("\(number).wav", seed: UInt64(number + 1), seconds: 3) }
        try await withTestDatabase { store in
            let pool = AnalyzerPool(program: try #require(BuiltAnalyzer.path))
            let analysis = FolderAnalysis(store: store, pool: pool, workers: 1)
            let (starts, continuation) = AsyncStream.makeStream(of: Void.self)
            let work = Task { [path = folder.path] in
                try await analysis.run(path) { done, _ in if done >= 3 { continuation.yield() } }
            }
            _ = await starts.first { _ in true }
            work.cancel()
            let first = try await work.value
            #expect(first.isInterrupted && first.analyzed + first.duplicates >= 3)
            let second = try await run(store)
            #expect(!second.isInterrupted && second.unchanged >= 3 && second.unchanged < 20)
            let third = try await run(store)
            #expect(third.unchanged == 20)
        }
    }

    @Test func loopsAndLinksAndBadNamesDoNotStopAWalk() async throws {
        try write("a.wav", seed: 1)
        try FileManager.default.createSymbolicLink(atPath: folder("loop"), withDestinationPath: folder.path)
        try FileManager.default.createSymbolicLink(atPath: folder("dangling.ogg"), withDestinationPath: "/nonexistent")
        let name = (Array(folder.path.utf8) + Array("/bad".utf8) + [0xff] + Array(".ogg".utf8) + [0])
            .map(CChar.init(bitPattern:))
        close(open(name, O_CREAT | O_WRONLY, 0o600))
        try await withTestDatabase { store in
            let report = try await run(store)
            #expect(report.analyzed == 1)
            #expect(Set(report.failures.map(\.code)) == ["bad_name", "unreadable"])
        }
    }
}
