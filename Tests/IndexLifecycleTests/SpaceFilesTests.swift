import Features
import Foundation
import Testing

@testable import IndexLifecycle

/// Files of a trained space: what is refused when they do not fit each other or themselves.
@Suite struct SpaceFilesTests {
    /// A space learned from a small demo catalog, in a folder that is removed afterwards.
    private func withFiles(_ body: (String, TrainedSpace, SpaceStamp) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "space-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let trained = try SmallSpace.trained()
        try body(folder, trained, try SpaceFiles.write(trained, into: folder))
    }

    @Test func whatIsWrittenIsReadBackToTheLastBit() throws {
        try withFiles { folder, trained, stamp in
            let (read, found) = try SpaceFiles.read(from: folder)
            #expect(found == stamp)
            #expect(read.space == trained.space)
            #expect(read.factors.columns == trained.factors.columns)
            #expect(read.artists.artists == trained.artists.artists)
            #expect(read.artists.means.map(\.bitPattern) == trained.artists.means.map(\.bitPattern))
            #expect(!read.factors.columns.recordings.isEmpty)
            #expect(!read.artists.artists.isEmpty)
        }
    }

    @Test func theSameTrainingIsWrittenToTheSameBytes() throws {
        try withFiles { one, trained, stamp in
            try withFiles { other, _, otherStamp in
                #expect(stamp == otherStamp)
                for file in [GenerationFile.space, GenerationFile.artists, GenerationFile.factors] {
                    let contents = try [one, other].map { try Data(contentsOf: URL(fileURLWithPath: "\($0)/\(file)")) }
                    #expect(contents[0] == contents[1], "\(file)")
                }
            }
        }
    }

    /// Ways in which columns can be no factors of a space.
    enum Damage: CaseIterable {
        case notANumber, infinite, short, descendingRecordings, repeatedPlaylist, unlisted, missingArtist

        func apply(to columns: inout LearnedFactors.Columns) {
            switch self {
            case .notANumber: columns.recordingFactors[3] = .nan
            case .infinite: columns.playlistArtistFactors[0] = -.infinity
            case .short: columns.recordingFactors.removeLast()
            case .descendingRecordings: columns.recordings.swapAt(0, 1)
            case .repeatedPlaylist: columns.playlists[1] = columns.playlists[0]
            case .unlisted: columns.listings[0] = 0
            case .missingArtist: columns.artists.removeLast()
            }
        }
    }

    @Test(arguments: Damage.allCases)
    func damagedFactorsAreRefusedWithTheMend(_ damage: Damage) throws {
        try withFiles { folder, trained, stamp in
            var columns = trained.factors.columns
            damage.apply(to: &columns)
            let path = "\(folder)/\(GenerationFile.factors)"
            try SpaceFiles.write(columns, stamp, to: path, spoolingInto: folder)
            let error = try #require(throws: GenerationError.self) { try SpaceFiles.read(from: folder) }
            #expect(error.code == .corrupt)
            #expect(error.description.contains("factors.columns"))
            #expect(error.description.contains("build the index again"))
        }
    }

    @Test(arguments: [GenerationFile.factors, GenerationFile.artists])
    func filesOfAnotherTrainingAreRefused(_ file: String) throws {
        try withFiles { folder, trained, _ in
            let other = NSTemporaryDirectory() + "space-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: other) }
            _ = try SpaceFiles.write(try SmallSpace.trained(playlists: 41), into: other)
            try FileManager.default.removeItem(atPath: "\(folder)/\(file)")
            try FileManager.default.copyItem(atPath: "\(other)/\(file)", toPath: "\(folder)/\(file)")
            let error = try #require(throws: GenerationError.self) { try SpaceFiles.read(from: folder) }
            #expect(error.code == .corrupt)
            #expect(error.description.contains("another training"))
        }
    }
}
