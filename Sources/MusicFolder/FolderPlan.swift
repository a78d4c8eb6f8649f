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
    /// Places that could not be looked at, and where files are known that may be there still.
    private(set) var blocked: Set<FilePath> = []

    /// So many files are deleted one by one; where more are gone and none is left, it may be a drive that is not mounted.
    private static let handful = 5

    /// Folders that are there, held many files and hold none at all, with how many they held, the uppermost of each branch.
    private(set) var emptied: [FilePath: Int] = [:]

    /// Compares.
    ///
    /// - Parameters:
    ///   - found: the files in the folder, by path.
    ///   - known: what is remembered of it.
    ///   - hidden: places that could not be looked at; what was known there and below is not gone.
    ///   - folders: the folders that were looked into.
    ///   - unnamed: sizes and times of files that no path can be made of; what may be one of them is not gone.
    ///   - version: of the descriptors; files of another are due.
    ///   - again: whether every file is due.
    ///   - mayBeEmpty: whether many files of a folder may be gone with none left.
    init(
        found: [FolderWalk.File], known: [MusicFile], hidden: Set<FilePath> = [], folders: Set<FilePath> = [],
        unnamed: [(size: Int, modified: Int)] = [], version: Int, again: Bool, mayBeEmpty: Bool = false
    ) {
        let byPath = Dictionary(known.map { ($0.place, $0) }) { first, _ in first }
        for file in found {
            let isSame = byPath[file.place].map {
                $0.size == file.size && $0.modified == file.modified && $0.version == version
                    && $0.refusal?.isLasting != false
            }
            if isSame == true, !again { unchanged += 1 } else { due.append(file) }
        }
        let present = Set(found.map(\.place))
        // A file keeps its time where it is moved.
        let elsewhere = Set(unnamed.map { [$0.size, $0.modified] })
        for file in known where !present.contains(file.place) && !elsewhere.contains([file.size, file.modified]) {
            let place = hidden.isEmpty ? nil : file.place.places.first(where: hidden.contains)
            if let place { blocked.insert(place) } else { gone.append(file) }
        }
        if gone.count > Self.handful, !mayBeEmpty { spareEmptied(folders, found) }
    }

    /// Takes what is missing from folders that are all empty for there still, unless it seems to have moved.
    private mutating func spareEmptied(_ folders: Set<FilePath>, _ found: [FolderWalk.File]) {
        let empty = folders.subtracting(found.flatMap { $0.place.places })
        guard !empty.isEmpty else { return }
        let arrived = Set(due.map { [$0.size, $0.modified] })
        var missing: [FilePath: (files: Set<FilePath>, lost: Int)] = [:]
        for file in gone {
            guard let folder = file.place.places.filter(empty.contains).last else { continue }
            missing[folder, default: ([], 0)].files.insert(file.place)
            if !file.isLeft, !arrived.contains([file.size, file.modified]) { missing[folder]?.lost += 1 }
        }
        for (folder, missing) in missing where missing.lost > Self.handful {
            emptied[folder] = gone.count { missing.files.contains($0.place) && !$0.isLeft }
            gone.removeAll { missing.files.contains($0.place) }
        }
    }
}

extension MusicFile {
    /// Where what a path held is kept once it holds something else: below it, since no file is below a file.
    var placeOnceLeft: FilePath? { content.map { FilePath("\(path)/\($0)") } }

    /// Whether it is kept there.
    var isLeft: Bool { content.map { path.hasSuffix("/" + $0) } ?? false }
}

extension MusicFile.Refusal {
    /// Reasons that lie in the content: the same bytes are refused for them by the same version each time.
    private static let lasting: Set<String> = [
        "empty", "not_audio", "no_sound", "unsupported", "implausible", "changes_format", "damaged", "silent",
        "too_short", "not_finite",
    ]

    /// Whether another try is pointless while the file is as it is; what lay in limits, rights or the analysis may pass.
    var isLasting: Bool { Self.lasting.contains(code) }

    /// Whether nothing was learnt of what the file holds: it may be what it was.
    var isUnheard: Bool { ["unreadable", "too_slow", "crashed", "unconfined"].contains(code) }
}
