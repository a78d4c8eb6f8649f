internal import Catalog
internal import FileSystem

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
}
