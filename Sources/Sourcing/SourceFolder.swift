internal import FileSystem
internal import Foundation

/// What there is to take below a folder, links followed.
struct SourceFolder: Sendable {
    /// Regular files by their paths below the folder, in order, without hidden ones.
    let names: [String]
    /// What cannot be looked at or into, a sentence each.
    let problems: [String]

    /// Looks below a folder, on a thread of its own: disks may be slow.
    ///
    /// A link to a folder outside of the roots is not followed: it may lead to the whole machine.
    static func found(at path: String, within roots: SourceRoots?) async -> Result<SourceFolder, FileSystemError> {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(
                    returning: Result { () throws(FileSystemError) in try SourceFolder(path, within: roots) })
            }
        }
    }

    private init(_ path: String, within roots: SourceRoots?) throws(FileSystemError) {
        var outside: [String] = []
        let walk = try FolderWalk(path) {
            !$0.hasPrefix(".")
        } enters: { folder in
            guard !Self.isHidden(folder) else { return false }
            guard let roots, !roots.admit(folder) else { return true }
            outside.append(folder)
            return false
        }
        func name(_ path: String) -> String { String(path.dropFirst(walk.folder == "/" ? 1 : walk.folder.count + 1)) }
        names = walk.files.map { name($0.path) }
        problems =
            walk.problems.map { "\(name($0.path)): \($0.message)" }
            + outside.sorted().map { "\(name($0)): leads outside of what SEGUE_SOURCE_ROOTS names" }
    }

    private static func isHidden(_ path: String) -> Bool { path.split(separator: "/").last?.hasPrefix(".") ?? false }
}
