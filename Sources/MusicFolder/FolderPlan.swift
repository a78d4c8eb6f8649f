internal import Catalog
internal import FileSystem

/// What a run over a folder has to do, by what is there and what was there.
struct FolderPlan: Equatable {
    /// Files that are as they were.
    private(set) var unchanged = 0
    /// Files to look into.
    private(set) var due: [FolderWalk.File] = []
    /// Paths that are gone, with what was known of them.
    private(set) var gone: [MusicFile] = []

    /// Compares.
    ///
    /// - Parameters:
    ///   - found: the files in the folder, by path.
    ///   - known: what is remembered of it.
    ///   - hidden: folders that could not be looked into; what was known below them is not gone.
    ///   - version: of the descriptors; files of another are due.
    ///   - again: whether every file is due.
    init(found: [FolderWalk.File], known: [MusicFile], hidden: [String] = [], version: Int, again: Bool) {
        let byPath = Dictionary(known.map { ($0.path, $0) }) { first, _ in first }
        for file in found {
            let isSame = byPath[file.path].map {
                $0.size == file.size && $0.modified == file.modified && $0.version == version
            }
            if isSame == true, !again { unchanged += 1 } else { due.append(file) }
        }
        let present = Set(found.map(\.path))
        gone = known.filter { file in
            !present.contains(file.path) && !hidden.contains { file.path.hasPrefix($0 + "/") }
        }
    }
}
