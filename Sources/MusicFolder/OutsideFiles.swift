internal import Catalog
internal import FileSystem
internal import Foundation

/// Files outside of the folder of a run that share tracks with files in it.
struct OutsideFiles: Sendable {
    /// What is known of them, with the tracks that they name.
    let known: [(file: MusicFile, track: FiledTrack)]
    /// Those of them that are there.
    let present: [FolderWalk.File]

    /// Finds files that name the same tracks as some paths do, and these paths themselves where they are outside.
    static func sharing(
        _ paths: [FilePath], outside folder: String, in store: any MusicFileStore
    ) async throws -> OutsideFiles {
        let prefix = folder.hasSuffix("/") ? folder : folder + "/"
        let known = try await store.filesSharingTracks(of: paths.map(\.text)).filter {
            !$0.file.path.utf8.starts(with: prefix.utf8)
        }
        let present = await AnalyzerPool.onThread { known.compactMap { FolderWalk.File(at: $0.file.path) } }
        return OutsideFiles(known: known, present: present)
    }

    /// So many folders below one are named one by one.
    private static let handful = 5

    /// Where files are that are not there, with how many: the uppermost folder that is not there either, or what that is in
    /// where many such are; the file's own folder where that is there, and no folder is missing.
    static func places(of paths: Set<FilePath>) async -> [(folder: FilePath, count: Int, isThere: Bool)] {
        await AnalyzerPool.onThread {
            var lost: [FilePath: [FilePath: Int]] = [:]
            for path in paths {
                let missing = Array(
                    path.places.prefix { !$0.text.isEmpty && !FileManager.default.fileExists(atPath: $0.text) })
                // It may have come back.
                guard let uppermost = missing.last, let above = uppermost.places.dropFirst().first(where: { _ in true })
                else { continue }
                lost[above, default: [:]][missing.count == 1 ? above : uppermost, default: 0] += 1
            }
            return lost.flatMap { above, folders in
                folders.count > handful
                    ? [(above, folders.values.reduce(0, +), false)]
                    : folders.map { ($0.key, $0.value, $0.key == above) }
            }
        }
    }
}
